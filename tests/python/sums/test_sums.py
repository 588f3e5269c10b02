"""Sums of doubles that no order of rows and no thread can move; the digits that are published."""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from itertools import accumulate

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.python.helpers import ROOT, DbtHere
from trustmetrics.macro_host import MacroHost

FIFTEEN = Context(prec=15, rounding=ROUND_HALF_EVEN)
# As a publication has them: the widest that 15 digits do not round up to infinity.
DOUBLES = st.floats(allow_nan=False, allow_infinity=False, min_value=-1.7e308, max_value=1.7e308)
# Shares, weights, hours and views: far apart, and not sums of few powers of two.
TERMS = st.lists(st.floats(min_value=1e-9, max_value=1e18), min_size=1, max_size=60)
MANY = 300_000


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 4, "preserve_insertion_order": False}) as opened:
        yield opened


@pytest.fixture(scope="module")
def host(connection: duckdb.DuckDBPyConnection) -> MacroHost:
    return MacroHost(ROOT, connection)


def bits(value: float | None) -> bytes | None:
    """A double by its eight bytes, which tell the zeros apart."""
    return None if value is None else struct.pack("<d", value)


def asked(
    connection: duckdb.DuckDBPyConnection, expression: str, values: Sequence[float | None]
) -> list[float | None]:
    """The rows of an expression over the column x of these rows."""
    found = connection.execute(
        f"select {expression} from (select unnest(cast($1 as double[])) as x)", [values]
    )
    return [row[0] for row in found.fetchall()]


@settings(deadline=None)
@given(value=DOUBLES)
@example(value=0.0)
@example(value=-0.0)
@example(value=1e-300)
@example(value=1e300)
@example(value=5e-324)
@example(value=2.0**53 - 1)
@example(value=0.1 + 0.2)
@example(value=999999999999999.5)
def test_15_digits_are_published(
    connection: duckdb.DuckDBPyConnection, host: MacroHost, value: float
) -> None:
    """The double nearest to the 15-digit decimal nearest to the double; zero has no sign."""
    expected = float(FIFTEEN.create_decimal(Decimal(value))) + 0.0
    [found] = asked(connection, host.call("published", "x"), [value])
    assert bits(found) == bits(expected)


def test_nothing_is_published_of_nothing(
    connection: duckdb.DuckDBPyConnection, host: MacroHost
) -> None:
    assert asked(connection, host.call("published", "x"), [None]) == [None]


@settings(deadline=None, max_examples=50)
@given(values=TERMS, seed=st.integers(0, 9))
def test_a_sum_in_order_is_that_of_the_sorted_terms(
    connection: duckdb.DuckDBPyConnection, host: MacroHost, values: list[float], seed: int
) -> None:
    """In whatever order they come; NULLs count nothing; it is right to 15 digits."""
    rows = [*values, None]
    random.Random(seed).shuffle(rows)
    [found] = asked(connection, host.call("in_order", "sum", "x"), rows)
    assert bits(found) == bits(list(accumulate(sorted(values)))[-1])
    exact = sum(map(Fraction, values))
    assert abs(Fraction(found) - exact) <= exact * len(values) / 2**53


def test_threads_and_order_do_not_move_an_aggregate_in_order(host: MacroHost) -> None:
    """In several row groups, which threads share."""
    aggregates = [host.call("in_order", name, "x") for name in ("sum", "avg", "stddev_samp")]
    found = set()
    for threads, order in ((1, 1), (2, 2), (4, 3), (8, 4)):
        options = {"threads": threads, "preserve_insertion_order": False}
        with duckdb.connect(config=options) as connection:
            connection.execute(
                f"""create table numbers as
                select hash(i) % 97 as g, 1 / (0.001 + hash(i) % 1000003 / 1000003.0) as x
                from range({MANY}) as rows (i)
                order by hash(i, {order})"""
            )
            rows = connection.execute(
                f"select {', '.join(aggregates)} from numbers group by g order by g"
            ).fetchall()
        found.add(tuple(bits(cell) for row in rows for cell in row))
    assert len(found) == 1


@settings(deadline=None, max_examples=50)
@given(
    steps=st.lists(st.floats(min_value=1e-18, max_value=0.9), min_size=1, max_size=60),
    seed=st.integers(0, 9),
)
@example(steps=[1.1e-18, 0.3], seed=0)
def test_a_running_sum_does_not_depend_on_what_is_added_first(
    connection: duckdb.DuckDBPyConnection, host: MacroHost, steps: list[float], seed: int
) -> None:
    """It keeps 12 digits even of one subject in a thousand million."""
    running = host.call("running_sum", "step")
    shuffled = random.Random(seed).sample(steps, len(steps))
    totals = [
        connection.execute(
            f"""select {running}
            from (
                select
                    1 as cohort_number,
                    unnest(range(len($1))) as duration_seconds,
                    unnest(cast($1 as double[])) as step
            )
            order by duration_seconds""",
            [order],
        ).fetchall()
        for order in (steps, shuffled)
    ]
    assert totals[0][-1] == totals[1][-1]
    for (total,), expected in zip(totals[0], accumulate(map(Fraction, steps)), strict=True):
        assert math.isclose(total, expected, rel_tol=1e-12)


def test_the_greatest_cohort_overflows_no_running_sum(
    connection: duckdb.DuckDBPyConnection, host: MacroHost
) -> None:
    """All of 10^18 subjects but one at once, then the last but one: both sums at their limits."""
    n = 10.0**18
    [(log_sum, variance_sum)] = connection.execute(
        f"""select {host.call("running_sum", "log_step")}, {host.call("running_sum", "variance")}
        from (select 1 as cohort_number, 1 as duration_seconds, ln(1 / {n}) as log_step,
        ({n} - 1) / {n} as variance)"""
    ).fetchall()
    assert math.isclose(log_sum, -math.log(n), rel_tol=1e-14)
    assert math.isclose(variance_sum, 1, rel_tol=1e-14)


@pytest.mark.parametrize("threads", ["1", "3"])
def test_the_variable_for_threads_is_duckdbs_too(dbt_here: DbtHere, tmp_path, threads: str) -> None:
    assert duckdb_threads(dbt_here, tmp_path, TRUSTMETRICS_THREADS=threads) == int(threads)


def test_without_the_variable_duckdb_takes_what_it_takes_by_itself(
    dbt_here: DbtHere, tmp_path
) -> None:
    with duckdb.connect() as connection:
        [(usual,)] = connection.execute("select current_setting('threads')").fetchall()
    assert duckdb_threads(dbt_here, tmp_path) == usual


def duckdb_threads(dbt_here: DbtHere, folder, **variables: str) -> int:
    """The number of threads of DuckDB in a run of dbt."""
    variables |= {"TRUSTMETRICS_DATABASE": str(folder / "trustmetrics.duckdb")}
    asked = ["show", "--inline", "select current_setting('threads') as threads"]
    shown = dbt_here.invoke(asked, variables)
    assert shown.success, shown.exception
    return int(shown.result.results[0].agate_table.rows[0][0])
