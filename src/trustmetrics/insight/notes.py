"""The notes of a report: definitions, restated numbers, data quality, incidents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from trustmetrics.insight.links import Links
from trustmetrics.insight.read import Facts
from trustmetrics.insight.said import Name, Number, Period, Sentence, Source, count

INCIDENTS = "staging.stg_incidents"
ACTIONS = "staging.stg_postmortem_actions"
RAW_ROWS = "marts.data_quality"
MAJOR = ("sev1", "sev2")
Row = Mapping[str, Any]


def overdue(facts: Facts) -> Sentence:
    """Return how many post-mortem actions were overdue at the period's end; nothing where none."""
    late = [row for row in facts.table("actions") if row["due_on"] <= facts.end]
    if not late:
        return ()
    first = Period(min(row["due_on"] for row in late).isoformat())
    number = _actions(facts, f"due_on <= date '{facts.end}'", len(late))
    verb = "post-mortem action was" if len(late) == 1 else "post-mortem actions were"
    return (number, f" {verb} overdue, the oldest since ", first, ".")


def due_next(facts: Facts) -> Sentence:
    """Return how many more fall due within as long as the period is."""
    until = facts.end + (facts.end - facts.start) + timedelta(1)
    soon = [row for row in facts.table("actions") if facts.end < row["due_on"] <= until]
    if not soon:
        return ("No other falls due by ", Period(until.isoformat()), ".")
    condition = f"due_on > date '{facts.end}' and due_on <= date '{until}'"
    verb = "falls" if len(soon) == 1 else "fall"
    more = _actions(facts, condition, len(soon))
    return (more, f" more {verb} due by ", Period(until.isoformat()), ".")


def _actions(facts: Facts, due: str, size: int) -> Number:
    open_then = (
        f"cast(created_at as date) <= date '{facts.end}' and (closed_at is null or "
        f"cast(closed_at as date) > date '{facts.end}')"
    )
    return count(size, Source(ACTIONS, "count(*)", {}, f"{open_then} and {due}"))


def open_incidents(facts: Facts) -> Sentence:
    """Return how many incidents were open at the period's end; nothing where none was."""
    number = _open_incidents(facts)
    verb = "incident was" if number.value == 1 else "incidents were"
    return (number, f" {verb} open at the end of the {facts.grain}.") if number.value else ()


def _open_incidents(facts: Facts) -> Number:
    size = sum(not _has_ended(row, facts.end) for row in facts.table("incidents"))
    until = f"cast(declared_at as date) <= date '{facts.end}' and (resolved_at is null or "
    until += f"cast(resolved_at as date) > date '{facts.end}')"
    return count(size, Source(INCIDENTS, "count(*)", {}, until))


def incident_sentence(facts: Facts) -> Sentence:
    """Return how many incidents were declared in the period, and how many were still open."""
    rows = facts.table("incidents")
    if not rows:
        return (f"none was declared in the {facts.grain}, and none was open at its end.",)
    declared = [row for row in rows if row["declared_at"].date() >= facts.start]
    major = [row for row in declared if row["severity"] in MAJOR]
    in_period = f"cast(declared_at as date) between date '{facts.start}' and date '{facts.end}'"
    key = {"severity": list(MAJOR)}
    return (
        *(count(len(declared), Source(INCIDENTS, "count(*)", {}, in_period)), " declared, "),
        *(count(len(major), Source(INCIDENTS, "count(*)", key, in_period)), " of them major; "),
        *(_open_incidents(facts), " open at the end."),
    )


def _has_ended(row: Row, end: date) -> bool:
    return row["resolved_at"] is not None and row["resolved_at"].date() <= end


def failed_checks(facts: Facts) -> Sentence:
    """Return how many data checks failed in their newest run; nothing where none did."""
    failed = [row for row in facts.table("checks") if row["success"] is False]
    if not failed:
        return ()
    key = {"run_at": failed[0]["run_at"], "success": False}
    number = count(len(failed), Source("marts.data_checks", "count(*)", key))
    verb = "data check" if len(failed) == 1 else "data checks"
    return (number, f" {verb} failed.")


def check_sentence(facts: Facts) -> Sentence:
    """Return what the data checks say, or that none were run."""
    rows = facts.table("checks")
    if not rows:
        return ("No data checks were run on this database: ", _command("trustmetrics check"), ".")
    run_at = rows[0]["run_at"]
    held = sum(row["success"] is True for row in rows)
    key = {"run_at": run_at, "success": True}
    number = count(held, Source("marts.data_checks", "count(*)", key))
    failed = failed_checks(facts) or ("None failed.",)
    return (number, " data checks held on ", Period(f"{run_at:%Y-%m-%d}"), ". ", *failed)


def rejected_sentence(facts: Facts) -> Sentence:
    """Return how many raw rows were rejected, late or left out."""
    rows = facts.table("raw_rows")

    def total(column: str) -> Number:
        value = sum(row[column] for row in rows)
        return count(int(value), Source(RAW_ROWS, f"sum({column})", {}))

    return (
        *("Of ", total("raw_row_count"), " raw rows "),
        *(total("rejected_row_count"), " were rejected, and "),
        *(total("late_row_count"), " came after the instant that the data look from."),
    )


@dataclass(frozen=True)
class Rejected:
    """A raw table with rejected rows."""

    table: Name
    rejected: Number
    raw: Number


def rejected_tables(facts: Facts) -> list[Rejected]:
    """Return the raw tables with rejected rows, most first."""
    rows = [row for row in facts.table("raw_rows") if row["rejected_row_count"]]
    rows.sort(key=lambda row: (-row["rejected_row_count"], row["table_name"]))

    def cell(row: Row, column: str) -> Number:
        return count(row[column], Source(RAW_ROWS, column, {"table_name": row["table_name"]}))

    return [
        Rejected(
            Name(row["table_name"], is_code=True),
            cell(row, "rejected_row_count"),
            cell(row, "raw_row_count"),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Orphan:
    """References of a raw table that point to nothing, and the metrics that feel it."""

    place: Name
    orphans: Number
    entities: Number
    touched: str


def orphans(facts: Facts, shown: int) -> list[Orphan]:
    """Return the dangling references, most first."""
    found = []
    for row in facts.table("orphans")[:shown]:
        names = ("table_name", "column_name", "referenced_table")
        key = {name: row[name] for name in names}
        number, whole = (
            count(row[column], Source("marts.orphans", column, key))
            for column in ("orphan_count", "entity_count")
        )
        place = Name(f"{row['table_name']}.{row['column_name']}", is_code=True)
        found.append(Orphan(place, number, whole, row["touched_metrics"] or ""))
    return found


@dataclass(frozen=True)
class Definition:
    """A change of a definition.

    Attributes:
        metrics: the metrics that it is of.
        what: version or vocabulary, and the kind of change.
        text: why, whether the past was computed anew, and who decided it.
    """

    metrics: Sequence[Name]
    what: str
    effective: str
    text: str


def definitions(facts: Facts, links: Links) -> list[Definition]:
    """Return what changed the meaning of numbers since the earliest period that is compared.

    A vocabulary's entry that moves many metrics is said once, with all of them.
    """
    grouped: dict[tuple[Any, ...], list[str]] = {}
    for row in facts.table("definitions"):
        what = (
            f"version {row['metric_version']}, {row['change']}"
            if row["vocabulary"] is None
            else f"{row['vocabulary']}, {row['change']}: {row['codes'] or 'all'}"
        )
        effective = (
            row["effective_from"].isoformat() if row["effective_from"] else "its introduction"
        )
        names = grouped.setdefault((what, effective, _told(row)), [])
        if row["metric"] not in names:
            names.append(row["metric"])
    return [
        Definition([links.metric(name) for name in names], *words)
        for words, names in grouped.items()
    ]


def _told(row: Row) -> str:
    past = {
        "yes": "Earlier periods were computed with it, too.",
        "from_date": f"Periods from {row['restated_from']} on were computed with it, too.",
    }.get(row["restates_history"], "Earlier periods are not comparable.")
    reason = (row["reason"] or "").rstrip(".")
    decided = f" Decided by {row['decided_by']}." if row["decided_by"] else ""
    return f"{reason}. {past}{decided}" if reason else f"{past}{decided}"


def _command(text: str) -> Name:
    return Name(text, is_code=True)
