"""What a column of the source holds, from a bounded number of its rows."""

from dataclasses import dataclass

import duckdb

from trustmetrics.mapping.sql import literal, quoted, relation
from trustmetrics.mapping.times import TimeForm, time_form

ROWS_LOOKED_AT = 200_000
# A column with more different values is not taken for one of a few values.
MOST_VALUES = 50
LONGEST_VALUE = 40
# A SHA-512 in hexadecimal has 128 digits.
LONGEST_ID = 128
# Text that exports write for NULL.
EMPTY = ("", "null", "\\n", "nan", "n/a", "none", "-", "0000-00-00", "0000-00-00 00:00:00")

INTEGER, NUMBER, WHOLE_NUMBER, BOOLEAN, TEXT, OTHER = (
    "integer",
    "number",
    "whole number",
    "boolean",
    "text",
    "other",
)
TIMESTAMP, TIMESTAMPTZ, DATE = "timestamp", "timestamptz", "date"
LOOK = r"""
select
    count(*),
    count(distinct x),
    bool_and(regexp_full_match(x, '-?[0-9]{{1,18}}')),
    bool_and(regexp_full_match(x, '-?[0-9]{{1,15}}\.0+')),
    bool_and(regexp_full_match(x, '-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?')),
    min(try_cast(x as bigint)),
    max(try_cast(x as bigint)),
    bool_or(regexp_matches(x, '\s') or length(x) > {longest}),
    bool_or(contains(x, '@'))
from {rows}
"""
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")


@dataclass(frozen=True)
class Profile:
    """A column of the source.

    Attributes:
        name: its name.
        is_text: whether its values are text.
        kind: what they are, text that holds integers being integers.
        filled: rows with a value, of those looked at.
        is_unique: whether every row looked at has another value.
        values: its values with the rows of each, the commonest first; empty where there are more
            than MOST_VALUES or a long one.
        empty: values that stand for NULL.
        time: how its text writes times; None where it does not.
        epoch: s or ms, where its integers may count them since 1970; else empty.
        is_prose: whether a value has a space in it, or is too long for an id.
        has_addresses: whether a value has an @ in it.
    """

    name: str
    is_text: bool
    kind: str
    filled: int
    is_unique: bool
    values: tuple[tuple[str, int], ...] = ()
    empty: tuple[str, ...] = ()
    time: TimeForm | None = None
    epoch: str = ""
    is_prose: bool = False
    has_addresses: bool = False


@dataclass(frozen=True)
class SourceTable:
    """A table of the source: its name, the rows looked at, whether these are all, its columns."""

    name: str
    rows: int
    is_whole: bool
    columns: tuple[Profile, ...]


def profile(connection: duckdb.DuckDBPyConnection, table: str) -> SourceTable:
    """Look at a table that was loaded with ROWS_LOOKED_AT rows at most.

    Args:
        connection: the database that it was loaded into.
        table: its name in the source.
    """
    described = connection.execute(f"describe {relation(table)}").fetchall()
    (rows,) = connection.execute(f"select count(*) from {relation(table)}").fetchone() or (0,)
    columns = tuple(_column(connection, table, name, kind) for name, kind, *_ in described)
    return SourceTable(table, rows, rows < ROWS_LOOKED_AT, columns)


def _column(connection: duckdb.DuckDBPyConnection, table: str, name: str, type_: str) -> Profile:
    is_text = type_ == "VARCHAR"
    place = relation(table)
    empty = _empty(connection, place, name) if is_text else ()
    listed = ", ".join(map(literal, empty))
    condition = f" where x not in ({listed})" if empty else ""
    rows = f"(from (select cast({quoted(name)} as varchar) as x from {place}){condition})"
    rows = f"(from {rows} where x is not null)"
    looked = connection.execute(LOOK.format(rows=rows, longest=LONGEST_ID)).fetchone() or (0,) * 9
    filled, different, integers, wholes, numbers, least, most, prose, addresses = looked
    kind = _kind(type_, is_text, bool(integers), bool(wholes), bool(numbers))
    # A number is not a time, unless it is a day such as 20260430.
    is_day = kind == INTEGER and least and most and 19900101 <= least <= most <= 21001231
    may_be_time = is_text and (kind == TEXT or bool(is_day))
    return Profile(
        name=name,
        is_text=is_text,
        kind=kind,
        filled=filled,
        is_unique=filled > 0 and filled == different,
        values=_values(connection, rows) if different <= MOST_VALUES else (),
        empty=empty,
        time=time_form(connection, place, name, empty) if may_be_time and filled else None,
        epoch=_epoch(kind, least, most),
        is_prose=bool(prose),
        has_addresses=bool(addresses),
    )


def _kind(type_: str, is_text: bool, integers: bool, wholes: bool, numbers: bool) -> str:
    if is_text:
        if integers:
            return INTEGER
        return WHOLE_NUMBER if wholes else NUMBER if numbers else TEXT
    if type_.removeprefix("U") in _INTEGERS:
        return INTEGER
    if type_ in ("FLOAT", "DOUBLE") or type_.startswith("DECIMAL"):
        return WHOLE_NUMBER if integers or wholes else NUMBER
    if type_ == "TIMESTAMP WITH TIME ZONE":
        return TIMESTAMPTZ
    if type_.startswith("TIMESTAMP"):
        return TIMESTAMP
    if type_.startswith("ENUM"):
        return TEXT
    return {"BOOLEAN": BOOLEAN, "DATE": DATE, "UUID": TEXT}.get(type_, OTHER)


def _empty(connection: duckdb.DuckDBPyConnection, place: str, name: str) -> tuple[str, ...]:
    listed = ", ".join(map(literal, EMPTY))
    rows = connection.execute(
        f"select distinct {quoted(name)} as x from {place} "
        f"where lower(trim({quoted(name)})) in ({listed}) order by x"
    ).fetchall()
    return tuple(value for (value,) in rows)


def _values(connection: duckdb.DuckDBPyConnection, rows: str) -> tuple[tuple[str, int], ...]:
    found = connection.execute(
        f"select x, count(*) from {rows} group by x order by count(*) desc, x"
    ).fetchall()
    return tuple(found) if all(len(value) <= LONGEST_VALUE for value, _ in found) else ()


def _epoch(kind: str, least: int | None, most: int | None) -> str:
    """The unit in which integers count from 1970 to a day in 2000 to 2099."""
    if kind != INTEGER or least is None or most is None:
        return ""
    for unit, per_second in (("s", 1), ("ms", 1000)):
        if 946_684_800 * per_second <= least and most < 4_102_444_800 * per_second:
            return unit
    return ""
