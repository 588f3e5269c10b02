"""Fills what the filer states: 1 identification, 2 categories, 9 staff, 10 recipients, 11 texts."""

from __future__ import annotations

from trustmetrics.dsa.report.figures import Figures
from trustmetrics.dsa.report.filed_context import add_context
from trustmetrics.dsa.report.filer import Filer
from trustmetrics.dsa.report.filled import Blank, FilledPart, FilledReport
from trustmetrics.dsa.template import RowKey, part, the_template
from trustmetrics.errors import UserError

LONGEST_TEXT = 5000


def fill_identification(report: FilledReport, filer: Filer, figures: Figures) -> None:
    """Fill part 1."""
    filled = report.parts[1] = FilledPart(part(1), part(1).lines())
    stated = filer.data["report"]
    values = {
        "provider": filer.data["provider"]["name"],
        "published": stated["published"],
        "previous": stated["previous"],
        "from": figures.first,
        "to": figures.last,
    }
    for line, value in values.items():
        filled.values[RowKey(line), "value"] = value


def fill_names(report: FilledReport, filer: Filer) -> None:
    """Fill part 2: contextual information on categories."""
    filled = report.parts[2] = FilledPart(part(2), part(2).lines())
    for label, text in filer.about("categories").items():
        filled.values[RowKey(label), "context"] = text


def fill_staff(report: FilledReport, filer: Filer) -> None:
    """Fill part 9."""
    applies = filer.applies("vlop")
    languages = the_template().languages if applies else ()
    filled = report.parts[9] = FilledPart(part(9), part(9).lines(languages=languages))
    staff = filer.about("moderators")
    _refuse_idle(filer, "moderators", applies, bool(staff))
    add_context(filled, filer)
    if not applies:
        return
    lacking = []
    for line in filled.lines:
        scope = line.key.scope
        is_total = scope == "total"
        value = staff.get(line.key.line) if is_total else staff.get("languages", {}).get(scope)
        if value is None:
            lacking.append(line.key.line if is_total else scope)
            continue
        report.put_given(filled, line.key, "value", value, "moderators")
        if is_total and (text := staff.get("context")):
            filled.explain(line.key, text)
    if lacking:
        why = f"not given: {', '.join(lacking)}"
        mend = "moderators, in the filer's file"
        report.blanks.append(Blank(9, "Human resources", why, mend, is_owed=True))


def fill_recipients(report: FilledReport, filer: Filer) -> None:
    """Fill part 10."""
    filled = report.parts[10] = FilledPart(part(10), part(10).lines())
    applies = filer.applies("vlop_vlose")
    stated = filer.about("recipients")
    _refuse_idle(filer, "recipients", applies, bool(stated))
    if not applies:
        return
    lacking = []
    for line in filled.lines:
        value = stated.get(line.key.scope)
        if value is None:
            lacking.append(line.key.scope)
        else:
            report.put_given(filled, line.key, "value", value, "recipients")
    if lacking:
        why = f"not given: {', '.join(lacking)}"
        mend = "recipients, in the filer's file"
        report.blanks.append(
            Blank(10, "Average monthly active recipients", why, mend, is_owed=True)
        )


def fill_texts(report: FilledReport, filer: Filer) -> None:
    """Fill part 11.

    Raises:
        UserError: a text is too long with what says that the report is an updated version.
    """
    filled = report.parts[11] = FilledPart(part(11), part(11).lines())
    texts = filer.about("texts")
    for line in filled.lines:
        name = line.key.line
        text = texts.get(name)
        if not filer.applies(line.audience):
            continue
        if text and name == "summary":
            text = _marked(filer, text)
        if text:
            filled.values[line.key, "value"] = text
            continue
        mend = f"texts.{name}, in the filer's file"
        place = line.cells["indicator"].strip()
        report.blanks.append(Blank(11, place, "not given", mend, is_owed=True))


def update_text(filer: Filer) -> str:
    """Return what marks an updated version of a report; '' where it is none."""
    update = filer.data["report"].get("update")
    if not update:
        return ""
    return (
        f"Updated version of the report published on {update['of']}, changed on "
        f"{update['changed_on']}. Changes: {update['changes'].strip()} "
        f"Reasons and method: {update['reasons'].strip()}"
    )


def _marked(filer: Filer, text: str) -> str:
    update = update_text(filer)
    marked = f"{update}\n\n{text}" if update else text
    if len(marked) > LONGEST_TEXT:
        over = len(marked) - LONGEST_TEXT
        raise UserError(
            f"{filer.path}: texts.summary: {over:,} characters too long with what report.update "
            "says. Shorten either of them"
        )
    return marked


def _refuse_idle(filer: Filer, key: str, applies: bool, is_given: bool) -> None:
    """A figure that the kind of provider does not report would be lost without a word."""
    if is_given and not applies:
        raise UserError(
            f"{filer.path}: {key}: a provider of the kind '{filer.kind}' does not report this, and "
            "the rows stay blank. Take it out, or correct provider.kind"
        )
