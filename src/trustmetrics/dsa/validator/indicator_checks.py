"""Rules of parts 1, 2 and 7 to 11, and of parts against each other."""

from __future__ import annotations

from datetime import date

from trustmetrics.dsa.template import TOTAL, the_template, written
from trustmetrics.dsa.validator.category_checks import check_median
from trustmetrics.dsa.validator.findings import Reading, Report, Row
from trustmetrics.dsa.validator.shared_checks import says_nothing
from trustmetrics.dsa.validator.values import Number, deadline, read_date
from trustmetrics.dsa.validator.words import folded, short

DECIDED = ("upheld", "partially_reversed", "reversed")
REASONS = ("visibility", "service", "account", "monetary", "notice")
DISPUTED = ("complaints", *REASONS, "notice_tf", "disputes")
LONGEST_TEXT = 5000
LONGEST_PERIOD = 366
LONGEST_HALF = 184
TRANSITION_ENDS = date(2025, 12, 31)


def check_identification(report: Report, reading: Reading) -> None:
    """The rules of part 1."""
    placeholders = {folded(it) for it in the_template().placeholders.values()}
    days: dict[str, date | None] = {}
    for row in reading.rows:
        text = reading.cell(row, "value")
        if folded(text) in placeholders:
            report.add("0.23", reading, row, "value", f"'{text}'", "the provider's own")
        elif row.line == "provider":
            if says_nothing(text):
                report.add("1.01", reading, row, "value", _said(text), "the provider's name")
        elif says_nothing(text):
            rule = "1.04" if row.line == "previous" else "1.03"
            report.add(rule, reading, row, "value", _said(text), "a date, as 2026-02-28")
        else:
            found = read_date(text)
            days[row.line] = found.value
            if found.value is None or not found.is_iso:
                right = str(found.value) if found.value else "a day, as 2026-02-28"
                report.add("1.02", reading, row, "value", f"'{short(text)}'", right)
    start, end = days.get("from"), days.get("to")
    published, previous = days.get("published"), days.get("previous")
    if start and end:
        _check_period(report, reading, start, end)
    row = reading.first("published")
    if published and end and row:
        last = deadline(end)
        if published > last:
            report.add("1.08", reading, row, "value", str(published), f"{last} or before")
        if published <= end:
            report.add("1.09", reading, row, "value", str(published), f"after {end}")
    if published and previous and previous >= published:
        at = reading.first("previous")
        report.add("1.10", reading, at, "value", str(previous), f"before {published}")


def _said(text: str) -> str:
    return f"'{text}'" if text else "nothing"


def _check_period(report: Report, reading: Reading, start: date, end: date) -> None:
    """1.05 to 1.07."""
    row = reading.first("to")
    seen = f"{start} to {end}"
    if start > end:
        report.add("1.05", reading, row, "value", seen, f"a day after {start}")
        return
    days = (end - start).days + 1
    longest = LONGEST_HALF if report.is_large else LONGEST_PERIOD
    if days > longest:
        report.add("1.06", reading, row, "value", f"{seen}, {days} days", f"at most {longest} days")
    elif not _is_cycle(start, end, report.is_large):
        expected = f"{start.year}-01-01 to {start.year}-12-31"
        if report.is_large:
            expected = "1 January to 30 June, or 1 July to 31 December"
        report.add("1.07", reading, row, "value", seen, expected)


def _is_cycle(start: date, end: date, is_large: bool) -> bool:
    ends = ((start.month, start.day), (end.month, end.day))
    halves = (((1, 1), (6, 30)), ((7, 1), (12, 31)))
    if start.year == end.year and (ends in halves or (not is_large and ends == ((1, 1), (12, 31)))):
        return True
    # The first and the transitional cycle of those that are not very large may begin on any day.
    return not is_large and end <= TRANSITION_ENDS


def check_complaints(report: Report, reading: Reading) -> None:
    """The rules of part 7."""
    for line in DISPUTED:
        total = reading.first(line, TOTAL)
        if total is None:
            continue
        outcomes = [reading.first(line, it) for it in (*DECIDED, "omitted")]
        given = [it for it in outcomes if it and it.has_figures]
        submitted = _value(total)
        if given and submitted is not None and None not in (values := [_value(it) for it in given]):
            _check_outcomes(report, reading, total, submitted, _sum(values))
        decided = [_value(it) for it in outcomes[:3] if it and it.has_figures]
        must = submitted if not decided else None if None in decided else _sum(decided)
        median = reading.first(line, "median")
        if median and report.applies(median.audience):
            check_median(report, reading, median, "value", submitted, must)
    _check_reasons(report, reading)
    less, more = reading.first("notice_tf", TOTAL), reading.first("notice", TOTAL)
    check_less(report, reading, "7.04", less, more)
    share = reading.first("disputes", "implemented")
    reversals = [_value(reading.first("disputes", it)) for it in DECIDED[1:]]
    if share and None not in reversals:
        if share.has_figures and not _sum(reversals):
            seen = f"{reading.cell(share, 'value')} of 0 reversals"
            report.add("7.05", reading, share, "value", seen, "blank")
        elif not share.has_figures and _sum(reversals) and not reading.cell(share, "context"):
            expected = f"the share of {written(_sum(reversals))} reversals that was implemented"
            report.add("0.39", reading, share, "value", "nothing", expected)


def _check_outcomes(
    report: Report, reading: Reading, total: Row, submitted: Number, outcomes: Number
) -> None:
    """7.01 and 7.02."""
    seen = f"{written(submitted)}; the outcomes sum to {written(outcomes)}"
    if outcomes > submitted:
        report.add("7.01", reading, total, "value", seen, f"{written(outcomes)} or more")
    elif outcomes < submitted and not reading.cell(total, "context"):
        report.add("7.02", reading, total, "value", seen, written(outcomes))


def _check_reasons(report: Report, reading: Reading) -> None:
    total = _value(reading.first("complaints", TOTAL))
    rows = [reading.first(it, TOTAL) for it in REASONS]
    given = [it for it in rows if it and it.has_figures]
    values = [_value(it) for it in given]
    if total is not None and given and None not in values and _sum(values) != total:
        seen = f"{written(total)}; the complaints by reason sum to {written(_sum(values))}"
        at = reading.first("complaints", TOTAL)
        report.add("7.03", reading, at, "value", seen, written(_sum(values)))


def check_automated(report: Report, reading: Reading) -> None:
    """The rules of part 8, but for those that compare it with others."""
    for line in ("solely", "not_solely"):
        total = _total(reading, line, TOTAL)
        _check_bound(report, reading, "8.01", line, "own", total, _total(reading, line, "own"))
        for row in reading.rows:
            if row.line == line and row.scope not in reading.sheet.part.scopes:
                _check_bound(report, reading, "8.03", line, row.scope, total, _value(row), row)
    for line in ("notices_solely", "notices_not_solely"):
        total = _total(reading, line, "nam")
        less = _total(reading, line, "nam_tf")
        _check_bound(report, reading, "8.04", line, "nam_tf", total, less)
    for row in reading.rows:
        if row.kind == "share" and row.has_figures and not reading.cell(row, "context"):
            report.add("8.02", reading, row, "context", "nothing", "details on the indicator")


def _total(reading: Reading, line: str, scope: str) -> Number | None:
    """The sum of the rows of a line and scope: some filers have one for each of their surfaces."""
    values = [
        _value(it)
        for it in reading.rows
        if it.line == line and it.scope == scope and it.has_figures
    ]
    return _sum(values) if values and None not in values else None


def _check_bound(
    report: Report,
    reading: Reading,
    rule: str,
    line: str,
    scope: str,
    total: Number | None,
    value: Number | None,
    row: Row | None = None,
) -> None:
    if total is not None and value is not None and value > total:
        at = row or reading.first(line, scope)
        report.add(rule, reading, at, "value", written(value), f"at most {written(total)}")


def check_staff(report: Report, reading: Reading) -> None:
    """The rules of part 9."""
    total = _value(reading.first("linguistic", TOTAL))
    for row in reading.rows:
        value = _value(row)
        if value is None:
            continue
        if row.scope == TOTAL and not isinstance(value, int):
            expected = "an integer number, unless in full-time equivalents"
            report.add("9.03", reading, row, "value", written(value), expected)
        elif row.scope != TOTAL and total is not None and value > total:
            expected = f"at most {written(total)}, as in total"
            report.add("9.01", reading, row, "value", written(value), expected)
    staff = [_value(reading.first(it, TOTAL)) for it in ("internal", "external")]
    if total is not None and None not in staff and total > _sum(staff):
        row = reading.first("linguistic", TOTAL)
        expected = f"at most {written(_sum(staff))}, internal and external"
        report.add("9.02", reading, row, "value", written(total), expected)


def check_recipients(report: Report, reading: Reading) -> None:
    """The rules of part 10."""
    states = [it for it in reading.rows if it.scope in the_template().member_states]
    row = reading.first("recipients", TOTAL)
    total = _value(row)
    if report.is_large:
        there = {it.scope for it in states}
        missing = [it for it in the_template().member_states if it not in there]
        if missing:
            seen = f"no row for {', '.join(missing)}"
            report.add("10.01", reading, row, "scope", seen, "all 27 member states")
    for one in states:
        value = _value(one)
        if value is not None and total is not None and value > total:
            expected = f"at most {written(total)}, as in total"
            report.add("10.02", reading, one, "value", written(value), expected)
    values = [_value(it) for it in states if it.has_figures]
    if row and total is not None and values and None not in values and _sum(values) != total:
        seen = f"{written(total)}; the member states sum to {written(_sum(values))}"
        report.add("10.03", reading, row, "value", seen, written(_sum(values)))


def check_texts(report: Report, reading: Reading) -> None:
    """The rules of part 11."""
    placeholder = folded(the_template().placeholders["free_text"])
    for row in reading.rows:
        text = reading.cell(row, "value")
        applies = report.applies(row.audience)
        if folded(text) == placeholder:
            rule = "0.23" if applies else "0.24"
            report.add(rule, reading, row, "value", f"'{text}'", "the provider's own text")
        elif says_nothing(text) and applies:
            report.add("11.02", reading, row, "value", _said(text), "a text")
        elif len(text) > LONGEST_TEXT:
            seen = f"{len(text):,} characters"
            report.add("11.01", reading, row, "value", seen, f"at most {LONGEST_TEXT:,}")


def check_less(
    report: Report, reading: Reading, rule: str, less: Row | None, more: Row | None
) -> None:
    """Hold one row of the column Value against another that is at least as large."""
    small, large = _value(less), _value(more)
    if less and small is not None and large is not None and small > large:
        report.add(rule, reading, less, "value", written(small), f"at most {written(large)}")


def check_across(report: Report) -> None:
    """8.05 and 8.06: part 8 against parts 4, 5 and 6."""
    reading = report.part(8)
    if reading is None:
        return
    for scope, column in (("nam", "notices"), ("nam_tf", "notices_tf")):
        notices = _column_total(report, 4, column)
        given = [_total(reading, it, scope) for it in ("notices_solely", "notices_not_solely")]
        _check_equal(report, reading, "8.05", "notices_solely", scope, given, notices, "part 4")
    own = [_column_total(report, number, "measures") for number in (5, 6)]
    given = [_total(reading, it, "own") for it in ("solely", "not_solely")]
    measures = _sum(own) if None not in own else None
    _check_equal(report, reading, "8.06", "solely", "own", given, measures, "parts 5 and 6")


def _check_equal(
    report: Report,
    reading: Reading,
    rule: str,
    line: str,
    scope: str,
    given: list[Number | None],
    wanted: Number | None,
    where: str,
) -> None:
    if wanted is None or None in given or _sum(given) == wanted:
        return
    seen = f"{written(_sum(given))}, solely and not solely by automated means"
    row = reading.first(line, scope)
    report.add(rule, reading, row, "value", seen, f"{written(wanted)}, as in {where}")


def _column_total(report: Report, number: int, column: str) -> Number | None:
    reading = report.part(number)
    if reading is None:
        return None
    scopes = ("", TOTAL)
    row = next((it for it in reading.rows if it.line == "TOTAL" and it.scope in scopes), None)
    return row.numbers.get(column) if row else None


def _value(row: Row | None) -> Number | None:
    return row.numbers.get("value") if row else None


def _sum(values: list[Number | None]) -> Number:
    return sum(it for it in values if it is not None)
