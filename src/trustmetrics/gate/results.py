"""Result fingerprints: the values of each metric on the frozen sample."""

from __future__ import annotations

import hashlib
import json
import math
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from trustmetrics.dbt_errors import essence
from trustmetrics.dbt_process import run_dbt
from trustmetrics.errors import UserError
from trustmetrics.gate.state import OnNode
from trustmetrics.register.load import Register

DIGITS = 12
DUCKDB = "duckdb"


@dataclass(frozen=True)
class Built:
    """A tree built on some raw data.

    Attributes:
        database: the DuckDB file.
        manifest: dbt's manifest of the build.
    """

    database: Path
    manifest: Mapping[str, Any]

    def relation(self, model: str, version: int | None) -> str | None:
        """Return a model's table, schema and name quoted; None where it does not exist."""
        for node in self.manifest["nodes"].values():
            if node["resource_type"] != "model" or node["name"] != model:
                continue
            if node.get("version") in (version, None):
                return f'"{node["schema"]}"."{node["alias"]}"'
        return None


def sample_of(project: Path, register: Register) -> Path | None:
    """Return the folder of the frozen sample; None where the project has none."""
    named = register.settings.get("frozen_sample")
    keys = ("raw_variable", "database_variable")
    if not named or not all(key in register.settings for key in keys):
        return None
    folder = project / named
    return folder if folder.is_dir() else None


def sample_digest(folder: Path) -> str:
    """Return the digest of a folder's data files: their paths and bytes."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".csv", ".parquet"):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def build_tree(
    project: Path,
    register: Register,
    raw: Path,
    folder: Path,
    models: Iterable[str],
    on_node: OnNode,
    as_of: str = "",
) -> Built:
    """Build models, and all they read, on raw data into a DuckDB file.

    Args:
        project: the tree.
        register: its register; the settings name the environment variables.
        raw: the raw data.
        folder: where the file and dbt's artifacts go.
        models: names.
        on_node: progress.
        as_of: the instant to look from, UTC; empty: the project's own default.

    Raises:
        UserError: the settings lack the variables, or the build fails.
    """
    settings = register.settings
    if "raw_variable" not in settings or "database_variable" not in settings:
        raise UserError(
            "metrics/_settings.yml names no raw_variable and database_variable: the environment "
            "variables that tell dbt where the raw data and the DuckDB file are"
        )
    folder.mkdir(parents=True, exist_ok=True)
    database = (folder / "built.duckdb").resolve()
    environment = {
        settings["raw_variable"]: str(raw.resolve()),
        settings["database_variable"]: str(database),
    }
    if "as_of_variable" in settings:
        environment[settings["as_of_variable"]] = as_of
    target = folder.resolve() / "target"
    kinds = ("--resource-type", "model", "--resource-type", "seed")
    selected = [f"+{name}" for name in sorted(set(models))]
    outcome = run_dbt(
        ["build", *kinds, "--target-path", str(target), "--select", *selected],
        project,
        environment,
        on_node,
    )
    if outcome.exit_code != 0:
        raise UserError(f"'{project.name}' does not build on '{raw}': {essence(outcome.errors)}")
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    if not database.is_file():
        raise UserError(
            f"dbt did not write the DuckDB file that {settings['database_variable']} names; "
            "values can be compared on DuckDB alone"
        )
    return Built(database, manifest)


def result_fingerprints(
    built: Built, register: Register, versions: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], str]:
    """Return the digest of each version's values, to 12 significant digits, row order aside."""
    found: dict[tuple[str, int], str] = {}
    column = register.settings.get("version_column")
    with duckdb.connect(str(built.database), read_only=True) as connection:
        for name, version in versions:
            metric = register.entries[name]
            relation = built.relation(metric.model, version)
            if relation is None:
                continue
            cursor = connection.execute(f"select * from {relation}")
            listed = [item[0].lower() for item in cursor.description or ()]
            wanted = [c for c in metric.number_columns(listed, column) if c in listed]
            places = [listed.index(one) for one in sorted(wanted)]
            rows = sorted(
                json.dumps([plain(row[place]) for place in places]) for row in cursor.fetchall()
            )
            content = "\n".join([json.dumps(sorted(wanted)), *rows])
            found[name, version] = hashlib.blake2b(content.encode(), digest_size=16).hexdigest()
    return found


def plain(value: object) -> str | None:
    """Return a value as text, numbers to 12 significant digits; None stays None."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return str(value)
    number = float(value)
    if isinstance(value, int) and abs(value) < 10**DIGITS:
        return str(value)
    return "0" if number == 0 else f"{number:.{DIGITS}g}" if math.isfinite(number) else str(number)


def results_on_sample(
    tree: Path,
    register: Register,
    sample: Path,
    versions: Iterable[tuple[str, int]],
    on_node: OnNode,
) -> dict[tuple[str, int], str]:
    """Return the result fingerprints of a tree on the frozen sample. Raises as build_tree does."""
    versions = [key for key in versions if key[0] in register.entries]
    models = {register.entries[name].model for name, _ in versions}
    as_of = register.settings.get("frozen_as_of", "")
    with tempfile.TemporaryDirectory() as folder:
        built = build_tree(tree, register, sample, Path(folder), models, on_node, as_of)
        return result_fingerprints(built, register, versions)
