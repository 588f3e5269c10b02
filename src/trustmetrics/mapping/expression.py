"""The SQL of one raw column over a column of the source, with what a person must decide."""

import re
from collections import Counter
from dataclasses import dataclass, field

from trustmetrics.check.declared import Column
from trustmetrics.mapping import profile as kinds
from trustmetrics.mapping.match import LOADED, REMOVED, ColumnMatch, is_id, shows_values
from trustmetrics.mapping.profile import Profile
from trustmetrics.mapping.settings import EXTRACTED_AT, MARK, TIME_ZONE
from trustmetrics.mapping.sql import literal
from trustmetrics.mapping.times import LOCAL, OFFSET
from trustmetrics.mapping.values import boolean_value, enum_value

SQL_TYPES = {
    "string": "varchar",
    "integer": "bigint",
    "double": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
}
ZONE = f"getvariable('{TIME_ZONE}')"
VALUES_SHOWN = 12
QUOTED = re.compile(r"'(\w+)'")
# Text that DuckDB itself reads as a boolean.
CASTABLE = ("true", "false", "t", "f", "yes", "no", "y", "n", "1", "0")


@dataclass
class Expression:
    """A column's SQL.

    Attributes:
        lines: the SQL, the first line not indented.
        notes: what a reader should know.
        decisions: what a person must decide before it may run.
    """

    lines: list[str]
    notes: list[str] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)

    @property
    def is_local_time(self) -> bool:
        """Whether it reads times of the source's own zone."""
        return any(ZONE in line for line in self.lines)


def unsourced(column: Column) -> Expression:
    """A raw column for which the source has none."""
    nothing = f"cast(null as {SQL_TYPES[column.data_type]})"
    if column.name == LOADED:
        return Expression(
            [f"cast(getvariable('{EXTRACTED_AT}') as timestamp)"],
            ["No column says when a row was loaded: the time of the extract, from settings.yml."],
        )
    if column.name == REMOVED:
        return Expression([nothing], ["No column says so: no row is deleted."])
    needed = "" if column.nullable else " It may not be NULL."
    allowed = f" One of: {', '.join(column.enum)}." if column.enum else ""
    said = f"no column was found.{needed} {column.description}{allowed}"
    return Expression([nothing], [], [said])


def sourced(column: Column, found: ColumnMatch, reference: str, vocabulary: bool) -> Expression:
    """A raw column over the column that was found for it.

    Args:
        column: the raw column.
        found: its match in the source.
        reference: the source's column as SQL names it.
        vocabulary: whether it holds one of a few values without being an enum.
    """
    value = reference
    for empty in found.source.empty:
        value = f"nullif({value}, {literal(empty)})"
    if column.enum:
        made = _enum(column, found.source, value)
    elif column.data_type in ("timestamp", "date"):
        made = _time(column.data_type, found.source, value)
    elif column.data_type == "boolean":
        made = _boolean(found.source, value)
    elif column.data_type == "string":
        made = _string(column, found.source, value, vocabulary)
    else:
        made = Expression([_number(column.data_type, found.source, value)])
    return _with_doubts(made, column, found, reference)


def _with_doubts(
    made: Expression, column: Column, found: ColumnMatch, reference: str
) -> Expression:
    if found.join:
        made.decisions.insert(
            0,
            f"read through {found.join.table}, which has one row per {found.join.key}. Is it "
            f"this? {column.description}",
        )
    elif found.others:
        made.decisions.insert(0, f"{reference}, or {', '.join(found.others)}? {column.description}")
    elif not found.source.filled:
        made.decisions.insert(
            0, f"{reference} is NULL in every row that was read. {column.description}"
        )
    elif not found.is_sure:
        made.decisions.insert(
            0, f"{reference} is a guess ({found.confidence:.2f}). Is it this? {column.description}"
        )
    return made


def _string(column: Column, source: Profile, value: str, vocabulary: bool) -> Expression:
    made = Expression([_text(source, value)])
    if is_id(column) and source.has_addresses:
        made.decisions.append(
            f"its values are addresses. Hide them: sha256('a secret' || {value})."
        )
    if not (vocabulary and shows_values(source)):
        return made
    made.notes.append(f"Its values: {_listed(source)}.")
    present = {value for value, _ in source.values}
    named = [name for name in QUOTED.findall(column.description) if name not in present]
    if named and "reserved" not in column.description:
        made.decisions.append(f"no row holds {', '.join(map(literal, named))}. "
                              f"{column.description}")  # fmt: skip
    return made


def _text(source: Profile, value: str) -> str:
    """An id stays what it is: 42 and 42.0 are one."""
    if source.kind == kinds.WHOLE_NUMBER:
        number = f"cast({value} as double)" if source.is_text else value
        return f"cast(cast({number} as bigint) as varchar)"
    return value if source.is_text and source.kind == kinds.TEXT else f"cast({value} as varchar)"


def _listed(source: Profile) -> str:
    shown = [f"{value} ({rows:,})" for value, rows in source.values[:VALUES_SHOWN]]
    more = len(source.values) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _number(data_type: str, source: Profile, value: str) -> str:
    if data_type == "integer" and source.kind == kinds.WHOLE_NUMBER and source.is_text:
        return f"cast(cast({value} as double) as bigint)"
    return f"cast({value} as {SQL_TYPES[data_type]})"


def _boolean(source: Profile, value: str) -> Expression:
    if source.kind == kinds.BOOLEAN:
        return Expression([value])
    # As text: of 0, 1 and 2 DuckDB would take 2 for true.
    as_text = f"cast({value} as varchar)"
    words = {word.strip().lower() for word, _ in source.values}
    if words <= set(CASTABLE):
        return Expression([f"cast({as_text} as boolean)"])
    lines = [f"case lower(trim({as_text}))"]
    lines += [
        f"    when {literal(word)} then {str(boolean_value(word)).lower()}"
        for word in sorted(words)
    ]
    return Expression([*lines, f"    else cast({as_text} as boolean)", "end"])


def _enum(column: Column, source: Profile, value: str) -> Expression:
    as_text = _text(source, value)
    allowed = ", ".join(column.enum)
    if not shows_values(source):
        why = "its values are not shown, as they may be of persons" if source.values else (
            "it has no value" if not source.filled else "it has too many values for an enum"
        )  # fmt: skip
        return Expression([as_text], [], [f"{why}. Map it to one of: {allowed}."])
    if all(one in column.enum for one, _ in source.values):
        return Expression([as_text], ["Its values are those of the contract."])
    rows: Counter[str] = Counter()
    for one, count in source.values:
        rows[one.strip(" ").lower()] += count
    lines = [f"case lower(trim({as_text}))"]
    for one, count in rows.most_common():
        target, sure = enum_value(one, column.enum)
        shown = f"{count:,} rows" if count != 1 else "1 row"
        if sure:
            lines.append(f"    when {literal(one)} then {literal(target)} -- {shown}")
        elif target:
            lines.append(
                f"    when {literal(one)} then {literal(target)} -- {MARK}: {shown}, a guess"
            )
        else:
            lines.append(f"    when {literal(one)} then {literal(MARK)} -- {shown}")
    lines += [f"    else {as_text}", "end"]
    return Expression(lines, [f"One of: {allowed}. Another value stays as it is and is rejected."])


def _time(data_type: str, source: Profile, value: str) -> Expression:
    read, is_local, has_clock = _read(source, value)
    doubts = []
    if source.time and source.time.doubt:
        doubts.append(f"every value could also be read as {source.time.doubt}. Which is it?")
    if data_type == "date" and is_local and not has_clock:
        note = "The source's day, taken as a UTC day."
        return Expression([f"cast({read} as date)"], [note], doubts)
    if not has_clock:
        doubts.append("it holds no time of day: midnight is taken.")
    lines = [read]
    if is_local:
        lines = ["timezone(", "    'UTC',", f"    timezone({ZONE}, {read})", ")"]
    if data_type == "date":
        lines = [f"cast({lines[0]}", *lines[1:]]
        lines[-1] += " as date)"
    return Expression(lines, [], doubts)


def _read(source: Profile, value: str) -> tuple[str, bool, bool]:
    """A timestamp, whether it is local, and whether it has a time of day."""
    if source.time:
        read = f"strptime({value}, {source.time.argument})"
        if source.time.zone == OFFSET:
            read = f"timezone('UTC', {read})"
        return read, source.time.zone == LOCAL, source.time.has_clock
    if source.kind == kinds.TIMESTAMPTZ:
        return f"timezone('UTC', {value})", False, True
    if source.kind == kinds.DATE:
        return f"cast({value} as timestamp)", True, False
    if source.epoch:
        number = f"cast({value} as bigint)" if source.is_text else value
        if source.epoch == "ms":
            return f"epoch_ms({number})", False, True
        return f"timezone('UTC', to_timestamp({number}))", False, True
    return value, True, True
