"""In which form text holds times, found by reading its values."""

import re
from dataclasses import dataclass
from itertools import product

import duckdb

from trustmetrics.mapping.sql import literal, quoted

LOOKED_AT = 50
LOCAL, UTC, OFFSET = "local", "UTC", "offset"
SHAPES = {
    "%Y": r"\d{4}",
    "%y": r"\d{2}",
    "%b": "[A-Za-z]{3}",
    "%f": r"\d{1,6}",
    "%p": "[AaPp][Mm]",
    "%z": r"[+-]\d\d(:?\d\d)?",
} | dict.fromkeys(("%m", "%d", "%H", "%I", "%M", "%S"), r"\d{1,2}")
_CLOCKS = ("%H:%M:%S", "%H:%M:%S.%f", "%H:%M")
_ZONES = {"": LOCAL, "Z": UTC, " UTC": UTC, "%z": OFFSET, " %z": OFFSET}
_OTHER_DATES = (
    "%d.%m.%Y",
    "%d.%m.%y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%Y/%m/%d",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d %b %Y",
    "%b %d, %Y",
)
_OTHER_CLOCKS = (*_CLOCKS, "%I:%M %p", "%I:%M:%S %p")
_DATES = ("%Y-%m-%d", *_OTHER_DATES, "%Y%m%d")


@dataclass(frozen=True)
class TimeForm:
    """How a column of text writes times.

    Attributes:
        formats: strptime formats that together read every value.
        zone: local (the values name none), UTC (they end in Z) or offset.
        has_clock: whether there is a time of day.
        doubt: another format that reads every value too, such as day and month the other way
            round; empty where there is none.
    """

    formats: tuple[str, ...]
    zone: str
    has_clock: bool
    doubt: str = ""

    @property
    def argument(self) -> str:
        """The formats as strptime's second argument."""
        listed = ", ".join(map(literal, self.formats))
        return f"[{listed}]" if len(self.formats) > 1 else listed


def _forms() -> dict[str, tuple[str, bool]]:
    """Every format that is known, with its zone and whether it has a time of day."""
    known = {
        f"%Y-%m-%d{between}{clock}{mark}": (zone, True)
        for between, clock, (mark, zone) in product("T ", _CLOCKS, _ZONES.items())
    }
    known |= {
        f"{date}{between}{clock}": (LOCAL, True)
        for date, between, clock in product(_OTHER_DATES, (" ", ", "), _OTHER_CLOCKS)
    }
    return known | dict.fromkeys(_DATES, (LOCAL, False))


FORMS = _forms()


def time_form(
    connection: duckdb.DuckDBPyConnection, relation: str, column: str, empty: tuple[str, ...]
) -> TimeForm | None:
    """Find the form in which a column of text writes times; None where it does not.

    Args:
        connection: the database that holds the column.
        relation: the table, as SQL names it.
        column: the column's name.
        empty: values that stand for NULL.
    """
    listed = ", ".join(map(literal, empty))
    kept = f" and {quoted(column)} not in ({listed})" if empty else ""
    rows = f"select {quoted(column)} as x from {relation} where {quoted(column)} is not null{kept}"
    looked_at = connection.execute(
        f"select distinct x from ({rows}) order by x limit {LOOKED_AT}"
    ).fetchall()
    # DuckDB's strptime decides; the shapes spare it formats that cannot fit.
    fitting = [
        form
        for form, pattern in PATTERNS.items()
        if any(pattern.fullmatch(value.strip()) for (value,) in looked_at)
    ]
    for zone, has_clock in dict.fromkeys(FORMS[form] for form in fitting):
        mine = tuple(form for form in fitting if FORMS[form] == (zone, has_clock))
        whole = [form for form in mine if _reads_all(connection, rows, (form,))]
        if whole:
            return TimeForm((whole[0],), zone, has_clock, whole[1] if len(whole) > 1 else "")
        dates = {form[:8] for form in mine}
        if len(dates) == 1 and _reads_all(connection, rows, mine):
            return TimeForm(mine, zone, has_clock)
    return None


def _shaped(form: str) -> re.Pattern[str]:
    """What the text of a format looks like."""
    parts = (SHAPES.get(part, re.escape(part)) for part in re.split(r"(%\w)", form))
    return re.compile("".join(parts))


PATTERNS = {form: _shaped(form) for form in FORMS}


def _reads_all(connection: duckdb.DuckDBPyConnection, rows: str, formats: tuple[str, ...]) -> bool:
    (unread,) = connection.execute(
        f"select count(*) from ({rows}) where {_read(formats)} is null"
    ).fetchone() or (1,)
    return unread == 0


def _read(formats: tuple[str, ...]) -> str:
    """The time in x where its year is a plausible one, else NULL."""
    read = f"try_strptime(x, [{', '.join(map(literal, formats))}])"
    return f"case when year({read}) between 1990 and 2100 then {read} end"
