"""The findings as text, Markdown or JSON."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict

from trustmetrics.dsa.template import the_template
from trustmetrics.dsa.validator.rule import BREACH, Finding, Rule, rules
from trustmetrics.dsa.validator.validate import Summary, Verdict

FORMS = ("text", "markdown", "json")
EXAMPLES = 3
SHOWN_ROWS = 8


def rendered(form: str, verdict: Verdict) -> str:
    """Return the outcome in one of FORMS; text and Markdown group what is alike."""
    if form == "json":
        return json.dumps(_data(verdict), indent=1, ensure_ascii=False)
    return _markdown(verdict) if form == "markdown" else _text(verdict)


def rendered_rules(found: Sequence[Rule]) -> str:
    """Return rules with their sources, a paragraph for each."""
    return "\n\n".join(f"{it.id}  ({it.severity}; {it.source})\n    {it.says}" for it in found)


def rules_table() -> str:
    """Return all rules as a Markdown table, for the guide."""
    head = ["| rule | severity | source | what must hold |", "|---|---|---|---|"]
    return "\n".join(
        [
            *head,
            *(
                f"| `{it.id}` | {it.severity} | {it.source} | {it.says} |"
                for it in rules().values()
            ),
        ]
    )


def _data(verdict: Verdict) -> dict[str, object]:
    return {
        "service": verdict.service,
        "period": verdict.period,
        "provider": verdict.tier,
        "breaches": verdict.breaches,
        "warnings": verdict.warnings,
        "parts": [asdict(it) for it in verdict.summaries],
        "findings": [
            asdict(it) | {"severity": it.severity, "source": rules()[it.rule].source}
            for it in verdict.findings
        ],
    }


def _groups(verdict: Verdict) -> dict[int, dict[tuple[str, str], list[Finding]]]:
    """The findings by part, then by rule and file; breaches first."""
    found: dict[int, dict[tuple[str, str], list[Finding]]] = defaultdict(lambda: defaultdict(list))
    ordered = sorted(verdict.findings, key=lambda it: (it.severity != BREACH, it.rule))
    for it in ordered:
        found[it.part][it.rule, it.file].append(it)
    return found


def _text(verdict: Verdict) -> str:
    lines = [
        f"service: {verdict.service or 'not told'}",
        f"reporting period: {verdict.period or 'not told'}",
        f"rows that apply to: {the_template().applicability[verdict.tier]}",
        "",
        f"{'part':<44} {'rows':>7} {'breaches':>9} {'warnings':>9}",
    ]
    for it in verdict.summaries:
        name = f"{it.part:>2} {it.title}" if it.part else f"   {it.title}"
        rows = _rows_of(it, verdict)
        lines.append(f"{name:<44} {rows:>7} {it.breaches:>9,} {it.warnings:>9,}")
    for part, groups in sorted(_groups(verdict).items()):
        title = verdict.summaries[part].title
        lines += ["", f"part {part}, {title}" if part else title]
        for (rule, file), found in groups.items():
            lines += _group_lines(rule, file, found)
    lines += ["", _conclusion(verdict)]
    return "\n".join(lines)


def _rows_of(it: Summary, verdict: Verdict) -> str:
    if not it.part:
        return ""
    if it.files:
        return f"{it.rows:,}"
    return "missing" if verdict.is_whole else "-"


def _group_lines(rule: str, file: str, found: Sequence[Finding]) -> list[str]:
    one = rules()[rule]
    times = f"{len(found):,} times" if len(found) > 1 else "once"
    lines = [f"  {one.severity}: {rule}, {times}{f' in {file}' if file else ''}", f"    {one.says}"]
    for it in found[:EXAMPLES]:
        place = _place(it)
        lines.append(f"    {place + ': ' if place else ''}saw {it.seen}; expected {it.expected}")
    if len(found) > EXAMPLES:
        more = sorted({it.row for it in found[EXAMPLES:] if it.row is not None})
        rows = ", ".join(map(str, more[:SHOWN_ROWS])) + (" …" if len(more) > SHOWN_ROWS else "")
        lines.append(f"    and {len(found) - EXAMPLES:,} more{f', rows {rows}' if more else ''}")
    return lines


def _place(it: Finding) -> str:
    row = f"row {it.row}" if it.row is not None else ""
    column = f"'{it.column}'" if it.column else ""
    return ", ".join(filter(None, (row, column)))


def _conclusion(verdict: Verdict) -> str:
    if not verdict.findings:
        return "no finding"
    breaches, warnings = verdict.breaches, verdict.warnings
    said = (
        f"{breaches:,} breach{'es' if breaches != 1 else ''}, "
        f"{warnings:,} warning{'s' if warnings != 1 else ''}"
    )
    return f"{said}; all of them: --format json"


def _markdown(verdict: Verdict) -> str:
    lines = [
        f"# Transparency report of {_cell(verdict.service) or 'an unnamed service'}",
        "",
        f"Reporting period {verdict.period or 'not told'}. Rows that apply to: "
        f"{the_template().applicability[verdict.tier]}. {_conclusion(verdict).capitalize()}.",
        "",
        "| part | rows | breaches | warnings |",
        "|---|---|---|---|",
    ]
    for it in verdict.summaries:
        name = f"{it.part} {it.title}" if it.part else it.title
        lines.append(f"| {name} | {_rows_of(it, verdict)} | {it.breaches:,} | {it.warnings:,} |")
    for part, groups in sorted(_groups(verdict).items()):
        title = verdict.summaries[part].title
        lines += ["", f"## Part {part}: {title}" if part else f"## {title}"]
        for (rule, file), found in groups.items():
            one = rules()[rule]
            where = f", in {_cell(file)}" if file else ""
            lines += [
                "",
                f"### {one.severity}: `{rule}`, {len(found):,}{where}",
                "",
                f"{one.says} ({one.source})",
                "",
                "| row | column | seen | expected |",
                "|---|---|---|---|",
            ]
            lines += [
                f"| {'' if it.row is None else it.row} | {_cell(it.column)} | {_cell(it.seen)} "
                f"| {_cell(it.expected)} |"
                for it in found[:SHOWN_ROWS]
            ]
            if len(found) > SHOWN_ROWS:
                lines += ["", f"and {len(found) - SHOWN_ROWS:,} more"]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
