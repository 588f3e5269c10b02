"""Fills all eleven parts."""

from __future__ import annotations

from trustmetrics.dsa.report.categories import fill_categories
from trustmetrics.dsa.report.figures import Figures
from trustmetrics.dsa.report.filer import Filer
from trustmetrics.dsa.report.filled import FilledReport
from trustmetrics.dsa.report.indicators import fill_automated, fill_complaints
from trustmetrics.dsa.report.notes import add_notes
from trustmetrics.dsa.report.stated import (
    fill_identification,
    fill_names,
    fill_recipients,
    fill_staff,
    fill_texts,
)


def fill(service: str, filer: Filer, figures: Figures) -> FilledReport:
    """Return a filled report.

    Raises:
        UserError: what the filer or the vocabularies say does not fit the templates.
    """
    report = FilledReport(service, figures.period)
    fill_identification(report, filer, figures)
    fill_names(report, filer)
    fill_categories(report, filer, figures)
    fill_complaints(report, filer, figures)
    fill_automated(report, filer, figures)
    fill_staff(report, filer)
    fill_recipients(report, filer)
    fill_texts(report, filer)
    add_notes(report, figures)
    return report
