"""Fills the parts by category: 3 orders, 4 notices, 5 and 6 measures on own initiative."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from trustmetrics.dsa.report.figures import Figure, Figures, Key
from trustmetrics.dsa.report.filed_context import add_context
from trustmetrics.dsa.report.filer import Filer
from trustmetrics.dsa.report.filled import Blank, FilledPart, FilledReport
from trustmetrics.dsa.template import CATEGORY_PARTS, OTHER_CODE, Column, Part, RowKey, part
from trustmetrics.errors import UserError

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
# A row of a part by the label of its category and its description; and what the marts call it:
# category, keyword and description.
Row = tuple[str, str]
Place = tuple[str, str | None, str | None]


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
    places = _places(template, filer, figures)
    rows = {place: row for row, place in places.items()}
    never = set(filer.data.get("never_imposed") or ())
    others: dict[str, set[str]] = defaultdict(set)
    states = set()
    for (*place, scope, indicator), figure in _of_part(template, figures):
        if not figure.value:
            continue
        if indicator in never:
            raise UserError(
                f"{filer.path}: never_imposed: the data have '{indicator}' in part "
                f"{template.number}. Take it out of the list"
            )
        if scope != "total":
            states.add(scope)
        label, other = rows[tuple(place)]
        if other:
            others[label].add(other)
    lines = template.lines(states, others={label: sorted(it) for label, it in others.items()})
    filled = report.parts[template.number] = FilledPart(template, lines)
    for line in lines:
        for column in template.numbers:
            if column.id in never:
                continue
            _fill_cell(report, filled, line.key, column, places, filer, figures)
    if template.number in (5, 6):
        for column in never:
            filled.explain(RowKey("TOTAL"), "The service does not impose this restriction.", column)
    add_context(filled, filer)


def _of_part(
    template: Part, figures: Figures
) -> Iterator[tuple[tuple[str, str | None, str | None, str, str], Figure]]:
    """The figures of a part, by category, keyword, description, scope and indicator."""
    for (number, category, *rest), figure in figures.by_key.items():
        if number == template.number and category is not None:
            yield (category, *rest), figure


def _places(template: Part, filer: Filer, figures: Figures) -> dict[Row, Place]:
    """What the marts call each row of a part: of the template, and of what the data describe.

    Raises:
        UserError: the template lacks what the data have, or two kinds have one description.
    """
    codes = {one.label: one.code for one in template.categories}
    places: dict[Row, Place] = {
        (one.label, ""): (codes.get(one.parent, one.code), one.code if one.parent else None, None)
        for one in template.categories
    }
    labels = {place: label for (label, _), place in places.items()}
    names = {one.label: one.description.strip() for one in template.categories}
    given = filer.about("other_sub_categories")
    for (category, keyword, description, *_), _ in _of_part(template, figures):
        label = labels.get((category, keyword, None))
        if label is None:
            raise UserError(_misfit(template, category, keyword))
        other = ""
        if keyword == OTHER_CODE:
            parent = names[labels[category, None, None]]
            other = description or given.get(category) or f"{parent}: not told apart further"
        place = (category, keyword, description)
        if other and places.setdefault((label, other), place) != place:
            raise UserError(
                f"{filer.path}: other_sub_categories.{category}: dsa_keywords describes a policy "
                f"code as '{other}', too. Word them differently"
            )
    return places


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
    places: Mapping[Row, Place],
    filer: Filer,
    figures: Figures,
) -> None:
    scope = key.scope or "total"
    indicator = column.id
    if indicator in RECEIPTS and filer.data.get("receipts_are_automated"):
        indicator = f"{indicator}_automated"
    place = places[key.line, key.other]

    def at(indicator: str) -> Key:
        return (filled.part.number, *place, scope, indicator)

    if column.kind == "count":
        report.put_count(filled, key, column.id, figures.count(at(indicator)))
        return
    figure = figures.by_key.get(at(indicator))
    if figure is not None:
        report.put_rounded(filled, key, column.id, figure)
        return
    timed = [figures.by_key.get(at(it)) for it in TIMED[column.id]]
    if any(it.value for it in timed if it):
        text = UNTIMED[column.id].format(day=figures.as_of.date())
        filled.explain(key, text, column.id)
        if key == RowKey("TOTAL", "total"):
            why = text.rstrip(".")
            place = f"{column.name.strip()}, TOTAL"
            report.blanks.append(
                Blank(filled.part.number, place, why, "authority_orders, in the raw folder")
            )
