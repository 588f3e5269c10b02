"""The numbers of a filled report as the ledger records them, and the head beside the report."""

from __future__ import annotations

from pathlib import Path

from trustmetrics.drafts import drafted
from trustmetrics.dsa.report.figures import Figures
from trustmetrics.dsa.report.filled import FilledReport, Record
from trustmetrics.dsa.template import CATEGORY_PARTS, TOTAL, part
from trustmetrics.errors import UserError
from trustmetrics.ledger.definitions import Definitions
from trustmetrics.ledger.numbers import Publication, PublishedNumber
from trustmetrics.ledger.publish import publish

KIND = "dsa"
PUBLISHED = "published.txt"
# The label of the row of all categories.
EVERYTHING = "TOTAL"


def publish_report(
    report: FilledReport, figures: Figures, out: Path, ledger: Path, definitions: Definitions
) -> Publication:
    """Record every number of a report that was written, and put the head into its folder.

    In this order a stop leaves at worst a report that lacks its head, which the ledger still has;
    never numbers of a report that nobody has.

    Args:
        report: the report.
        figures: what it was filled from.
        out: its folder.
        ledger: the ledger's file.
        definitions: what the figures were computed by.

    Raises:
        UserError: the ledger cannot be written, and has none of the numbers.
    """
    numbers = published_numbers(report, figures)
    period = f"{figures.first}--{figures.last}"
    title = f"{report.service}, {report.period}"
    try:
        done = publish(ledger, KIND, period, title, numbers, figures.as_of, definitions)
    except UserError as error:
        raise UserError(
            f"'{out}' was written, and none of its numbers published: {error}. Then move that "
            "folder away and run this again"
        ) from error
    with drafted(out / PUBLISHED) as draft:
        draft.write_text(f"{done.report_id}\nhead {done.head}\n", encoding="utf-8")
    return done


def published_numbers(report: FilledReport, figures: Figures) -> list[PublishedNumber]:
    """Return the numbers of a report in its order. What is blank is no number."""
    return [_published(record, figures) for record in report.records]


def _published(record: Record, figures: Figures) -> PublishedNumber:
    template, key, source = part(record.part), record.row, record.source
    name, about = key.line, {}
    if record.part in CATEGORY_PARTS:
        name = record.column
        if key.line != EVERYTHING:
            codes = (source["category"], source["keyword"], source["description"])
            about["category"] = "/".join(code for code in codes if code)
    if key.scope not in ("", TOTAL):
        about["scope"] = key.scope
    return PublishedNumber(
        metric=f"{KIND}.{template.names[0]}.{name}",
        metric_version=None,
        slice=",".join(about) or "overall",
        slice_value=",".join(about.values()) or "all",
        period_grain=figures.grain,
        period_start=figures.first,
        value=record.exact,
        shown=record.value,
        decimals=record.decimals,
        sample_size=record.events,
        source=source,
    )
