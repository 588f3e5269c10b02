"""What is declared elsewhere: the raw contract (the sources' YAML) and the checks' limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from trustmetrics.errors import UserError
from trustmetrics.texts import read_text

EXPECTATIONS = Path(__file__).with_name("expectations.yml")
SCHEMA = Path(__file__).with_name("expectations.schema.yml")
SOURCES = Path("models/staging")
# The loader in C, where PyYAML was built with it, is ten times as fast.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Column:
    """A column of a raw table.

    Attributes:
        name: its name.
        data_type: string, integer, double, boolean, date or timestamp.
        nullable: whether NULL is allowed.
        optional: whether a file may lack the column.
        enum: its values; empty where any value is allowed.
        minimum: its least value; None: no bound.
        maximum: its greatest value; None: no bound.
        ref: the raw table whose key it holds; None: it refers to none.
        description: what it means, and what NULL means.
    """

    name: str
    data_type: str
    nullable: bool = False
    optional: bool = False
    enum: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    ref: str | None = None
    description: str = ""


@dataclass(frozen=True)
class RawTable:
    """A raw table.

    Attributes:
        name: its name.
        event: the column that says when the fact took place.
        columns: all columns, in the contract's order.
        key: the columns that identify an entity.
        description: its grain and what it is for.
        known_from: per column that stays open, the column that says from when it is known.
    """

    name: str
    event: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    description: str = ""
    known_from: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """One kind of check.

    Attributes:
        title: what it looks at, for the report.
        limits: its numbers by name; expectations.yml says what they are for.
        reason: why these numbers.
        next_step: what to do where it fails.
    """

    title: str
    limits: dict[str, float]
    reason: str
    next_step: str


@dataclass(frozen=True)
class Settings:
    """What expectations.yml says.

    Attributes:
        numbers: the settings that several checks share, by name.
        vocabularies: names of columns without an enum that hold one of a few values.
        models: per raw table, the column that names the model behind its bounded numbers.
        campaigns: the raw tables that are filled in campaigns, each with its reason.
        checks: the kinds of check by name.
    """

    numbers: dict[str, int]
    vocabularies: frozenset[str]
    models: dict[str, str]
    campaigns: dict[str, str]
    checks: dict[str, Check]

    def limits(self, check: str) -> dict[str, float]:
        """Return the limits of a kind of check, by name."""
        return self.checks[check].limits


def read_settings(file: Path = EXPECTATIONS) -> Settings:
    """Read and validate the limits of the checks.

    Args:
        file: a YAML file as expectations.schema.yml describes it.

    Raises:
        UserError: it is not valid YAML, or breaks the schema; the message says where.
    """
    content = read_yaml(file)
    fault = best_match(Draft202012Validator(read_yaml(SCHEMA)).iter_errors(content))
    if fault:
        place = ".".join(str(part) for part in fault.absolute_path) or "the file"
        raise UserError(f"'{file.name}' is not valid at {place}: {fault.message}")
    return Settings(
        numbers={name: setting["value"] for name, setting in content["settings"].items()},
        vocabularies=frozenset(content["vocabularies"]),
        models=content["models"],
        campaigns=content["campaigns"],
        checks={name: Check(**check) for name, check in content["checks"].items()},
    )


def read_contract(project: Path) -> list[RawTable]:
    """Read the raw tables of a dbt project from models/staging/*.yml, in the order of the files.

    Args:
        project: the folder that holds dbt_project.yml.

    Raises:
        UserError: a file is not valid YAML, or no raw table is declared.
    """
    tables = [
        RawTable(
            name=table["name"],
            event=table["config"]["meta"]["event"],
            columns=tuple(_column(column) for column in table["columns"]),
            key=tuple(table["config"]["meta"]["key"]),
            description=table["description"],
            known_from=_known_from(table),
        )
        for path in sorted((project / SOURCES).glob("*.yml"))
        for source in (read_yaml(path) or {}).get("sources", [])
        if source["name"] == "raw"
        for table in source["tables"]
    ]
    if not tables:
        raise UserError(f"no raw table is declared in {SOURCES}. Restore the YAML of the sources")
    return tables


def _known_from(table: dict[str, Any]) -> dict[str, str]:
    """As the macro of this name: a column of open_until holds its own time, others name it."""
    times = {name: name for name in table["config"]["meta"].get("open_until", ())}
    for column in table["columns"]:
        if time := column.get("config", {}).get("meta", {}).get("known_from"):
            times[column["name"]] = time
    return times


def _column(declared: dict[str, Any]) -> Column:
    rules = declared.get("config", {}).get("meta", {})
    return Column(
        name=declared["name"],
        data_type=declared["data_type"],
        nullable=rules.get("nullable", False),
        optional=rules.get("optional", False),
        enum=tuple(rules.get("enum", ())),
        minimum=rules.get("min"),
        maximum=rules.get("max"),
        ref=rules.get("ref"),
        description=declared["description"],
    )


def read_yaml(path: Path) -> Any:
    """Return what a YAML file holds.

    Raises:
        UserError: it is not valid YAML; the message names the line.
    """
    try:
        return yaml.load(read_text(path), Loader=LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}," if mark else ""
        raise UserError(f"'{path.name}'{line} is not valid YAML. Correct it") from error
