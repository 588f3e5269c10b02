"""Runs dbt on a tree, with the environment variables that its register names."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from trustmetrics.dbt_errors import essence
from trustmetrics.dbt_process import run_dbt
from trustmetrics.errors import UserError
from trustmetrics.register.load import Register

CACHE = Path("target") / "gate"
OnNode = Callable[[int, int, str], None]


def manifest_of(
    arguments: Sequence[str],
    project: Path,
    register: Register,
    target: Path,
    variables: Mapping[str, str],
    trouble: str,
    on_node: OnNode,
    more: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Run dbt and return the manifest that it writes.

    Args:
        arguments: the subcommand and its options.
        project: the dbt project's folder.
        register: its register; the settings name the environment variables.
        target: the folder for dbt's artifacts, absolute.
        variables: text by the setting that names the variable, such as raw_variable.
        trouble: what it means for the user where dbt fails.
        on_node: progress.
        more: other environment variables, by their own names.

    Raises:
        UserError: dbt fails; the message is dbt's own, on one line.
    """
    settings = register.settings
    environment = {settings[key]: text for key, text in variables.items() if key in settings}
    environment |= more or {}
    outcome = run_dbt([*arguments, "--target-path", str(target)], project, environment, on_node)
    if outcome.exit_code != 0:
        raise UserError(f"{trouble}: {essence(outcome.errors).rstrip('.')}. Correct that first")
    return json.loads((target / "manifest.json").read_text(encoding="utf-8"))
