"""The gate's report as text, Markdown, JSON or GitHub annotations."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import groupby

from trustmetrics.gate.finding import Finding
from trustmetrics.gate.gate import Report
from trustmetrics.gate.impact import Difference, Impact

Renderer = Callable[[Report, Sequence[Impact]], str]


def as_text(report: Report, impacts: Sequence[Impact]) -> str:
    """Return the report for a terminal: each kind of finding once, with what it is about."""
    lines = [_headline(report), ""]
    for identity, group in groupby(report.findings, key=lambda finding: finding.id):
        found = list(group)
        kind = found[0].kind
        lines.append(f"{identity}  {kind.title}")
        lines += [f"    what  {finding.what}" for finding in found]
        lines += [f"    why   {kind.why}", f"    mend  {kind.mend}"]
        lines += [f"    run   {command}" for command in _commands(found)]
        lines.append("")
    lines += [line for one in impacts for line in [*impact_text(one), ""]]
    return "\n".join([*lines, *_notes(report), _verdict(report)])


def as_markdown(report: Report, impacts: Sequence[Impact]) -> str:
    """Return the report for a pull request's comment."""
    lines = [f"### Metric gate: {_verdict(report)}", "", _headline(report), ""]
    if report.findings:
        lines += ["| | what | how to mend it |", "|---|---|---|"]
        for finding in report.findings:
            lines.append(
                f"| **{finding.id}** {_cell(finding.kind.title)} | {_cell(finding.what)} "
                f"| {_cell(finding.kind.mend)} `{finding.command}` |"
            )
        lines.append("")
        for identity in sorted({finding.id for finding in report.findings}):
            why = next(f.kind.why for f in report.findings if f.id == identity)
            lines.append(f"- {identity}: {why}")
        lines.append("")
    for one in impacts:
        lines += [*impact_markdown(one), ""]
    return "\n".join([*lines, *_notes(report)]).rstrip() + "\n"


def as_json(report: Report, impacts: Sequence[Impact]) -> str:
    """Return the report for a program."""
    data = {
        "base": {"ref": report.base.ref, "commit": report.base.commit},
        "passed": not report.findings,
        "metrics": report.metric_count,
        "changed_files": report.changed_files,
        "moved": [{"metric": metric, "version": version} for metric, version in report.moved],
        "new_versions": [
            {"metric": metric, "version": version} for metric, version in report.new_versions
        ],
        "findings": [
            {
                "id": finding.id,
                "title": finding.kind.title,
                "subject": finding.subject,
                "version": finding.version,
                "what": finding.what,
                "why": finding.kind.why,
                "mend": finding.kind.mend,
                "command": finding.command,
                "file": finding.file,
            }
            for finding in report.findings
        ],
        "impact": [asdict(one) for one in impacts],
        "results": report.results,
        "compared_as_text": report.as_text,
    }
    return json.dumps(data, indent=2)


def as_github(report: Report, impacts: Sequence[Impact]) -> str:
    """Return the findings as GitHub's workflow commands, which annotate the changed files."""
    lines = [
        f"::error file={_property(finding.file)},title={_property(_title(finding))}::"
        + _message(f"{finding.what}\n{finding.kind.why}\n{finding.kind.mend}\n{finding.command}")
        for finding in report.findings
    ]
    return "\n".join([*lines, f"::notice::{_message(_headline(report))}", _verdict(report)])


RENDERERS: dict[str, Renderer] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
    "github": as_github,
}


def _headline(report: Report) -> str:
    changed = len(report.changed_files)
    files = f"{changed} file{'' if changed == 1 else 's'} of models and register changed"
    metrics = f"{report.metric_count} metric{'' if report.metric_count == 1 else 's'}"
    return f"gated: the working tree against {report.base}; {metrics}; {files}"


def _verdict(report: Report) -> str:
    if not report.findings:
        return "passed: no number changes its meaning without a trace"
    count = len(report.findings)
    return f"failed: {count} finding{'' if count == 1 else 's'}"


def _notes(report: Report) -> list[str]:
    notes = [f"result fingerprints: {report.results}"] if report.results else []
    if report.new_versions:
        listed = ", ".join(f"{metric} {version}" for metric, version in report.new_versions)
        notes.append(f"new versions: {listed}")
    if report.as_text:
        notes.append("compared as text, so a cosmetic edit there counts as a change:")
        notes += [f"    {one}" for one in report.as_text]
    return [*notes, ""] if notes else []


def _commands(findings: list[Finding]) -> list[str]:
    return list(dict.fromkeys(finding.command for finding in findings))


def impact_text(one: Impact) -> list[str]:
    """Return the price of a change as lines for a terminal."""
    lines = [_impact_title(one)]
    if one.periods:
        lines.append("    latest periods, all:")
        lines += [f"    {_difference(item)}" for item in one.periods]
    if one.largest:
        lines.append("    largest differences:")
        lines += [f"    {_difference(item)}" for item in one.largest]
    return [*lines, *(f"    {line}" for line in _reach(one))]


def impact_markdown(one: Impact) -> list[str]:
    """Return the price of a change as lines of Markdown."""
    lines = [f"#### {_impact_title(one)}", ""]
    lines += _table("latest periods, all", one.periods)
    if one.largest:
        lines += ["<details><summary>largest differences</summary>", ""]
        lines += [*_table("where", one.largest), "</details>", ""]
    return [*lines, *(f"- {_cell(line)}" for line in _reach(one))]


def _table(title: str, items: list[Difference]) -> list[str]:
    if not items:
        return []
    rows = [
        f"| {_cell(', '.join(item.place))} | {_number(item.old)} | {_number(item.new)} "
        f"| {_change(item)} |"
        for item in items
    ]
    return [f"| {title} | old | new | difference |", "|---|---:|---:|---:|", *rows, ""]


def _impact_title(one: Impact) -> str:
    versions = (
        f"version {one.old_version}"
        if one.old_version == one.new_version
        else f"version {one.old_version} to {one.new_version}"
    )
    if one.problem:
        return f"{one.metric}, {versions}: not priced, for {one.problem}"
    share = f"{one.changed_count:,} of {one.row_count:,} values differ"
    return f"{one.metric}, {versions}: {share}"


def _reach(one: Impact) -> list[str]:
    if one.flips is None:
        flips = "targets: not compared, for the project has no scorecard"
    elif one.flips:
        listed = "; ".join(f"{', '.join(f.place)}: {f.old} to {f.new}" for f in one.flips[:LISTED])
        more = f" and {len(one.flips) - LISTED} more" if one.flips[LISTED:] else ""
        flips = f"targets that flip: {listed}{more}"
    else:
        flips = "targets that flip: none"
    return [
        flips,
        f"models downstream: {', '.join(one.models) or 'none'}",
        f"exposures downstream: {', '.join(one.exposures) or 'none'}",
    ]


LISTED = 5


def _difference(item: Difference) -> str:
    place = ", ".join(item.place)
    return f"{place:<48} {_number(item.old):>14} {_number(item.new):>14} {_change(item):>14}"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.6g}"


def _change(item: Difference) -> str:
    if item.old is None or item.new is None:
        return ""
    return f"{item.new - item.old:+.6g}"


def _title(finding: Finding) -> str:
    return f"{finding.id} {finding.kind.title}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
