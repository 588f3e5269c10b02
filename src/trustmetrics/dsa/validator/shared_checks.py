"""Rules that hold for every part: service, period, rows, blanks, placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trustmetrics.dsa.template import CATEGORY_PARTS, TOTAL, the_template
from trustmetrics.dsa.validator.findings import AUDIENCES, Reading, Report, Row, commonest
from trustmetrics.dsa.validator.values import Period, read_date, read_period
from trustmetrics.dsa.validator.words import NOTHING, folded, short

PERIOD_PLACEHOLDER = re.compile(r"^[YJARX]{2,4}-[M]{2}-[DTJ]{2}", re.IGNORECASE)
A_YEAR = range(364, 367)
SHOWN_ROWS = 5
# What every provider counts, whatever its service: blank throughout, it is not reported.
COUNTED_BY_ALL = {3: "orders", 5: "measures", 6: "measures"}
LANGUAGE_LINES = {
    8: ("solely", "not_solely", "accuracy", "precision", "recall"),
    9: ("linguistic",),
}


def learn(report: Report) -> None:
    """Find out the service, the period and the kind of provider, which the rules need."""
    for reading in report.readings:
        for row in reading.rows:
            # Zeros may be idle: many fill them in rows that do not apply.
            if row.audience != "all" and any(row.numbers.values()):
                report.tier = max(report.tier, row.audience, key=AUDIENCES.index)
    services = [
        text
        for reading in report.readings
        for row in reading.rows
        if (text := reading.cell(row, "service"))
    ]
    report.service = commonest(services)
    report.period = _of_part_1(report) or _commonest_period(report)


def _of_part_1(report: Report) -> Period | None:
    reading = report.part(1)
    if reading is None:
        return None
    rows = [reading.first("from"), reading.first("to")]
    days = [read_date(reading.cell(row, "value")).value for row in rows if row]
    if len(days) == 2 and days[0] and days[1] and days[0] <= days[1]:
        return Period(days[0], days[1])
    return None


def _commonest_period(report: Report) -> Period | None:
    texts = [
        text
        for reading in report.readings
        for row in reading.rows
        if read_period(text := reading.cell(row, "period"))[0]
    ]
    return read_period(commonest(texts))[0]


def check_service(report: Report, reading: Reading) -> None:
    """0.41 and 0.42."""
    if "service" not in reading.sheet.columns:
        return
    wanted = folded(report.service)
    for row in reading.rows:
        seen = reading.cell(row, "service")
        if not seen:
            if row.has_figures or not says_nothing(reading.cell(row, "value")):
                expected = report.service or "the service's name"
                report.add("0.41", reading, row, "service", "nothing", expected)
        elif folded(seen) != wanted:
            report.add("0.42", reading, row, "service", f"'{short(seen)}'", report.service)


def check_period(report: Report, reading: Reading) -> None:
    """0.43 and 0.44; 0.23 and 0.24 where the template's text stands."""
    if "period" not in reading.sheet.columns:
        return
    expected = str(report.period) if report.period else "the first and last day of the period"
    for row in reading.rows:
        seen = reading.cell(row, "period")
        period, is_right = read_period(seen)
        if PERIOD_PLACEHOLDER.match(seen):
            rule = "0.23" if row.has_figures else "0.24"
            report.add(rule, reading, row, "period", seen, expected)
        elif not seen:
            if row.has_figures or (reading.number == 11 and reading.cell(row, "value")):
                report.add("0.43", reading, row, "period", "nothing", expected)
        elif not period or not is_right or period.start > period.end:
            right = str(period) if period and period.start <= period.end else expected
            report.add("0.43", reading, row, "period", f"'{short(seen)}'", right)
        if period and report.period and period != report.period:
            is_year = reading.number == 11 and period.days in A_YEAR
            if not (is_year and period.end == report.period.end):
                report.add("0.44", reading, row, "period", seen, expected)


def check_rows(report: Report, reading: Reading) -> None:
    """0.25, 0.26 and 0.27: the template's rows, each once and in its order."""
    if reading.sheet.is_translated and not reading.rows:
        return
    wanted = list(dict.fromkeys(_wanted(report, reading)))
    there = {(row.line, row.scope) for row in reading.rows if not row.is_placeholder}
    missing = [it for it in wanted if it not in there]
    for line, scope in missing:
        report.add("0.25", reading, None, "", f"no row {_shown(reading, line, scope)}", "the row")
    _check_twice(report, reading)
    order = {it: at for at, it in enumerate(wanted)}
    last = -1
    for row in reading.rows:
        at = order.get((row.line, row.scope))
        if at is None:
            continue
        if at < last:
            place = _shown(reading, row.line, row.scope)
            before = wanted[last]
            expected = f"before {_shown(reading, *before)}"
            report.add("0.26", reading, row, "", place, expected)
            return
        last = at


def _wanted(report: Report, reading: Reading) -> Iterator[tuple[str, str]]:
    for line in reading.sheet.part.blank:
        scope = line.key.scope
        codes = {*the_template().languages, *the_template().member_states, "between"}
        if scope not in codes:
            yield line.key.line, scope


def _shown(reading: Reading, line: str, scope: str) -> str:
    part = reading.sheet.part
    names = {it.label: it.code for it in part.categories}
    name = part.indicators.get(line) or names.get(line) or line
    if line in names and the_template().categories[line].is_other:
        parent = the_template().categories[the_template().categories[line].parent]
        name += f" of {parent.code}"
    return f"'{short(name)}'" + (f", {part.scopes.get(scope, scope).strip()}" if scope else "")


def _check_twice(report: Report, reading: Reading) -> None:
    seen: dict[tuple[str, ...], Row] = {}
    for row in reading.rows:
        if row.is_placeholder or not (row.line or row.code):
            continue
        key = (row.line or row.code, row.scope, row.parent, folded(row.description))
        if row.kind == "share" and reading.number == 8:
            # Separate rows report on separate systems.
            key = (*key, folded(reading.cell(row, "context")))
        if row.line and row.code != "KEYWORD_OTHER" and reading.number in CATEGORY_PARTS:
            key = (row.line, row.scope)
        elif row.code == "KEYWORD_OTHER" and row.description:
            continue
        before = seen.setdefault(key, row)
        if before is not row and _holds(row):
            place = _shown(reading, row.line or row.code, row.scope)
            report.add("0.27", reading, row, "", place, f"once; it is in row {before.number} too")


def _holds(row: Row) -> bool:
    return row.has_figures or any(map(str.strip, row.cells))


def check_blanks(report: Report, reading: Reading) -> None:
    """0.38 and 0.39: a column in use has no blanks; a value left blank has a reason."""
    if reading.number in CATEGORY_PARTS:
        _check_columns(report, reading)
    elif reading.number in (7, 8):
        for row in reading.rows:
            if row.has_figures or row.is_placeholder or row.kind == "hours":
                continue
            if row.scope == "implemented" or not report.applies(row.audience):
                continue
            if not reading.cell(row, "context") and "value" in reading.sheet.columns:
                expected = "a number, or the reason in the contextual information"
                report.add("0.39", reading, row, "value", "nothing", expected)
    elif reading.number in (9, 10) and report.is_large:
        for row in reading.rows:
            if not row.has_figures and not row.is_placeholder:
                report.add("0.39", reading, row, "value", "nothing", "a number")


def _check_columns(report: Report, reading: Reading) -> None:
    rows = [it for it in reading.rows if not it.is_placeholder]
    for column in reading.sheet.part.columns:
        if column.kind != "count" or column.id not in reading.sheet.columns:
            continue
        used = [it for it in rows if column.id in it.numbers]
        if not used:
            if COUNTED_BY_ALL.get(reading.number) == column.id and rows:
                report.add("0.38", reading, None, column.id, "blank throughout", "0 where none")
            continue
        for row in rows:
            if column.id not in row.numbers:
                report.add("0.38", reading, row, column.id, "nothing", "0, or the number")


def check_placeholders(report: Report, reading: Reading) -> None:
    """0.23 and 0.24: rows that stand for several, and texts of the blank template."""
    texts = the_template().placeholders
    for row in reading.rows:
        if row.is_placeholder and reading.number != 3:
            rule = "0.23" if row.has_figures or report.is_large else "0.24"
            seen = f"'{reading.cell(row, 'scope')}'"
            report.add(rule, reading, row, "scope", seen, "a row for each of them")
        if folded(row.description) == folded(texts["other"]):
            rule = "0.23" if any(row.numbers.values()) else "0.24"
            report.add(rule, reading, row, "other", row.description, "what the row is about")


def says_nothing(text: str) -> bool:
    """Whether a text is blank, the blank template's, or 'n/a' or the like."""
    told = folded(text)
    return told in NOTHING or told in {folded(it) for it in the_template().placeholders.values()}


def check_languages(report: Report, reading: Reading) -> None:
    """0.63: a very large platform reports each language."""
    if not report.is_large or reading.number not in LANGUAGE_LINES:
        return
    if report.tier == "vlop_vlose" and not _is_platform(report):
        return
    for line in LANGUAGE_LINES[reading.number]:
        there = {row.scope for row in reading.rows if row.line == line}
        missing = [it for it in the_template().languages if it not in there]
        if missing and (total := reading.first(line, TOTAL) or reading.first(line)):
            seen = f"no row for {', '.join(missing)}"
            report.add("0.63", reading, total, "scope", seen, "all 24 languages")


def _is_platform(report: Report) -> bool:
    """Whether the report's rows for very large platforms, not search engines, are filled."""
    return any(
        row.has_figures and row.audience == "vlop"
        for reading in report.readings
        for row in reading.rows
    )
