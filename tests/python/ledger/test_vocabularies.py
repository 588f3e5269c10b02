"""Numbers are compared only with what was computed with the same vocabularies."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from trustmetrics.errors import UserError
from trustmetrics.gate.results import Built
from trustmetrics.ledger.definitions import vocabularies_of
from trustmetrics.ledger.rebuild import check_vocabularies


def database(path: Path, **hours: int) -> Path:
    """A database that has these seeds alone, each with one row."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema seeds")
        for name, value in hours.items():
            connection.execute(f"create table seeds.{name} as select 'high' as code, {value} as v")
    return path


def told(path: Path) -> str | None:
    with duckdb.connect(str(path), read_only=True) as connection:
        return vocabularies_of(connection)


def test_other_rows_of_a_vocabulary_that_was_read_are_told(tmp_path: Path) -> None:
    then = told(database(tmp_path / "then.duckdb", action_sla=8, case_complexity=1))
    row = {"report_id": "monthly-2026-05-1", "vocabularies": then}
    # What is not read is not built again.
    same = database(tmp_path / "same.duckdb", action_sla=8)
    check_vocabularies(Built(same, {}), row)
    other = database(tmp_path / "other.duckdb", action_sla=9, case_complexity=1)
    with pytest.raises(UserError, match=r"other rows of action_sla\. .*--vocabulary DIR"):
        check_vocabularies(Built(other, {}), row)
    check_vocabularies(Built(other, {}), row | {"vocabularies": None})


def test_a_database_of_public_marts_has_none(tmp_path: Path) -> None:
    assert told(database(tmp_path / "public.duckdb")) is None
