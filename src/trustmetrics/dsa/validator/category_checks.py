"""Rules of parts 3 to 6: categories, their sums, medians, and what is at most what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from trustmetrics.dsa.template import OTHER_CODE, TOTAL, written
from trustmetrics.dsa.validator.findings import Reading, Report, Row
from trustmetrics.dsa.validator.shared_checks import says_nothing
from trustmetrics.dsa.validator.values import Number
from trustmetrics.dsa.validator.words import folded, short

# What is at most what: the rule, the smaller column and the larger, by part.
RESTRICTIONS = (
    "removal", "disable", "demoted", "age_restricted", "interaction_restricted", "labelled",
    "visibility_other", "monetary_suspension", "monetary_termination", "monetary_other",
    "service_suspension", "service_termination", "account_suspension", "account_termination",
)  # fmt: skip
OWN_INITIATIVE = (
    ("5.01", "automated", "measures"),
    *(("5.02", restriction, "measures") for restriction in RESTRICTIONS),
)
AT_MOST = {
    3: (("3.01", "orders", "items"),),
    4: (
        ("4.01", "notices", "items"),
        ("4.01", "notices_tf", "items_tf"),
        ("4.02", "notices_tf", "notices"),
        ("4.02", "items_tf", "items"),
        ("4.02", "law_tf", "law"),
        ("4.02", "terms_tf", "terms"),
    ),
    5: OWN_INITIATIVE,
    6: OWN_INITIATIVE,
}
# The smaller of the two is what would have to grow, or the larger what would have to shrink: the
# finding stands at the column that the rule is about.
AT_LEAST_RULES = ("3.01", "4.01")
# The median, what it is of, and what must have one.
MEDIANS = {
    3: (
        ("inform_hours", "orders", ("orders",)),
        ("effect_hours", "orders", ("orders",)),
        ("information_inform_hours", "information_orders", ("information_orders",)),
        ("information_effect_hours", "information_orders", ("information_orders",)),
    ),
    4: (
        ("hours", "notices", ("law", "terms")),
        ("hours_tf", "notices_tf", ("law_tf", "terms_tf")),
    ),
}


@dataclass
class Group:
    """A high-level category within a scope.

    Attributes:
        rows: its own row; several where it is there twice.
        subs: the rows of its sub-categories.
    """

    rows: list[Row] = field(default_factory=list)
    subs: list[Row] = field(default_factory=list)


@dataclass
class Scope:
    """The rows of a part for all, or for one member state.

    Attributes:
        total: the rows TOTAL.
        groups: by the label of the category.
    """

    total: list[Row] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=lambda: defaultdict(Group))


def check_categories(report: Report, reading: Reading) -> None:
    """Hold a part with categories against its rules."""
    scopes = _scopes(reading)
    for scope in scopes.values():
        _check_sums(report, reading, scope)
        _check_medians_of_parts(report, reading, scope)
    _check_others(report, reading)
    if reading.number == 3:
        _check_member_states(report, reading)
    for row in reading.rows:
        if row.is_placeholder:
            continue
        check_at_most(report, reading, row)
        for median, of, must in MEDIANS.get(reading.number, ()):
            check_median(report, reading, row, median, row.numbers.get(of), _sum(row, must))


def _scopes(reading: Reading) -> dict[str, Scope]:
    found: dict[str, Scope] = defaultdict(Scope)
    for row in reading.rows:
        if row.is_placeholder:
            continue
        scope = found[row.scope]
        if row.line == "TOTAL":
            scope.total.append(row)
        elif row.is_sub:
            scope.groups[row.parent].subs.append(row)
        else:
            scope.groups[row.parent].rows.append(row)
    return found


def _counts(reading: Reading) -> Iterator[str]:
    for column in reading.sheet.part.columns:
        if column.kind == "count" and column.id in reading.sheet.columns:
            yield column.id


def add_up(rows: Iterable[Row], column: str) -> Number | None:
    """Return the sum of a column, blanks being nothing; None where a cell cannot be read."""
    total: Number = 0
    for row in rows:
        value = row.numbers.get(column, 0)
        if value is None:
            return None
        total += value
    return total


def _seen(rows: list[Row], column: str) -> str:
    is_blank = not any(column in it.numbers for it in rows)
    return "nothing" if is_blank else written(add_up(rows, column))


def _check_sums(report: Report, reading: Reading, scope: Scope) -> None:
    """0.51 and 0.52."""
    groups = [it for it in scope.groups.values() if it.rows]
    for column in _counts(reading):
        for group in groups:
            if not group.subs:
                continue
            whole, sums = add_up(group.rows, column), add_up(group.subs, column)
            if whole is not None and sums is not None and whole != sums:
                seen = f"{_seen(group.rows, column)}; its sub-categories sum to {written(sums)}"
                report.add("0.51", reading, group.rows[0], column, seen, written(sums))
        if not scope.total or not groups:
            continue
        whole = add_up(scope.total[:1], column)
        sums = add_up((row for it in groups for row in it.rows), column)
        if whole is not None and sums is not None and whole != sums:
            seen = f"{_seen(scope.total, column)}; the categories sum to {written(sums)}"
            report.add("0.52", reading, scope.total[0], column, seen, written(sums))


def _check_medians_of_parts(report: Report, reading: Reading, scope: Scope) -> None:
    """0.58."""
    groups = list(scope.groups.values())
    wholes = [(scope.total[:1], [row for it in groups for row in it.rows])]
    wholes += [(it.rows[:1], it.subs) for it in groups]
    for median, of, must in MEDIANS.get(reading.number, ()):
        for whole, rows in wholes:
            counted = [row for row in rows if row.numbers.get(of) and _sum(row, must)]
            medians = [it.numbers.get(median) for it in counted]
            found = whole[0].numbers.get(median) if whole else None
            known = [it for it in medians if it is not None]
            if found is None or not known or len(known) < len(medians):
                continue
            if not min(known) <= found <= max(known):
                expected = f"{written(min(known))} to {written(max(known))}, as its parts"
                report.add("0.58", reading, whole[0], median, written(found), expected)


def _check_others(report: Report, reading: Reading) -> None:
    """0.49, 0.50 and 0.53."""
    seen: dict[tuple[str, str], Row] = {}
    for row in reading.rows:
        if row.is_placeholder:
            continue
        is_blank = says_nothing(row.description)
        if row.code != OTHER_CODE:
            if not is_blank and not row.code.startswith(OTHER_CODE):
                text = f"'{short(row.description)}'"
                expected = "nothing; it belongs in the contextual information"
                report.add("0.53", reading, row, "other", text, expected)
            continue
        if is_blank and any(row.numbers.values()):
            text = f"'{short(row.description)}'" if row.description else "nothing"
            report.add("0.49", reading, row, "other", text, "what was counted")
        if not is_blank:
            before = seen.setdefault((row.scope, folded(row.description)), row)
            if before is not row:
                text = f"'{short(row.description)}', as in row {before.number}"
                report.add("0.50", reading, row, "other", text, "another description")


def check_at_most(report: Report, reading: Reading, row: Row) -> None:
    """Hold a row's columns against each other, and types of restriction against measures."""
    part = reading.sheet.part
    for rule, less, more in AT_MOST[reading.number]:
        small, large = row.numbers.get(less), row.numbers.get(more)
        if small is None or large is None or small <= large:
            continue
        at, other, value, bound = less, more, small, large
        word = "at most"
        if rule in AT_LEAST_RULES:
            at, other, value, bound, word = more, less, large, small, "at least"
        name = short(part.column(other).name.strip(), 50)
        report.add(rule, reading, row, at, written(value), f"{word} {written(bound)}, as '{name}'")
    measures = row.numbers.get("measures")
    if measures is not None:
        given = [row.numbers[it] for it in RESTRICTIONS if it in row.numbers]
        restrictions = sum(it for it in given if it is not None)
        if given and None not in given and restrictions != measures:
            seen = f"{written(measures)}; the types of restriction sum to {written(restrictions)}"
            report.add("5.03", reading, row, "measures", seen, written(restrictions))


def _sum(row: Row, columns: tuple[str, ...]) -> Number | None:
    values = [row.numbers.get(it) for it in columns]
    known = [it for it in values if it is not None]
    return sum(known) if known else None


def check_median(
    report: Report,
    reading: Reading,
    row: Row,
    column: str,
    of: Number | None,
    must: Number | None,
) -> None:
    """Hold a median time against the number of cases: 0.40 and 0.54 to 0.57.

    Args:
        report: to add to.
        reading: the part.
        row: with the median.
        column: of the median.
        of: how many cases it is of at most; None where that is not known.
        must: how many cases there are that must have a median.
    """
    if column not in reading.sheet.columns:
        return
    value = row.numbers.get(column)
    if value is not None:
        if of == 0:
            rule = "0.54" if value else "0.55"
            report.add(rule, reading, row, column, f"{written(value)} hours of 0 cases", "blank")
        hours = report.period.days * 24 if report.period else None
        if hours and value > hours:
            expected = f"at most {hours:,} hours, the length of the period"
            report.add("0.40", reading, row, column, written(value), expected)
    elif must and column not in row.numbers:
        context = "context" if column == "value" else f"{column}_context"
        rule = "0.57" if reading.cell(row, context) else "0.56"
        report.add(rule, reading, row, column, "nothing", f"the median of {written(must)} cases")


def _check_member_states(report: Report, reading: Reading) -> None:
    """3.02."""
    states: dict[tuple[str, str], list[Row]] = defaultdict(list)
    totals: dict[tuple[str, str], Row] = {}
    for row in reading.rows:
        if row.is_placeholder:
            continue
        is_described = row.code == OTHER_CODE and not says_nothing(row.description)
        key = (row.line, folded(row.description) if is_described else "")
        if row.scope == TOTAL:
            totals.setdefault(key, row)
        else:
            states[key].append(row)
    for key, total in totals.items():
        # Without any row of a member state, the sum of all says it once.
        if not states and total.line != "TOTAL":
            continue
        for column in _counts(reading):
            whole, sums = add_up([total], column), add_up(states.get(key, ()), column)
            if whole is not None and sums is not None and whole != sums:
                seen = f"{_seen([total], column)}; the member states sum to {written(sums)}"
                report.add("3.02", reading, total, column, seen, written(sums))
