"""Cases with many reports: their reports share one outcome, and are no sample of what comes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from trustmetrics.built import opened
from trustmetrics.insight.read import OVERALL, Facts, Reading
from trustmetrics.insight.said import Number, Sentence, Source, count, number
from trustmetrics.scorecard.sparkline import previous

SHARE = "report_actionability_rate"
METRICS = (SHARE, "report_rate", "reports_per_million_views")
# A case with so many reports in a period is a flood, and is said from this share of all on.
FLOOD, IN_WORDS, LARGE = 25, "twenty-five", 0.1
IS_FLOOD = f"size >= {FLOOD} and case_id is not null"
EXPRESSIONS = {
    "cases": f"count(*) filter ({IS_FLOOD})",
    "flooded": f"coalesce(sum(size) filter ({IS_FLOOD}), 0)",
    "total": "coalesce(sum(size), 0)",
    "without": (
        f"sum(confirmed) filter (not ({IS_FLOOD})) / nullif(sum(size) filter (not ({IS_FLOOD})), 0)"
    ),
}
Row = Mapping[str, Any]


def with_floods(database: Path, facts: Facts) -> Facts:
    """Return the facts with the reports of cases with many, in each period that is spoken of.

    A report for outside, which says nothing of single cases, and a database with the public marts
    alone go without.

    Args:
        database: the built database.
        facts: what was read of it.
    """
    own = [facts.own[name] for name in METRICS if name in facts.own]
    if not own or facts.k:
        return facts
    with opened(database) as connection:
        there = connection.execute(
            "select count(*) from information_schema.tables where table_schema = 'intermediate' "
            "and table_name in ('int_user_reports', 'int_cases')"
        ).fetchone()
        if there != (2,):
            return facts
        found = []
        for one in own:
            for age, reports in enumerate(_reports(one)):
                query = f"select {', '.join(EXPRESSIONS.values())} from {reports}"
                values = connection.execute(query).fetchone() or (0, 0, 0, None)
                row = dict(zip(EXPRESSIONS, values, strict=True))
                found.append(row | {"metric": one.metric, "age": age})
    return replace(facts, tables={**facts.tables, "floods": found})


def flood_sentence(facts: Facts, one: Reading) -> Sentence:
    """Return how many of a reading's reports are of cases with many, now and in the period before.

    Nothing where they are few in both. A share is said without them, too.
    """
    rows = _rows(facts, one)
    if not rows:
        return ()
    reports = _reports(one)
    flooded, total, cases, flooded_before, total_before = (
        count(int(rows[age][name]), _source(reports[age], name))
        for age, name in (
            *((0, "flooded"), (0, "total"), (0, "cases")),
            *((1, "flooded"), (1, "total")),
        )
    )
    is_one = cases.value == 1
    size = f"of {IN_WORDS} reports or more"
    have = f"case, {size}, has" if is_one else f"cases, {size} each, have"
    said: Sentence = (" ", cases, f" mass-reported {have} ", flooded, " of the ", total, " reports")
    said = (*said, ", after ", flooded_before, " of ", total_before, f" the {facts.grain} before")
    without = without_floods(facts, one)
    if without is None:
        return (*said, ".")
    return (*said, "; without such the value would be ", without[0], " after ", without[1], ".")


def without_floods(facts: Facts, one: Reading) -> tuple[Number, Number] | None:
    """Return a share without mass-reported cases, and that of the period before.

    None where it is no share, nothing is left, or they have few of the reports.
    """
    rows = _rows(facts, one)
    if not rows or one.metric != SHARE or any(row["without"] is None for row in rows):
        return None
    now, before = (
        number(row["without"], one.value_format, _source(reports, "without"))
        for row, reports in zip(rows, _reports(one), strict=True)
    )
    return now, before


def _source(reports: str, name: str) -> Source:
    return Source(reports, EXPRESSIONS[name], {}, called="reports by case")


def _rows(facts: Facts, one: Reading) -> list[Row]:
    """The reading's period and the one before, where cases with many reports have many of all."""
    if one.slice != OVERALL or one.period_start != facts.own[one.metric].period_start:
        return []
    rows = [row for row in facts.table("floods") if row["metric"] == one.metric]
    return rows if any(row["flooded"] > LARGE * row["total"] for row in rows) else []


def _reports(one: Reading) -> tuple[str, str]:
    """The reports of a reading's period and of the one before, by case as the metric takes them."""
    start = previous(one.period_start, one.period_grain)
    return (
        _by_case(one.metric, one.period_start, one.period_end),
        _by_case(one.metric, start, one.period_start - timedelta(1)),
    )


def _by_case(metric: str, first: date, last: date) -> str:
    only = "cases.is_decided and " if metric == SHARE else ""
    return (
        "(select reports.case_id, count(*) as size, "
        "count(*) filter (cases.is_confirmed) as confirmed "
        "from intermediate.int_user_reports as reports "
        "left join intermediate.int_cases as cases on reports.case_id = cases.case_id "
        f"where {only}cast(reports.reported_at as date) between date '{first}' and date '{last}' "
        "group by reports.case_id) as cases"
    )
