"""The gate's report as text, Markdown, JSON or GitHub annotations; the wording is in templates."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from trustmetrics.gate.comparison import Key
from trustmetrics.gate.gate import Report

if TYPE_CHECKING:
    # It loads duckdb, which a report without prices does not need.
    from trustmetrics.gate.impact import Difference, Impact

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


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.6g}"


def _change(item: Difference) -> str:
    return "" if item.old is None or item.new is None else f"{item.new - item.old:+.6g}"


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
    "number": _number,
    "change": _change,
    "cell": _cell,
    "message": _message,
    "property": _property,
}
