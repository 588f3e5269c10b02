"""Raw files under random damage: validate tells the fault, or counts each row."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.broken import Said, ask, must_tell, write_parquet
from tests.faults.test_broken_inputs_files import (
    ACTIVE,
    COLUMNS,
    FAR_DATES,
    FAR_TIMES,
    REPORTS,
    ROWS,
    csv_text,
    ndjson,
    replaced,
    table,
)

FEW = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
KINDS = ("reports.parquet", "reports.csv", "reports.ndjson", "reports.csv.gz")
FLIPS = st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), min_size=1, max_size=8)
# Cells that readers stumble over.
AWKWARD = (
    "", " ", "NULL", "nan", "inf", "-0", "1e400", "9" * 30, "true", "[1]", "{}", '"', '""', "'",
    "\\", "\\N", ",", "\t", "a\nb", "a\r\nb", "\r", "\x00", "\ufeff", "\u2028", "😀", "--", "#x",
    *FAR_DATES, *FAR_TIMES,
)  # fmt: skip
VALUES = {
    "string": st.sampled_from(AWKWARD) | st.text(st.characters(exclude_categories=["Cs"])),
    "bigint": st.integers(-(2**63), 2**63 - 1),
    "date": st.integers(-(2**31) + 1, 2**31 - 1).map(lambda days: f"date '1970-01-01' + {days}"),
}


@pytest.fixture(scope="module")
def sound() -> dict[str, bytes]:
    """The same rows in files of several kinds, by name."""
    with tempfile.TemporaryDirectory() as folder:
        write_parquet(Path(folder) / "reports.parquet", REPORTS)
        return {
            "reports.parquet": (Path(folder) / "reports.parquet").read_bytes(),
            "reports.csv": csv_text().encode(),
            "reports.ndjson": ndjson().encode(),
            "reports.csv.gz": gzip.compress(csv_text().encode(), mtime=0),
        }


def judged(name: str, data: bytes) -> Said:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(data)
        return ask("validate", folder, "--format", "json")


def assert_told_or_counted(said: Said, rows: int | None = None) -> None:
    """One line says what is wrong, or each row is valid or rejected.

    Args:
        said: what validate said, as JSON.
        rows: how many rows there must be; None: the damage may have taken some.
    """
    if said.exit_code == 2:
        must_tell(said)
        assert len(said.complaints) == 1, said
        return
    assert said.exit_code in (0, 1), said
    assert not said.complaints, said
    told = json.loads(said.out)
    if told["faults"]:
        faults = "".join(f"{fault}\n" for fault in told["faults"])
        must_tell(Said(1, faults, ""), codes=(1,), in_output=True)
        return
    [one] = [one for one in told["tables"] if one["files"]]
    rejected = sum(each["rejected"] for each in told["rejected"])
    assert one["rejected"] == rejected
    assert one["valid"] + one["rejected"] <= one["rows"]
    if rows is not None:
        assert one["rows"] == rows, told


@pytest.mark.parametrize("name", KINDS)
@FEW
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_file_that_was_cut(sound: dict[str, bytes], name: str, share: float) -> None:
    data = sound[name][: int(len(sound[name]) * share)]
    assert_told_or_counted(judged(name, data))


@pytest.mark.parametrize("name", KINDS)
@FEW
@given(flips=FLIPS)
def test_a_file_with_other_bytes(
    sound: dict[str, bytes], name: str, flips: list[tuple[float, int]]
) -> None:
    data = bytearray(sound[name])
    for place, change in flips:
        data[min(int(place * len(data)), len(data) - 1)] ^= change
    assert_told_or_counted(judged(name, bytes(data)))


@FEW
@given(
    cells=st.lists(
        st.tuples(st.integers(0, ROWS - 1), st.integers(0, len(COLUMNS) - 1), VALUES["string"]),
        min_size=1,
        max_size=5,
    )
)
def test_cells_of_csv_that_are_others(cells: list[tuple[int, int, str]]) -> None:
    names, rows = table()
    for row, column, cell in cells:
        rows[row][column] = cell
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([names, *rows])
    assert_told_or_counted(judged("reports.csv", text.getvalue().encode()), ROWS)


@FEW
@given(
    cells=st.lists(
        st.tuples(
            st.integers(0, ROWS - 1),
            st.sampled_from(COLUMNS),
            VALUES["string"] | st.none() | st.booleans() | st.integers()
            | st.floats(allow_nan=False, allow_infinity=False)
            | st.lists(st.integers(), max_size=2) | st.dictionaries(st.text("ab"), st.none()),
        ),
        min_size=1,
        max_size=5,
    )
)  # fmt: skip
def test_cells_of_json_that_are_others(cells: list[tuple[int, str, object]]) -> None:
    rows = [json.loads(line) for line in ndjson().splitlines()]
    for row, column, cell in cells:
        rows[row][column] = cell
    data = "".join(json.dumps(row, allow_nan=False) + "\n" for row in rows)
    assert_told_or_counted(judged("reports.ndjson", data.encode()), ROWS)


@FEW
@given(order=st.permutations(COLUMNS))
def test_columns_that_are_swapped(order: list[str]) -> None:
    """The header says one thing and the cells another: rows are rejected, none is lost."""
    text = csv_text().replace(",".join(COLUMNS), ",".join(order), 1)
    assert_told_or_counted(judged("reports.csv", text.encode()), ROWS)


@FEW
@given(
    column=st.sampled_from(["reported_at", "ingested_at"]),
    microseconds=st.integers(-(2**63), 2**63 - 1) | st.integers(-(2**63), -(2**63) + 10**9)
    | st.integers(2**63 - 10**9, 2**63 - 1),
    zone=st.booleans(),
)  # fmt: skip
def test_any_microsecond_of_parquet(column: str, microseconds: int, zone: bool) -> None:
    kind = "timestamptz" if zone else "timestamp"
    moment = f"cast(make_timestamp({microseconds}::bigint) as {kind})"
    rows = f"(from ({replaced(**{column: moment})}) limit 1) union all ({REPORTS})"
    if zone:
        rows = rows.replace(f"({REPORTS})", f"({replaced(**{column: f'{column}::timestamptz'})})")
    assert_parquet(rows, "reports", ROWS + 1)


@FEW
@given(
    grain=st.sampled_from(["day", "week", "month", "quarter", "year"]),
    day=st.integers(-(2**31) + 1, 2**31 - 1) | st.integers(10957, 47482),
    accounts=VALUES["bigint"],
)
def test_any_day_and_number_of_parquet(grain: str, day: int, accounts: int) -> None:
    rows = replaced(
        ACTIVE,
        period_grain=f"'{grain}'",
        period_start_date=f"date '1970-01-01' + ({day})::integer",
        active_accounts=f"({accounts})::bigint",
    )
    assert_parquet(f"({rows}) union all ({ACTIVE})", "active_accounts", 2)


def assert_parquet(select: str, name: str, rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            write_parquet(Path(folder) / f"{name}.parquet", select)
        except (duckdb.ConversionException, duckdb.OutOfRangeException):
            return  # DuckDB cannot write it, so that it reads none from here
        said = ask("validate", folder, "--format", "json")
        assert said.exit_code in (0, 1), said
        assert_told_or_counted(said, rows)
