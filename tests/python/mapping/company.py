"""What the tests of mapping share: the example's export, and how a map is run."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import duckdb

from tests.python.helpers import ROOT

EXAMPLE = ROOT / "examples" / "own_tables"
MAP = EXAMPLE / "map"


def export_module() -> ModuleType:
    """The script that writes the example's export."""
    spec = importlib.util.spec_from_file_location("make_export", EXAMPLE / "make_export.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table(raw: Path, name: str, columns: str = "*") -> list[tuple]:
    """The rows of a raw table that was written."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        return connection.execute(
            f"select {columns} from '{raw}/{name}.parquet' order by all"
        ).fetchall()


def database(path: Path, *statements: str) -> Path:
    """A DuckDB file made by statements."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("set timezone = 'UTC'")
        for statement in statements:
            connection.execute(statement)
    return path


def only(folder: Path, **files: str) -> Path:
    """A map of the given files and no other; `settings` is settings.yml."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        ending = "yml" if name == "settings" else "sql"
        (folder / f"{name}.{ending}").write_text(text, encoding="utf-8")
    return folder
