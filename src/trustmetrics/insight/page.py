"""The report as one HTML page that asks no network, and the numbers that it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from trustmetrics.check.metric_pages import metric_pages
from trustmetrics.insight import notes, sections
from trustmetrics.insight.drivers import (
    Drivers,
    driver_sentence,
    drivers_of,
    rate_sentence,
    volume_sentence,
)
from trustmetrics.insight.floods import flood_sentence, with_floods
from trustmetrics.insight.links import Links
from trustmetrics.insight.movements import (
    INDICATORS,
    moved_sentence,
    movements,
    target_sentence,
    target_words,
)
from trustmetrics.insight.needs import Need, commands, needs, shown_first
from trustmetrics.insight.pictures import split_chart, trend_chart, trend_table
from trustmetrics.insight.read import Facts, Reading
from trustmetrics.insight.restated import since_last
from trustmetrics.insight.said import Name, Number, Period, Sentence
from trustmetrics.insight.summary import summary
from trustmetrics.insight.usual import worse_than_usual
from trustmetrics.project import project_root

KINDS = {"week": "weekly", "month": "monthly", "quarter": "quarterly"}
ORPHANS = 8
INDICATOR_WORDS = {
    "leading": "Leading indicators: they move before harm does",
    "lagging": "Lagging indicators: what has happened",
}


@dataclass(frozen=True)
class Moved:
    """A metric that moved, with all that is shown of it."""

    own: Reading
    name: Name
    sentence: Sentence
    target: Sentence
    drivers: Drivers
    driver_sentence: Sentence
    rate_sentence: Sentence
    flood_sentence: Sentence
    question: str
    volume_sentence: Sentence
    owner: str | None
    chart: str
    chart_table: Sequence[Reading]
    split_charts: Mapping[str, str]


@dataclass(frozen=True)
class Page:
    """What a page is rendered from.

    Attributes:
        facts: what was read.
        context: the variables of the template, but for the head.
    """

    facts: Facts
    context: Mapping[str, Any]

    @property
    def title(self) -> str:
        """The title of the report."""
        return f"{KINDS[self.facts.grain].capitalize()} report, {self.facts.label}"

    def render(self, head: str | None = None) -> tuple[str, list[Number]]:
        """Return the page, and the numbers that it shows in their order.

        Args:
            head: of the ledger, where the report is published.
        """
        shown: list[Number] = []
        text = (
            _environment(shown.append)
            .get_template("page.html.j2")
            .render(**self.context, title=self.title, head=head)
        )
        return text, shown


def make_page(database: Path, ledger: Path, facts: Facts, out: Path) -> Page:
    """Return the page of a report.

    Args:
        database: the built database.
        ledger: the ledger's file, for what became of the last report's numbers.
        facts: what was read of the database.
        out: the file that the page goes to, for links relative to it.

    Raises:
        UserError: the ledger or the register cannot be read.
    """
    pages = metric_pages(project_root(), out.absolute().parent)
    links = Links(pages, facts.metrics)
    facts = with_floods(database, facts)
    found = movements(facts)
    moved = [_moved(facts, one, links) for one in found.moved]
    context = {
        "facts": facts,
        "kind": KINDS[facts.grain],
        "found": found,
        "summary": summary(facts, found, links),
        "needs": _by_age(facts, needs(facts, found, links)),
        "commands": commands(facts),
        "indicators": INDICATORS,
        "indicator_words": INDICATOR_WORDS,
        "moved": moved,
        "scorecard": sections.scorecard(facts, links),
        "without_value": sections.without_value(facts, links),
        "not_measured": sections.not_measured(facts, links),
        "backlog": sections.backlog_sentences(facts, links),
        "backlog_parts": sections.backlog_parts(facts, links),
        "detectors": sections.detectors(facts),
        "unusual": worse_than_usual(facts, links),
        "definitions": notes.definitions(facts, links),
        "since_last": None
        if facts.k
        else since_last(database, ledger, KINDS[facts.grain], facts, links),
        "rejected": notes.rejected_sentence(facts),
        "rejected_tables": notes.rejected_tables(facts),
        "orphans": notes.orphans(facts, ORPHANS),
        "checks": notes.check_sentence(facts),
        "incidents": None
        if facts.tables.get("incidents") is None
        else notes.incident_sentence(facts),
        "actions": None
        if facts.tables.get("actions") is None
        else (notes.overdue(facts) or ("None is overdue.",), notes.due_next(facts)),
        "links": links,
    }
    return Page(facts, context)


def _by_age(
    facts: Facts, found: Sequence[Need]
) -> list[tuple[Sentence, Sequence[Need], Sequence[Need]]]:
    """What needs attention in the report's own period, and in earlier ones that settled since.

    Each with those that are said in full, and the others.
    """
    own = [need for need in found if need.is_of_the_period]
    earlier = [need for need in found if not need.is_of_the_period]
    heads = (
        (("What needs attention in ", Period(facts.label)), own),
        ((f"What needs attention in earlier {facts.grain}s, settled only now",), earlier),
    )
    return [(head, *shown_first(listed)) for head, listed in heads if listed]


def _moved(facts: Facts, one: Reading, links: Links) -> Moved:
    name = links.metric(one.metric)
    drivers = drivers_of(facts, one)
    best = drivers.best
    return Moved(
        own=one,
        name=name,
        sentence=moved_sentence(one, name),
        target=target_sentence(one),
        drivers=drivers,
        driver_sentence=driver_sentence(drivers),
        rate_sentence=rate_sentence(drivers),
        flood_sentence=flood_sentence(facts, one),
        volume_sentence=volume_sentence(drivers),
        question=facts.metrics[one.metric]["question"],
        owner=facts.metrics[one.metric]["owner"],
        chart=trend_chart(facts, one),
        chart_table=trend_table(facts, one),
        split_charts={best.slice: split_chart(one, best)} if best else {},
    )


def _environment(on_number: Callable[[Number], None]) -> Environment:
    environment = Environment(
        loader=PackageLoader("trustmetrics.insight", "."),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def say(parts: Any) -> Markup:
        if parts is None:
            return Markup("")
        if isinstance(parts, str | Number | Period | Name):
            parts = (parts,)
        told = []
        for part in parts:
            if isinstance(part, Number):
                on_number(part)
            told.append(_html(part))
        return Markup("").join(told)

    environment.filters["say"] = say
    environment.filters["breakable"] = breakable
    environment.globals["target_words"] = target_words
    return environment


def breakable(text: str) -> Markup:
    """Return a name that a narrow column may break behind an underscore."""
    return Markup(str(escape(text)).replace("_", "_<wbr>"))


def _html(part: str | Number | Period | Name) -> Markup:
    if isinstance(part, Number):
        query = escape(part.source.query)
        shown = escape(part.text.replace("-", "−") + part.mark).replace(" ", "&nbsp;")
        return Markup(f'<data value="{part.value!r}" data-query="{query}">{shown}</data>')
    if isinstance(part, Period):
        return Markup(f"<time>{escape(part.text)}</time>")
    if isinstance(part, Name):
        shown = breakable(part.text)
        if part.is_code:
            return Markup(f"<code>{shown}</code>")
        if part.href:
            return Markup(f'<a href="{escape(part.href)}">{shown}</a>')
        return Markup(f'<b class="name">{shown}</b>')
    return Markup(escape(part))
