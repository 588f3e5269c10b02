"""Validates a report: reads its files, tells the parts, and holds each against the rules."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from trustmetrics.dsa.template import CATEGORY_PARTS, parts
from trustmetrics.dsa.validator.category_checks import check_categories
from trustmetrics.dsa.validator.findings import Report
from trustmetrics.dsa.validator.indicator_checks import (
    check_across,
    check_automated,
    check_complaints,
    check_identification,
    check_recipients,
    check_staff,
    check_texts,
)
from trustmetrics.dsa.validator.layout import Sheet, sheets_of
from trustmetrics.dsa.validator.rows import read_part
from trustmetrics.dsa.validator.rule import BREACH, WARNING, Finding, rule_id
from trustmetrics.dsa.validator.shared_checks import (
    check_blanks,
    check_languages,
    check_period,
    check_placeholders,
    check_rows,
    check_service,
    learn,
)
from trustmetrics.dsa.validator.source import Loaded, load

OWN_CHECKS = {
    1: check_identification,
    7: check_complaints,
    8: check_automated,
    9: check_staff,
    10: check_recipients,
    11: check_texts,
    **dict.fromkeys(CATEGORY_PARTS, check_categories),
}
SHARED_CHECKS = (
    check_service,
    check_period,
    check_rows,
    check_blanks,
    check_placeholders,
    check_languages,
)
LARGE_ALONE = (9, 10)


@dataclass(frozen=True)
class Summary:
    """What was found of a part.

    Attributes:
        part: its number; 0 for the report as a whole.
        title: its name.
        files: where it was found.
        rows: how many were read.
        breaches: how many findings.
        warnings: likewise.
    """

    part: int
    title: str
    files: tuple[str, ...]
    rows: int
    breaches: int
    warnings: int


@dataclass(frozen=True)
class Verdict:
    """The outcome.

    Attributes:
        service: the name that the report gives.
        period: the reporting period as text; '' where none could be read.
        tier: the largest duty that the filled rows show.
        summaries: of each part.
        findings: by part, file and row.
        is_whole: whether a whole report was given, rather than one part.
    """

    service: str
    period: str
    tier: str
    summaries: tuple[Summary, ...]
    findings: tuple[Finding, ...]
    is_whole: bool

    @property
    def breaches(self) -> int:
        """How many findings are breaches."""
        return sum(it.breaches for it in self.summaries)

    @property
    def warnings(self) -> int:
        """How many are warnings."""
        return sum(it.warnings for it in self.summaries)


def validate(path: Path, tier: str | None = None) -> Verdict:
    """Validate a report.

    Args:
        path: a folder, an archive, a workbook, or a file with one part or all.
        tier: the largest duty of the provider, of findings.AUDIENCES; None: as the filled rows say.

    Raises:
        UserError: it cannot be read.
    """
    loaded = load(path)
    report = Report()
    sheets: list[Sheet] = []
    for table in loaded.tables:
        found = sheets_of(table)
        sheets += found
        if not found:
            _add(report, "0.13", table.file, "no part of the templates", "parts 1 to 11")
    for name, note in loaded.notes:
        report.findings.append(Finding(note.rule, 0, name, note.row, "", note.seen, note.expected))
    for sheet in sorted(sheets, key=lambda it: (it.part.number, len(it.file), it.file)):
        read_part(report, sheet)
    learn(report)
    report.tier = tier or report.tier
    for reading in report.readings:
        for check in SHARED_CHECKS:
            check(report, reading)
        if check := OWN_CHECKS.get(reading.number):
            check(report, reading)
    check_across(report)
    _check_presence(report, loaded)
    return _verdict(report, loaded)


def _add(report: Report, number: str, file: str, seen: str, expected: str) -> None:
    report.findings.append(Finding(rule_id(number), 0, file, None, "", seen, expected))


def _check_presence(report: Report, loaded: Loaded) -> None:
    """0.01, 0.08, 0.09, 0.10 and 0.11."""
    if loaded.form != "csv" and report.readings:
        seen = loaded.form.upper()
        _add(report, "0.01", "", seen, "CSV files, of which this may be a copy")
    if not report.readings:
        _add(report, "0.08", "", "no part of a report", "the parts 1 to 11")
        return
    there: dict[int, list[str]] = defaultdict(list)
    for reading in report.readings:
        there[reading.number].append(reading.sheet.file)
        if len(there[reading.number]) > 1:
            first = there[reading.number][0]
            report.add("0.11", reading, None, "", f"part {reading.number} again", f"only {first}")
    if not loaded.is_whole:
        return
    for part in parts():
        if part.number in there:
            continue
        is_optional = part.number in LARGE_ALONE and not report.is_large
        rule = rule_id("0.10" if is_optional else "0.09")
        seen = "not found"
        report.findings.append(Finding(rule, part.number, "", None, "", seen, part.file))


def _verdict(report: Report, loaded: Loaded) -> Verdict:
    findings = sorted(report.findings, key=lambda it: (it.part, it.file, it.row or 0))
    counts: dict[tuple[int, str], int] = defaultdict(int)
    for it in findings:
        counts[it.part, it.severity] += 1
    titles = {0: "The report as a whole", **{it.number: it.title for it in parts()}}
    summaries = []
    for number, title in titles.items():
        readings = [it for it in report.readings if it.number == number]
        summaries.append(
            Summary(
                number,
                title,
                tuple(it.sheet.file for it in readings),
                sum(len(it.sheet.rows) for it in readings),
                counts[number, BREACH],
                counts[number, WARNING],
            )
        )
    return Verdict(
        report.service,
        str(report.period or ""),
        report.tier,
        tuple(summaries),
        tuple(findings),
        loaded.is_whole,
    )
