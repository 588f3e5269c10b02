"""Writes a filled report: eleven CSV files, a workbook, the notes and the numbers."""

from __future__ import annotations

import json
from pathlib import Path

from trustmetrics.drafts import drafted_folder
from trustmetrics.dsa.report.figures import Figures
from trustmetrics.dsa.report.filer import Filer
from trustmetrics.dsa.report.filled import FilledPart, FilledReport
from trustmetrics.dsa.report.stated import update_text
from trustmetrics.dsa.template import Line, Value, part_csv, written

CSV_FOLDER = "csv"
WORKBOOK = "report.xlsx"
NOTES = "notes.md"
NUMBERS = "numbers.json"


def write_report(report: FilledReport, filer: Filer, figures: Figures, out: Path) -> None:
    """Write a report into a folder that does not exist yet; all of it, or nothing.

    Args:
        report: the report.
        filer: who files it.
        figures: what it was filled from.
        out: the folder to make.
    """
    with drafted_folder(out) as draft:
        (draft / CSV_FOLDER).mkdir()
        for number, filled in sorted(report.parts.items()):
            text = part_csv(number, filled.lines, filled.values, report.service, report.period)
            path = draft / CSV_FOLDER / filled.part.file
            path.write_bytes(text.encode("utf-8"))
        _write_workbook(report, draft / WORKBOOK)
        text = notes_text(report, filer, figures)
        (draft / NOTES).write_text(text, encoding="utf-8")
        (draft / NUMBERS).write_text(_numbers(report, figures), encoding="utf-8")


def notes_text(report: FilledReport, filer: Filer, figures: Figures) -> str:
    """Return what to know of a report beside its templates, as Markdown."""
    lines = [
        f"# {report.service}, {report.period}",
        "",
        f"From data as of {figures.as_of} UTC, region: {figures.region}.",
    ]
    if update := update_text(filer):
        lines += ["", update]
    if report.notes:
        lines += ["", "## About the numbers", "", *(f"- {note}" for note in report.notes)]
    if report.blanks:
        lines += ["", "## Left blank", "", "| part | what | why | where to put it |"]
        lines += ["|---|---|---|---|"]
        lines += [f"| {it.part} | {it.place} | {it.why} | {it.mend} |" for it in report.blanks]
    return "\n".join(lines) + "\n"


def _numbers(report: FilledReport, figures: Figures) -> str:
    content = {
        "service": report.service,
        "period": report.period,
        "region": figures.region,
        "as_of": str(figures.as_of),
        "numbers": [record.as_dict() for record in report.records],
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _write_workbook(report: FilledReport, path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Font

    workbook = Workbook()
    workbook.remove(workbook.active)
    for _, filled in sorted(report.parts.items()):
        sheet = workbook.create_sheet(filled.part.sheet)
        sheet.append([column.name for column in filled.part.columns])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for line in filled.lines:
            for at, value in enumerate(_cells(report, filled, line), 1):
                if value is None:
                    continue
                cell = sheet.cell(row=sheet.max_row + (at == 1), column=at)
                cell.value = value
                if isinstance(value, str):
                    # A text that begins with = is no formula.
                    cell.data_type = "s"
        sheet.freeze_panes = "A2"
    workbook.save(path)


def _cells(report: FilledReport, filled: FilledPart, line: Line) -> list[Value]:
    """A row's cells: numbers as numbers, all else as the CSV has it; None where it is blank."""
    own = {"service": report.service, "period": report.period}
    found: list[Value] = []
    for column in filled.part.columns:
        value: Value = own.get(column.kind)
        if value is None:
            value = line.cells.get(column.id, filled.values.get((line.key, column.id)))
        is_text = isinstance(value, str) or value is None
        is_day = column.kind == "value" and line.kind == "date"
        found.append(
            written(value) if value is not None and is_day else value or None if is_text else value
        )
    return found
