"""Fills parts 7 and 8: complaints, disputes, suspensions; automated means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from trustmetrics.dsa.report.figures import ALL_REGIONS, Figure, Figures, indicator_key
from trustmetrics.dsa.report.filed_context import add_context
from trustmetrics.dsa.report.filer import Filer
from trustmetrics.dsa.report.filled import Blank, FilledPart, FilledReport
from trustmetrics.dsa.template import Line, part, the_template
from trustmetrics.errors import UserError

REASONS = ("visibility", "service", "account", "monetary", "notice", "notice_tf")
SUSPENDED = ("suspended_content", "suspended_notices", "suspended_complaints")
ACCURACY = ("accuracy", "precision", "recall")
KNOWN_ACCURACY = {
    "precision": (
        "Share of the reviewed flags of all detectors that turned out to be confirmed violations, "
        "each weighted by one over its chance of review (metric detection_precision); {events:,} "
        "flags were reviewed. Chosen because every flag with a decision enters it."
    ),
    "recall": (
        "Share of all violations that detectors flagged, their number estimated from the overlap "
        "of detections and user reports (metric detection_recall_estimate, Chapman 1951); "
        "{events:,} violations were seen. Chosen because nobody knows the violations that no one "
        "found."
    ),
}
UNKNOWN_ACCURACY = {
    "accuracy": "Not measured: it would need the right outcome for content that was never flagged.",
    "precision": "Not measured for this scope.",
    "recall": "Not measured for this scope.",
}
BY_LANGUAGE = "Not recorded by language."
IN_FILE = "figures, in the filer's file"


def fill_complaints(report: FilledReport, filer: Filer, figures: Figures) -> None:
    """Fill part 7."""
    filled = report.parts[7] = FilledPart(part(7), part(7).lines())
    for line, figure, given in _applying(filled, filer, figures):
        key = line.key
        is_known = key.line not in SUSPENDED or bool(figures.ever.get(key.line))
        if key.scope == "implemented":
            is_known = figure is not None
        if given:
            if is_known:
                raise UserError(_measured(filer, line))
            _put_given(report, filled, line, given)
        elif key.scope == "implemented":
            _fill_share(report, filled, line, figures)
        elif not is_known:
            text = "Not recorded: what a suspension was imposed for."
            _leave(
                report, filled, line, text, f"misuse_ground of enforcement_actions, or {IN_FILE}"
            )
        elif line.kind == "hours":
            if figure:
                report.put_rounded(filled, key, "value", figure)
            _explain_untimed(filled, line, figures)
        else:
            _put_count(report, filled, line, figures)
            _explain_pending(filled, line, figures)


def fill_automated(report: FilledReport, filer: Filer, figures: Figures) -> None:
    """Fill part 8."""
    languages = the_template().languages if filer.applies("vlop") else ()
    filled = report.parts[8] = FilledPart(part(8), part(8).lines(languages=languages))
    for line, figure, given in _applying(filled, filer, figures):
        key = line.key
        is_count = key.line not in ACCURACY and key.scope in part(8).scopes
        if given:
            if figure or is_count:
                raise UserError(_measured(filer, line))
            _put_given(report, filled, line, given)
        elif is_count:
            _put_count(report, filled, line, figures)
        elif figure:
            report.put_rounded(filled, key, "value", figure)
            text = KNOWN_ACCURACY[key.line].format(events=figure.events)
            if figures.region != ALL_REGIONS:
                text += " It is of all regions."
            filled.explain(key, text)
        elif key.scope in part(8).scopes:
            _leave(report, filled, line, UNKNOWN_ACCURACY[key.line], IN_FILE)
        else:
            _leave(report, filled, line, BY_LANGUAGE, IN_FILE)


def _applying(
    filled: FilledPart, filer: Filer, figures: Figures
) -> Iterator[tuple[Line, Figure | None, Mapping[str, Any] | None]]:
    """The rows of a part that apply, each with the data's figure and the filer's; None: has none.

    After the last of them it adds what the filer says about the rows.

    Raises:
        UserError: the filer gives a figure or a text that no row takes.
    """
    number = filled.part.number
    own = _own(filer, number)
    for line in filled.lines:
        if filer.applies(line.audience):
            place = (line.key.line, line.key.scope)
            yield line, figures.indicator(number, *place), own.pop(place, None)
    _refuse_lost(filer, number, own)
    add_context(filled, filer)


def _own(filer: Filer, number: int) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The figures of a part that the filer gives, by row and scope."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for at, one in enumerate(filer.data.get("figures") or ()):
        key = (one["row"], one.get("scope", "total"))
        if one["part"] != number:
            continue
        if key in found:
            raise UserError(
                f"{filer.path}: figures.{at}: '{key[0]}', scope '{key[1]}', stands twice. Keep one"
            )
        found[key] = one
    return found


def _refuse_lost(filer: Filer, number: int, own: Mapping[tuple[str, str], Any]) -> None:
    """What was not taken has no row that applies to the provider."""
    for line, scope in own:
        raise UserError(
            f"{filer.path}: figures: a provider of the kind '{filer.kind}' has no row '{line}', "
            f"scope '{scope}', in part {number}. Take it out, or correct provider.kind"
        )


def _named(line: Line) -> str:
    return f"{line.cells['indicator'].strip()}, {line.cells['scope'].strip()}"


def _measured(filer: Filer, line: Line) -> str:
    return (
        f"{filer.path}: figures: the data have '{_named(line)}'. Take it out of the file, so that "
        "there is one figure"
    )


def _put_count(report: FilledReport, filled: FilledPart, line: Line, figures: Figures) -> None:
    key = indicator_key(filled.part.number, line.key.line, line.key.scope)
    report.put_count(filled, line.key, "value", figures.count(key))


def _put_given(
    report: FilledReport, filled: FilledPart, line: Line, given: Mapping[str, Any]
) -> None:
    value = given["value"]
    if line.kind == "count":
        if value != round(value):
            raise UserError(f"figures: {_named(line)} is {value}. Write a whole number")
        value = round(value)
    report.put_given(filled, line.key, "value", value, "figures")
    filled.explain(line.key, given["context"])


def _leave(report: FilledReport, filled: FilledPart, line: Line, why: str, mend: str) -> None:
    """Leave a cell blank with the reason in the contextual information."""
    filled.explain(line.key, why)
    report.blanks.append(Blank(filled.part.number, _named(line), why.rstrip("."), mend))


def _fill_share(report: FilledReport, filled: FilledPart, line: Line, figures: Figures) -> None:
    """The share of outcomes implemented; of no reversal there is none."""
    figure = figures.indicator(7, "disputes", "implemented")
    scopes = ("reversed", "partially_reversed")
    reversals = [figures.indicator(7, "disputes", it) for it in scopes]
    count = sum(round(it.value) for it in reversals if it)
    if figure and count:
        report.put_rounded(filled, line.key, "value", figure)
        if figure.events < count:
            text = f"Of {figure.events:,} of the {count:,} reversals; the others are not recorded."
            filled.explain(line.key, text)
    elif count:
        text = "Not recorded: whether the decisions of the bodies were implemented."
        _leave(report, filled, line, text, f"is_implemented of appeals, or {IN_FILE}")


def _explain_pending(filled: FilledPart, line: Line, figures: Figures) -> None:
    key = line.key
    if key.scope != "total":
        return
    pending = figures.indicator(7, key.line, "pending")
    if pending and pending.value:
        text = f"{round(pending.value):,} of them were pending on {figures.as_of.date()}."
        filled.explain(key, text)
    # The template has a row for decisions omitted of all complaints, and none of those by reason.
    omitted = figures.indicator(7, key.line, "omitted")
    if key.line in REASONS and omitted and omitted.value:
        filled.explain(key, f"{round(omitted.value):,} of them were withdrawn.")


def _explain_untimed(filled: FilledPart, line: Line, figures: Figures) -> None:
    key = line.key
    total = figures.indicator(7, key.line, "total")
    if total and total.value and figures.indicator(7, key.line, "median") is None:
        filled.explain(
            key, f"None of them had been decided on the merits by {figures.as_of.date()}."
        )
