"""The gate's report as text, Markdown, JSON or GitHub annotations; the wording is in templates."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from itertools import compress
from textwrap import wrap
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from trustmetrics.gate.comparison import Key
from trustmetrics.gate.finding import Finding
from trustmetrics.gate.gate import Report

if TYPE_CHECKING:
    # It loads duckdb, which a report without prices does not need.
    from trustmetrics.gate.impact import Difference, Impact, Measured

INDENT = " " * 6
WIDTH = 110
NARROWEST = 20
HEAD = ["where", "old", "new", "change", "in %", "n", "interval, old", "interval, new"]
FORMS = ("text", "markdown", "json", "github")
FIELDS = ("id", "title", "subject", "version", "what", "why", "mend", "command", "file")


def rendered(form: str, report: Report, impacts: Sequence[Impact]) -> str:
    """Return the report in one of FORMS."""
    if form == "json":
        return json.dumps(_data(report, impacts), indent=2)
    template = _templates.get_template(f"report.{form}.j2")
    return template.render(report=report, impacts=impacts).rstrip("\n")


def rendered_impact(form: str, impact: Impact) -> str:
    """Return the price of a change as text or markdown."""
    return _templates.get_template(f"impact.{form}.j2").render(impact=impact).rstrip("\n")


def _data(report: Report, impacts: Sequence[Impact]) -> dict[str, object]:
    return {
        "base": {"ref": report.base.ref, "commit": report.base.commit},
        "passed": not report.findings,
        "metrics": report.metric_count,
        "changed_files": report.changed_files,
        "moved": _versions(report.moved),
        "new_versions": _versions(report.new_versions),
        "vocabulary_entries": report.words,
        "findings": [
            {name: (asdict(one) | asdict(one.kind))[name] for name in FIELDS}
            for one in report.findings
        ],
        "impact": [asdict(one) for one in impacts],
        "results": report.results,
        "compared_as_text": report.as_text,
    }


def _versions(keys: Sequence[Key]) -> list[dict[str, object]]:
    return [{"metric": metric, "version": version} for metric, version in keys]


def _once(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings of one kind; those that say the same of several subjects as one."""
    alike: dict[str, list[Finding]] = defaultdict(list)
    for place, one in enumerate(findings):
        alike[one.shared or str(place)].append(one)
    for first, *others in alike.values():
        if not others:
            yield first
            continue
        found = [first, *others]
        subjects = ", ".join(dict.fromkeys(one.subject for one in found))
        files = " ".join(dict.fromkeys(one.file for one in found))
        what = f"{len(found)} {first.shared}: {subjects}"
        yield replace(first, what=what, command=f"$EDITOR {files}")


def _tables(impact: Impact) -> Iterator[tuple[str, list[list[str]]]]:
    """The tables of a price, in the order in which a reviewer reads them: title and cells.

    What all places of a table have in common is in its title. A column without a cell is left out.
    """
    gone, added = f"{impact.gone_count:,}", f"{impact.added_count:,}"
    for title, items in (
        ("latest periods", impact.periods),
        ("other differences, largest first", impact.largest),
        (f"rows gone, {len(impact.gone)} of {gone}", impact.gone),
        (f"new rows, {len(impact.added)} of {added}", impact.added),
    ):
        if items:
            places = list(zip(*(item.place for item in items), strict=True))
            varies = [len(set(part)) > 1 or len(items) == 1 for part in places]
            common = [part[0] for part, is_own in zip(places, varies, strict=True) if not is_own]
            rows = [
                [", ".join(compress(item.place, varies)) or "all", *_measures(item)]
                for item in items
            ]
            used = [any(column) for column in zip(*rows, strict=True)]
            yield ", ".join([title, *common]), [list(compress(row, used)) for row in (HEAD, *rows)]


def _measures(item: Difference) -> list[str]:
    """The cells of a difference, as HEAD names them."""
    old, new = item.old, item.new
    sizes = [_figure(one.sample_size) for one in (old, new) if one and one.sample_size is not None]
    return [
        _figure(old.value) if old else "",
        _figure(new.value) if new else "",
        "" if item.change is None else _figure(item.change, 3, "+") if item.change else "0",
        _figure(100 * item.relative, 3, "+") if item.relative else "",
        " to ".join(dict.fromkeys(sizes)),
        *(_interval(one) for one in (old, new)),
    ]


def _figure(value: float | None, digits: int = 4, sign: str = "") -> str:
    """A number to some significant digits, never fewer than those before the point."""
    if value is None:
        return "none"
    return f"{value:{sign}.0f}" if abs(value) >= 10**digits else f"{value:{sign}.{digits}g}"


def _interval(one: Measured | None) -> str:
    if one is None or one.lower is None or one.upper is None:
        return ""
    return f"{_figure(one.lower, 3)} to {_figure(one.upper, 3)}"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """A table as text, its columns under each other, long places on several lines."""
    head, *_ = rows
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    room = WIDTH - len(INDENT) - sum(width + 2 for width in widths[1:])
    widths[0] = min(widths[0], max(room, NARROWEST))
    lines = []
    for first, *others in [["", *head[1:]], *rows[1:]]:
        numbers = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        place, *more = wrap(first, widths[0]) or [""]
        lines.append("  ".join([place.ljust(widths[0]), *numbers]))
        lines += [f"  {part}" for part in more]
    return "\n".join(f"{INDENT}{line}".rstrip() for line in lines)


def _cell(text: str) -> str:
    """Text for a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def _message(text: str) -> str:
    """Text for a workflow command of GitHub, as its toolkit escapes it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


_templates = Environment(
    loader=PackageLoader("trustmetrics.gate"),
    undefined=StrictUndefined,
    autoescape=False,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_templates.filters |= {
    "once": _once,
    "tables": _tables,
    "aligned": _aligned,
    "cell": _cell,
    "message": _message,
    "property": _property,
}
