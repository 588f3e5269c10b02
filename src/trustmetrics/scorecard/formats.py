"""The scorecard for machines (JSON, CSV: raw numbers) and for a page (Markdown: as people read)."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, fields
from datetime import date
from itertools import groupby
from typing import Any

from trustmetrics.scorecard import figures
from trustmetrics.scorecard.read import Line, Scorecard
from trustmetrics.scorecard.segments import grouped
from trustmetrics.scorecard.sparkline import sparkline

HEADINGS = (
    "metric",
    "period",
    "value",
    "95 % interval",
    "change",
    "target",
    "status",
    "trend",
    "so far",
)
# Helpers of the page, or lists, which a cell does not hold.
NOT_IN_CSV = frozenset(("slices", "history"))


def as_json(card: Scorecard) -> str:
    """Return a scorecard as one JSON object with the raw numbers; dates are ISO 8601."""
    said = asdict(card) | {"expected_by_chance": card.expected_by_chance}
    return json.dumps(said, default=_iso, indent=2, allow_nan=False)


def as_csv(card: Scorecard) -> str:
    """Return a scorecard as CSV, a row a line: metrics, segments and what is not measured."""
    names = [one.name for one in fields(Line) if one.name not in NOT_IN_CSV]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for line in (*card.lines, *card.segments, *card.not_measured):
        writer.writerow(
            {
                name: str(value).lower() if isinstance(value, bool) else value
                for name, value in asdict(line).items()
            }
        )
    return text.getvalue().removesuffix("\n")


def as_markdown(card: Scorecard) -> str:
    """Return a scorecard as Markdown: a table a family, then the worst slices."""
    as_of = f"{card.as_of:%Y-%m-%d %H:%M} UTC" if card.as_of else "no instant"
    parts = [f"# Scorecard by {card.grain}, as of {as_of}"]
    for (family, indicator), members in groupby(
        card.lines, lambda line: (line.family, line.indicator)
    ):
        rows = [_markdown_row(line, card.grain) for line in members]
        parts.append(f"## {family}, {indicator}\n\n{_table(HEADINGS, rows)}")
    groups = grouped(card.segments)
    if groups:
        parts.append(
            "## Slices with targets of their own\n\n"
            + "\n".join(f"- {_escaped(one.sentence)}" for one in groups)
        )
    if card.worst:
        rows = [figures.worse_slice(one, card.grain) for one in card.worst]
        titles = ("metric", "slice", "period", "value", "usual", "worse by", "n")
        parts.append(f"## Worst slices\n\n{_table(titles, rows)}")
    if card.not_measured:
        parts.append(
            "## Not measured here\n\n"
            + "\n".join(
                f"- {line.metric}: {_escaped(line.reason or '')}" for line in card.not_measured
            )
        )
    return "\n\n".join(parts)


def _markdown_row(line: Line, grain: str) -> tuple[str, ...]:
    so_far = figures.with_unit(line.newest_value, line.value_format)
    newest = figures.period(line.newest_start, grain)
    return (
        line.name,
        figures.period(line.period_start, grain),
        figures.with_unit(line.value, line.value_format),
        figures.interval(line, " to "),
        figures.change(line),
        figures.target(line, is_ascii=False),
        figures.status(line),
        sparkline(line.history),
        f"{newest}: {so_far}" if line.has_newer else "",
    )


def _table(titles: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [titles, ("---",) * len(titles), *rows]
    return "\n".join(f"| {' | '.join(map(_escaped, cells))} |" for cells in lines)


def _escaped(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")
