"""The raw contract as the checks need it, read from the sources' YAML, where it is written."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from trustmetrics.errors import UserError

# The loader in C, where PyYAML was built with it, is ten times as fast.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Column:
    """A column of a raw table.

    Attributes:
        name: its name.
        data_type: string, integer, double, boolean, date or timestamp.
        nullable: whether NULL is allowed.
        enum: its values; empty where any is allowed.
        minimum: its least value, None where it has none.
        maximum: its greatest value, None where it has none.
    """

    name: str
    data_type: str
    nullable: bool = False
    enum: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class RawTable:
    """A raw table: its name, the column that says when the fact took place, and all columns."""

    name: str
    event: str
    columns: tuple[Column, ...] = field(default=())


def read_contract(project: Path) -> list[RawTable]:
    """Read the raw tables of a dbt project from models/staging/*.yml, in order of their names.

    Args:
        project: the folder that holds dbt_project.yml.

    Raises:
        UserError: a file is no YAML, or no raw table is declared.
    """
    tables = []
    for path in sorted((project / "models/staging").glob("*.yml")):
        try:
            content = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER) or {}
        except yaml.YAMLError as error:
            place = getattr(error, "problem_mark", None)
            line = f" (line {place.line + 1})" if place else ""
            raise UserError(f"'{path.name}' in models/staging is no YAML{line}. Mend it") from error
        for source in content.get("sources", []):
            tables += [_table(table) for table in source["tables"] if source["name"] == "raw"]
    if not tables:
        raise UserError("no raw table is declared in models/staging. Restore the sources' YAML")
    return tables


def _table(declared: dict[str, Any]) -> RawTable:
    return RawTable(
        name=declared["name"],
        event=declared["config"]["meta"]["event"],
        columns=tuple(_column(column) for column in declared["columns"]),
    )


def _column(declared: dict[str, Any]) -> Column:
    rules = declared.get("config", {}).get("meta", {})
    return Column(
        name=declared["name"],
        data_type=declared["data_type"],
        nullable=rules.get("nullable", False),
        enum=tuple(rules.get("enum", ())),
        minimum=rules.get("min"),
        maximum=rules.get("max"),
    )
