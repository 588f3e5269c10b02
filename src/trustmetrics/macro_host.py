"""Runs the project's macros without dbt, on DuckDB: what they say of raw files and of their rows is
then known in a second, by the very rules of a build."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any

import duckdb
import yaml
from jinja2 import Environment, Template

from trustmetrics.errors import UserError

MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)\(.*?\{%-?\s*endmacro\s*-?%\}", re.DOTALL)
# dbt's own names for the relations that a model reads; the project's macros wrap them.
OF_DBT = ("ref", "source")
ENGINE = "duckdb"
ENVIRONMENT = Environment(extensions=["jinja2.ext.do"])
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Returned(Exception):
    """What dbt's return() does: it leaves the macro with a value."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class MacroHost:
    """The macros of a dbt project, to be called as in a run on DuckDB.

    source('s', 'x') is the relation s.x of the connection, and ref('x') what relation says; there
    are no models, no results and no target.

    Attributes:
        connection: where run_query runs.
        messages: what the macros logged.
    """

    def __init__(
        self,
        project: Path,
        connection: duckdb.DuckDBPyConnection,
        relation: Callable[[str], str] = lambda name: name,
    ) -> None:
        """Load every macro and source of a project.

        Args:
            project: the folder that holds dbt_project.yml.
            connection: a DuckDB connection.
            relation: the relation of a model or seed, as ref() names it.

        Raises:
            UserError: the YAML of a source cannot be read.
        """
        self.connection = connection
        self.messages: list[str] = []
        self._macros: dict[str, Any] = {
            "adapter": SimpleNamespace(dispatch=self._dispatch),
            "dbt": SimpleNamespace(
                string_literal=lambda text: f"'{text}'",
                escape_single_quotes=lambda text: text.replace("'", "''"),
            ),
            "env_var": lambda name, default="": os.environ.get(name, default),
            "exceptions": SimpleNamespace(raise_compiler_error=_raise),
            "execute": True,
            "flags": SimpleNamespace(WHICH="build"),
            "graph": SimpleNamespace(sources=_sources(project)),
            "log": lambda message, info=False: self.messages.append(str(message)),
            "modules": SimpleNamespace(re=re),
            "ref": relation,
            "return": _return,
            "run_query": self._run_query,
            "source": lambda schema, name: f"{schema}.{name}",
            "tojson": lambda value: json.dumps(value, sort_keys=True),
        }
        self._macros |= ENVIRONMENT.globals
        for path in sorted((project / "macros").rglob("*.sql")):
            for found in MACRO.finditer(path.read_text(encoding="utf-8")):
                if found[1] not in OF_DBT:
                    self._macros[found[1]] = self._macro(found[1], found[0])

    def call(self, name: str, *arguments: Any) -> Any:
        """Call a macro and return its value, or its text where it returns none.

        Raises:
            UserError: the macro raised a compiler error.
            duckdb.Error: a query of the macro failed.
        """
        return self._macros[name](*arguments)

    def render(self, text: str, variables: Mapping[str, Any]) -> str:
        """Return the SQL of an analysis: what dbt compiles it to, with these variables.

        Args:
            text: the analysis.
            variables: what var() gives in it; where there is none, its default.

        Raises:
            UserError: a macro raised a compiler error.
        """
        template = Template.from_code(ENVIRONMENT, _code(text), self._macros)
        return template.render(var=lambda name, default=None: variables.get(name, default))

    def _macro(self, name: str, text: str) -> Callable[..., Any]:
        """A macro, compiled at its first call, in a template of its own that finds all others."""

        @cache
        def compiled() -> Callable[..., Any]:
            template = Template.from_code(ENVIRONMENT, _code(text), {})
            return getattr(template.make_module(self._macros, shared=True), name)

        def call(*arguments: Any, **named: Any) -> Any:
            try:
                return compiled()(*arguments, **named)
            except _Returned as returned:
                return returned.value

        return call

    def _dispatch(self, name: str) -> Callable[..., Any]:
        engines = (f"{ENGINE}__{name}", f"default__{name}")
        return self._macros[next(one for one in engines if one in self._macros)]

    def _run_query(self, query: str) -> SimpleNamespace:
        """Rows and columns as agate's table gives them to a macro."""
        cursor = self.connection.execute(query)
        rows = cursor.fetchall()
        columns = [
            SimpleNamespace(values=lambda place=place: [row[place] for row in rows])
            for place in range(len(cursor.description or ()))
        ]
        return SimpleNamespace(rows=rows, columns=columns)


@cache
def _code(text: str) -> CodeType:
    return ENVIRONMENT.compile(text)


def _return(value: Any = None) -> None:
    raise _Returned(value)


def _raise(message: object) -> None:
    raise UserError(str(message))


@cache
def _sources(project: Path) -> dict[str, Mapping[str, Any]]:
    """The sources as dbt's graph has them, as far as macros look at them."""
    found: dict[str, Mapping[str, Any]] = {}
    for path in sorted((project / "models").rglob("*.yml")):
        text = path.read_text(encoding="utf-8")
        if "sources:" not in text:
            continue
        try:
            content = yaml.load(text, Loader=LOADER) or {}
        except yaml.YAMLError as error:
            raise UserError(f"{path.name} is not valid YAML: {error}. Correct it") from error
        for source in content.get("sources", []):
            for table in source["tables"]:
                columns = {one["name"]: _with_meta(one) for one in table["columns"]}
                found[f"{source['name']}.{table['name']}"] = _with_meta(
                    table | {"source_name": source["name"], "columns": columns}
                )
    return found


def _with_meta(node: Mapping[str, Any]) -> dict[str, Any]:
    meta = (node.get("config") or {}).get("meta") or {}
    return {**node, "config": {**(node.get("config") or {}), "meta": meta}}
