"""Readings and facts made for the tests, and a page taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any

from trustmetrics.check.metric_pages import MetricPages
from trustmetrics.insight.links import Links
from trustmetrics.insight.read import Facts, Reading
from trustmetrics.insight.said import Name, Number, Part, Period

WEEK = date(2026, 6, 22)
NAMES = {"a", "b", "code", "dfn", "th", "h1", "h2", "h3", "h4", "time", "title", "dt", "dd"}
UNREAD = {"style", "svg"}


def reading(metric: str = "m", **more: Any) -> Reading:
    """A value of 0.4 in the week of 22 June, clearly up on 0.3."""
    given = {
        "metric_version": 1,
        "title": metric.upper(),
        "family": "harm",
        "indicator": "lagging",
        "direction": "down",
        "statistic": "proportion",
        "value_format": "percent",
        "period_grain": "week",
        "period_start": WEEK,
        "period_end": date(2026, 6, 28),
        "period_label": "2026-W26",
        "slice": "overall",
        "slice_name": "overall",
        "slice_value": "all",
        "slice_label": "all",
        "value": 0.4,
        "ci_lower": 0.35,
        "ci_upper": 0.45,
        "sample_size": 400,
        "is_complete": True,
        "is_mature": True,
        "previous_value": 0.3,
        "change_on_previous": 0.1,
        "relative_change_on_previous": 1 / 3,
        "change_lower": 0.04,
        "change_upper": 0.16,
        "change_is_clear": True,
        "definition_changed": False,
        "target_kind": "none",
        "comparator": None,
        "target_value": None,
        "target_text": None,
        "status": "no target",
        "trend_segment": 0,
        "change_label": None,
        "change_text": None,
    }
    return Reading(metric=metric, **(given | more))


def before(one: Reading, label: str, start: date, **more: Any) -> Reading:
    """The same series in an earlier period."""
    kept = {name: getattr(one, name) for name in Reading.__dataclass_fields__}
    return Reading(**(kept | {"period_label": label, "period_start": start} | more))


def facts(
    *readings: Reading,
    slices: Sequence[Reading] = (),
    tables: Mapping[str, Any] | None = None,
    maturity: Mapping[str, int] | None = None,
    **more: Any,
) -> Facts:
    """The facts of the week of 22 June; each metric's own reading is its last mature one."""
    series: dict[str, list[Reading]] = {}
    for one in sorted(readings, key=lambda one: one.period_start):
        series.setdefault(one.metric, []).append(one)
    parts: dict[str, list[Reading]] = {}
    for one in slices:
        parts.setdefault(one.metric, []).append(one)
    own = {
        metric: mature[-1]
        for metric, found in series.items()
        if (mature := [one for one in found if one.is_mature])
    }
    metrics = {
        metric: {
            "title": metric.upper(),
            "family": found[0].family,
            "family_order": 1,
            "owner": f"team {metric}",
            "question": f"What is {metric}?",
            "value_format": found[0].value_format,
            "maturity_days": (maturity or {}).get(metric, 0),
            "slices": "surface; queue",
            "is_measured": True,
            "not_measured_reason": None,
        }
        for metric, found in series.items()
    }
    given = {
        "grain": "week",
        "start": WEEK,
        "end": date(2026, 6, 28),
        "label": "2026-W26",
        "as_of": datetime(2026, 7, 2, 10, 3),
        "due": list(own),
        "is_newest": True,
    }
    return Facts(
        readings=series,
        slices=parts,
        metrics=metrics,
        own=own,
        tables=tables or {},
        **(given | more),
    )


def links(found: Facts) -> Links:
    """Names without pages."""
    return Links(MetricPages({}, True), found.metrics)


def text(sentence: Iterable[Part]) -> str:
    """A sentence as it is read."""
    told = []
    for part in sentence:
        if isinstance(part, Number):
            told.append(part.text + part.mark)
        else:
            told.append(part.text if isinstance(part, Period | Name) else part)
    return "".join(told)


@dataclass
class Shown:
    """A number of a page: its value and query, and the text that is read."""

    value: str
    query: str
    text: str = ""


@dataclass
class Read(HTMLParser):
    """A page taken apart: its numbers, and what it says beside numbers and names."""

    numbers: list[Shown] = field(default_factory=list)
    rest: str = ""
    descriptions: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []

    @classmethod
    def of(cls, page: str) -> Read:
        found = cls()
        found.feed(page)
        found.close()
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(given["id"] or "")
        self.hosts += [
            value or ""
            for name, value in attrs
            if name in ("src", "href", "srcset", "action", "xlink:href")
            and re.match(r"(https?:)?//", value or "")
        ]
        if tag == "data":
            self.numbers.append(Shown(given["value"] or "", given["data-query"] or ""))
        if tag == "desc":
            self.descriptions.append("")
        if tag not in ("meta", "br", "link", "img"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "desc" in self._open:
            self.descriptions[-1] += data
        if UNREAD.intersection(self._open):
            return
        if "data" in self._open:
            self.numbers[-1].text += data
        elif not NAMES.intersection(self._inmost()):
            self.rest += data

    def _inmost(self) -> list[str]:
        """The open elements from the last small one on: beside a name not all is a name."""
        places = [place for place, tag in enumerate(self._open) if tag == "small"]
        return self._open[places[-1] :] if places else self._open
