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

from trustmetrics.errors import UserError
from trustmetrics.gate.dbt_run import OnNode, manifest_of
from trustmetrics.register.load import Register

DIGITS = 12
NEEDED = ("raw_variable", "database_variable")


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
    if not all(register.settings.get(key) for key in ("frozen_sample", *NEEDED)):
        return None
    folder = project / register.settings["frozen_sample"]
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
    more: Mapping[str, str] | None = None,
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
        more: other environment variables, as in manifest_of.

    Raises:
        UserError: the settings lack the variables, or the build fails.
    """
    if not all(key in register.settings for key in NEEDED):
        raise UserError(
            "metrics/_settings.yml names no raw_variable and database_variable: the environment "
            "variables that tell dbt where the raw data and the DuckDB file are"
        )
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    database = folder / "built.duckdb"
    variables = {
        "raw_variable": str(raw.resolve()),
        "database_variable": str(database),
        "as_of_variable": as_of,
    }
    command = ["build", "--resource-type", "model", "--resource-type", "seed"]
    command += ["--select", *(f"+{name}" for name in sorted(set(models)))]
    trouble = f"'{project.name}' does not build on '{raw}'"
    manifest = manifest_of(
        command, project, register, folder / "target", variables, trouble, on_node, more
    )
    if not database.is_file():
        name = register.settings["database_variable"]
        raise UserError(
            f"dbt did not write the DuckDB file that {name} names; "
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
