"""Fills the parts by category: 3 orders, 4 notices, 5 and 6 measures on own initiative."""

from __future__ import annotations

from collections import defaultdict

from trustmetrics.dsa.report.figures import Figure, Figures
from trustmetrics.dsa.report.filed_context import add_context
from trustmetrics.dsa.report.filer import Filer
from trustmetrics.dsa.report.filled import Blank, FilledPart, FilledReport, rounded
from trustmetrics.dsa.template import CATEGORY_PARTS, OTHER_CODE, Column, Part, RowKey, part
from trustmetrics.errors import UserError

NO_EVENT = {"none": "no event was counted"}
RECEIPTS = ("inform_hours", "information_inform_hours")
# The counts of which a median time is.
TIMED = {
    "inform_hours": ("orders",),
    "effect_hours": ("orders",),
    "information_inform_hours": ("information_orders",),
    "information_effect_hours": ("information_orders",),
    "hours": ("law", "terms"),
    "hours_tf": ("law_tf", "terms_tf"),
}
UNTIMED = {
    "inform_hours": "The receipt of none of these orders was confirmed by {day}.",
    "effect_hours": "None of these orders had been given effect to by {day}.",
    "information_inform_hours": "The receipt of none of these orders was confirmed by {day}.",
    "information_effect_hours": "None of these orders had been given effect to by {day}.",
}
Cells = dict[tuple[str, str, str, str], Figure]


def fill_categories(report: FilledReport, filer: Filer, figures: Figures) -> None:
    """Fill parts 3 to 6.

    Raises:
        UserError: the vocabularies give a policy code a category or sub-category that the template
            does not have.
    """
    for number in CATEGORY_PARTS:
        _fill(report, part(number), filer, figures)


def _fill(report: FilledReport, template: Part, filer: Filer, figures: Figures) -> None:
    if not filer.applies(template.blank[0].audience):
        report.parts[template.number] = blank = FilledPart(template, template.lines())
        add_context(blank, filer)
        return
    cells = _cells(template, filer, figures)
    others: dict[str, set[str]] = defaultdict(set)
    states = set()
    for (label, other, scope, _), figure in cells.items():
        if scope != "total" and figure.value:
            states.add(scope)
        if other and figure.value:
            others[label].add(other)
    lines = template.lines(states, others={label: sorted(it) for label, it in others.items()})
    filled = report.parts[template.number] = FilledPart(template, lines)
    never = set(filer.data.get("never_imposed") or ())
    for (_, _, _, indicator), figure in cells.items():
        if indicator in never and figure.value:
            raise UserError(
                f"{filer.path}: never_imposed: the data have '{indicator}' in part "
                f"{template.number}. Take it out of the list"
            )
    for line in lines:
        for column in template.numbers:
            if column.id in never:
                continue
            _fill_cell(report, filled, line.key, column, cells, filer, figures)
    if template.number in (5, 6):
        for column in never:
            filled.explain(RowKey("TOTAL"), "The service does not impose this restriction.", column)
    add_context(filled, filer)


def _cells(template: Part, filer: Filer, figures: Figures) -> Cells:
    """The figures of a part by label of the category, description, scope and column."""
    labels: dict[tuple[str, str], str] = {}
    parents: dict[str, str] = {}
    for category in template.categories:
        if not category.parent:
            parents[category.label] = category.code
            labels[category.code, ""] = category.label
    for category in template.categories:
        if category.parent:
            labels[parents[category.parent], category.code] = category.label
    names = {category.label: category.description.strip() for category in template.categories}
    given = filer.about("other_sub_categories")
    found: Cells = {}
    for (number, code, keyword, description, scope, indicator), figure in figures.by_key.items():
        if number != template.number or code is None:
            continue
        label = labels.get((code, keyword or ""))
        if label is None:
            raise UserError(_misfit(template, code, keyword))
        other = ""
        if keyword == OTHER_CODE:
            parent = names[labels[code, ""]]
            other = description or given.get(code) or f"{parent}: not told apart further"
        found[label, other, scope, indicator] = figure
    return found


def _misfit(template: Part, code: str, keyword: str | None) -> str:
    if keyword is None:
        return (
            f"policy_taxonomy gives a policy code the category '{code}', which part "
            f"{template.number} does not have. Correct dsa_category there, and build again"
        )
    return (
        f"dsa_keywords gives a policy code the keyword '{keyword}', which is not a sub-category of "
        f"{code}, the category that policy_taxonomy gives it. Correct either of them, and build "
        "again; a description of one's own may stand in place of a keyword"
    )


def _fill_cell(
    report: FilledReport,
    filled: FilledPart,
    key: RowKey,
    column: Column,
    cells: Cells,
    filer: Filer,
    figures: Figures,
) -> None:
    scope = key.scope or "total"
    indicator = column.id
    if indicator in RECEIPTS and filer.data.get("receipts_are_automated"):
        indicator = f"{indicator}_automated"
    figure = cells.get((key.line, key.other, scope, indicator))
    if column.kind == "count":
        value = round(figure.value) if figure else 0
        report.put(filled, key, column.id, value, figure.source if figure else NO_EVENT)
        return
    if figure is not None:
        report.put(filled, key, column.id, rounded(figure.value), figure.source)
        return
    timed = [cells.get((key.line, key.other, scope, it)) for it in TIMED[column.id]]
    if any(it.value for it in timed if it):
        text = UNTIMED[column.id].format(day=figures.as_of.date())
        filled.explain(key, text, column.id)
        if key == RowKey("TOTAL", "total"):
            why = text.rstrip(".")
            place = f"{column.name.strip()}, TOTAL"
            report.blanks.append(
                Blank(filled.part.number, place, why, "authority_orders, in the raw folder")
            )
