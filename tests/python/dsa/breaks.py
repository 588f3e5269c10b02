"""One thing wrong in a valid report, for each rule: what is done, and where it is to be found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.python.dsa.filled import Filled
from trustmetrics.dsa.template import part
from trustmetrics.dsa.validator.rule import rule_id

# Does the damage; returns the row of the finding, or None where it is about the whole file.
Break = Callable[[Filled], int | None]


@dataclass(frozen=True)
class Case:
    """A way to break a rule.

    Attributes:
        rule: the id.
        part: where it is to be found; 0 for the report.
        column: the id of the column, or ''.
        also: other rules that the same damage breaks.
        does: the damage.
    """

    rule: str
    part: int
    column: str
    also: frozenset[str]
    does: Break

    @property
    def name(self) -> str:
        return f"{self.rule} by {self.does.__name__}"


CASES: list[Case] = []


def breaks(
    number: str, at: int, column: str = "", also: tuple[str, ...] = ()
) -> Callable[[Break], Break]:
    def register(does: Break) -> Break:
        CASES.append(Case(rule_id(number), at, column, frozenset(map(rule_id, also)), does))
        return does

    return register


def _recoded(f: Filled, number: int, change: Callable[[str], bytes]) -> None:
    f.raw[f.names[number]] = change(f.text(number))


@breaks("0.01", 0)
def json_alone(f: Filled) -> None:
    data = f.as_json().encode()
    for number in [*f.grids]:
        del f.grids[number]
    f.raw = {"report.json": data}


@breaks("0.02", 11)
def windows_1252(f: Filled) -> None:
    f.set(11, "summary", "value", "Ce que nous avons retiré.")
    _recoded(f, 11, lambda text: text.encode("cp1252"))
    return 2


@breaks("0.02", 4)
def utf_16(f: Filled) -> None:
    _recoded(f, 4, lambda text: text.encode("utf-16"))


@breaks("0.03", 4)
def byte_order_mark(f: Filled) -> None:
    _recoded(f, 4, lambda text: text.encode("utf-8-sig"))


@breaks("0.04", 9)
def semicolons(f: Filled) -> None:
    _recoded(f, 9, lambda text: text.replace(",", ";").encode())


@breaks("0.04", 9)
def tabs(f: Filled) -> None:
    _recoded(f, 9, lambda text: text.replace(",", "\t").encode())


@breaks("0.05", 7, also=("0.29", "0.07", "0.28", "0.25"))
def quote_never_closed(f: Filled) -> int:
    _recoded(f, 7, lambda text: text.replace(",Total number,100,", ',"Total number,100,').encode())
    return 2


@breaks("0.05", 7)
def quote_not_doubled(f: Filled) -> int:
    row = f.set(7, "complaints", "context", "the QUOTE word", "omitted")
    _recoded(f, 7, lambda text: text.replace("QUOTE", '"so-called"').encode())
    return row


@breaks("0.06", 4)
def line_feeds(f: Filled) -> None:
    _recoded(f, 4, lambda text: text.replace("\r\n", "\n").encode())


@breaks("0.06", 4)
def carriage_returns(f: Filled) -> None:
    _recoded(f, 4, lambda text: text.replace("\r\n", "\r").encode())


@breaks("0.07", 7)
def field_too_few(f: Filled) -> int:
    at = f.at(7, "newly_imposed", "total")
    del f.grids[7][at][-1]
    return at + 1


@breaks("0.08", 0, also=("0.09",))
def empty_file(f: Filled) -> None:
    f.raw[f.names[7]] = b""


@breaks("0.09", 7)
def part_not_there(f: Filled) -> None:
    del f.grids[7]


@breaks("0.10", 10)
def part_of_vlops_not_there(f: Filled) -> None:
    for number in (8, 9):
        _without_languages(f, number)
    f.column(9, "value", "")
    del f.grids[10]


def _without_languages(f: Filled, number: int) -> None:
    scopes = {it.key.scope for it in part(number).lines()}
    for key in [it for it in f.keys[number] if it.scope not in scopes]:
        f.drop(number, key.line, key.scope)


@breaks("0.11", 6)
def part_in_two_files(f: Filled) -> None:
    f.raw["Part_6_own_initiative_TC_Ads.csv"] = f.text(6).encode()


@breaks("0.11", 10, also=("0.07",))
def two_parts_in_a_file(f: Filled) -> None:
    f.raw[f.names[9]] = (f.text(9) + f.text(10)).encode()
    del f.grids[10], f.grids[9]


@breaks("0.12", 4)
def file_without_a_telling_name(f: Filled) -> None:
    f.names[4] = "data (copy).csv"


@breaks("0.12", 9)
def file_with_the_name_of_another(f: Filled) -> None:
    f.names[8], f.names[9] = f.names[9], f.names[8]


@breaks("0.13", 0)
def file_of_another_format(f: Filled) -> None:
    f.raw["report.pdf"] = b"%PDF-1.7"


@breaks("0.14", 8)
def title_above_the_header(f: Filled) -> int:
    f.grids[8][:0] = [["Automated means", *[""] * 7], [""] * 8]
    return 1


@breaks("0.14", 10)
def no_header(f: Filled) -> int:
    del f.grids[10][0]
    return 1


@breaks("0.15", 4)
def column_missing(f: Filled) -> int:
    place = f.place(4, "law_context")
    for row in f.grids[4]:
        del row[place]
    return 1


@breaks("0.16", 5)
def column_inserted(f: Filled) -> int:
    for row in f.grids[5]:
        row.insert(6, "1")
    f.grids[5][0][6] = "Of which appealed"
    return 1


@breaks("0.17", 4)
def columns_reordered(f: Filled) -> int:
    for row in f.grids[4]:
        row[5], row[6] = row[6], row[5]
    return 1


@breaks("0.18", 6)
def column_renamed(f: Filled) -> int:
    f.grids[6][0][4] = "Description of the sub-category "
    return 1


@breaks("0.18", 10)
def column_without_name(f: Filled) -> int:
    f.grids[10][0][0] = ""
    return 1


@breaks("0.19", 10)
def header_in_german(f: Filled) -> int:
    f.grids[10][0] = [
        "Anwendbarkeit", "Dienst", "Berichtszeitraum", "Abschnitt", "Indikator", "Wertebereich",
        "Wert",
    ]  # fmt: skip
    return 1


@breaks("0.20", 10)
def empty_columns(f: Filled) -> int:
    for row in f.grids[10]:
        row += ["", "", ""]
    return 1


@breaks("0.20", 10)
def empty_rows_at_the_end(f: Filled) -> int:
    f.grids[10] += [[""] * 7, [""] * 7]
    return len(f.grids[10]) - 1


@breaks("0.21", 4, "category")
def space_after_a_code(f: Filled) -> int:
    return f.set(4, "1a", "category", "KEYWORD_ANIMAL_HARM ")


@breaks("0.21", 7, "scope")
def small_letter_in_a_scope(f: Filled) -> int:
    return f.set(7, "disputes", "scope", "decisions Upheld", "upheld")


@breaks("0.21", 7)
def capital_in_a_header(f: Filled) -> int:
    f.grids[7][0][2] = "Reporting Period"
    return 1


@breaks("0.22", 9)
def merged_cells(f: Filled) -> int:
    at = f.at(9, "linguistic", "hr")
    for place in range(5):
        f.grids[9][at][place] = ""
    return at + 1


@breaks("0.23", 3, "scope")
def row_for_several_member_states(f: Filled) -> int:
    return f.add(3, "TOTAL", "DE", scope="AT, […], SE")


@breaks("0.23", 8, "scope")
def row_for_several_languages(f: Filled) -> int:
    return f.add(8, "solely", "bg", scope="[...]")


@breaks("0.23", 1, "value", also=("1.03",))
def template_date(f: Filled) -> int:
    f.set(1, "from", "value", "2026-01-01")
    return f.set(1, "published", "value", "YYYY-MM-DD")


@breaks("0.23", 4, "other", also=("0.49",))
def template_text_on_other(f: Filled) -> int:
    return f.set(4, "1c", "other", 'Text to detail the "Other" keyword.')


@breaks("0.24", 3, "other")
def template_text_where_nothing_is(f: Filled) -> int:
    label = next(
        key.line
        for key in f.keys[3]
        if key.other
        and key.scope == "AT"
        and f.get(3, key.line, "orders", "AT") == "0"
        and f.get(3, key.line, "information_orders", "AT") == "0"
    )
    return f.set(3, label, "other", 'Text to detail the "Other" keyword.', "AT")


@breaks("0.25", 4, also=("0.51",))
def row_missing(f: Filled) -> None:
    f.drop(4, "1a")


@breaks("0.26", 7)
def rows_in_another_order(f: Filled) -> int:
    at = f.at(7, "visibility", "upheld")
    rows = f.grids[7]
    rows[at], rows[at + 1] = rows[at + 1], rows[at]
    return at + 2


@breaks("0.27", 7)
def row_twice(f: Filled) -> int:
    return f.add(7, "disputes", "upheld")


@breaks("0.27", 7)
def header_twice(f: Filled) -> int:
    f.grids[7].insert(10, f.grids[7][0])
    return 11


@breaks("0.28", 7, "indicator")
def indicator_of_ones_own(f: Filled) -> int:
    return f.add(7, "disputes", "implemented", indicator="Number of letters")


@breaks("0.28", 7, "scope")
def scope_of_ones_own(f: Filled) -> int:
    return f.add(7, "disputes", "implemented", scope="Pending")


@breaks("0.28", 9, "scope")
def scope_in_other_words(f: Filled) -> int:
    return f.set(9, "internal", "scope", "total", "total")


@breaks("0.29", 8, "applicability")
def applicability_changed(f: Filled) -> int:
    return f.set(8, "solely", "applicability", "All", "bg")


@breaks("0.31", 10, "value", also=("10.03",))
def recipients_in_part(f: Filled) -> int:
    return f.set(10, "recipients", "value", "999.5", "AT")


@breaks("0.32", 10, "value")
def commas_between_thousands(f: Filled) -> int:
    return f.set(10, "recipients", "value", "27,000", "total")


@breaks("0.32", 10, "value")
def dots_between_thousands(f: Filled) -> int:
    return f.set(10, "recipients", "value", "27.000", "total")


@breaks("0.32", 10, "value")
def spaces_between_thousands(f: Filled) -> int:
    return f.set(10, "recipients", "value", "27\u00a0000", "total")


@breaks("0.32", 7, "value")
def decimal_comma(f: Filled) -> int:
    return f.set(7, "disputes", "value", "20,5", "median")


@breaks("0.33", 10, "value")
def integer_as_float(f: Filled) -> int:
    return f.set(10, "recipients", "value", "27000.0", "total")


@breaks("0.34", 7, "value")
def words_for_a_number(f: Filled) -> int:
    return f.set(7, "suspended_notices", "value", "N/A", "total")


@breaks("0.34", 7, "value")
def dash_for_a_number(f: Filled) -> int:
    return f.set(7, "suspended_notices", "value", "-", "total")


@breaks("0.35", 7, "value")
def negative(f: Filled) -> int:
    return f.set(7, "suspended_notices", "value", "-3", "total")


@breaks("0.36", 8, "value")
def share_of_a_hundred(f: Filled) -> int:
    return f.set(8, "accuracy", "value", "72.45", "total")


@breaks("0.36", 8, "value")
def share_with_a_sign(f: Filled) -> int:
    return f.set(8, "accuracy", "value", "72.45%", "total")


@breaks("0.37", 7, "value")
def hours_with_a_unit(f: Filled) -> int:
    return f.set(7, "disputes", "value", "162.4 HRS", "median")


@breaks("0.37", 4, "hours", also=("0.58",))
def days_for_hours(f: Filled) -> int:
    return f.set(4, "TOTAL", "hours", "2 days")


@breaks("0.38", 4, "notices_tf")
def blank_in_a_column_in_use(f: Filled) -> int:
    assert f.get(4, "1a", "notices_tf") == "0"
    return f.set(4, "1a", "notices_tf", "")


@breaks("0.38", 3, "orders")
def orders_blank_throughout(f: Filled) -> None:
    for column in part(3).columns:
        if column.is_number:
            f.column(3, column.id, "")


@breaks("0.39", 7, "value")
def blank_without_reason(f: Filled) -> int:
    return f.set(7, "suspended_notices", "value", "", "total")


@breaks("0.40", 7, "value")
def median_longer_than_the_period(f: Filled) -> int:
    return f.set(7, "disputes", "value", "9000", "median")


@breaks("0.41", 10, "service")
def service_blank(f: Filled) -> int:
    return f.set(10, "recipients", "service", "", "AT")


@breaks("0.42", 10, "service")
def another_service(f: Filled) -> int:
    return f.set(10, "recipients", "service", "Sample", "AT")


@breaks("0.43", 10, "period")
def no_such_day(f: Filled) -> int:
    return f.set(10, "recipients", "period", "2026-01-01/2026-06-31", "AT")


@breaks("0.43", 10, "period")
def period_in_another_format(f: Filled) -> int:
    return f.set(10, "recipients", "period", "01/01/2026 - 30/06/2026", "AT")


@breaks("0.44", 10, "period")
def another_period(f: Filled) -> int:
    return f.set(10, "recipients", "period", "2025-07-01/2025-12-31", "AT")


@breaks("0.45", 4, "category")
def category_of_ones_own(f: Filled) -> int:
    return f.add(4, "17", category="STATEMENT_CATEGORY_SPAM", **_zeros(4))


@breaks("0.46", 4, "category")
def keyword_of_ones_own(f: Filled) -> int:
    return f.add(4, "1b", category="KEYWORD_OTHER_PRIVACY", other="Privacy", **_zeros(4))


@breaks("0.46", 4, "category")
def keyword_misspelt(f: Filled) -> int:
    return f.set(4, "1a", "category", "KEYWORD_ANIMAL_HARMS")


def _zeros(number: int) -> dict[str, str]:
    """Nothing counted; what does not apply stays blank."""
    blank = [it.id for it in part(number).numbers if it.kind == "hours" or "monetary" in it.id]
    return {it.id: "" if it.id in blank else "0" for it in part(number).numbers}


@breaks("0.47", 5, "category")
def category_of_orders_in_part_5(f: Filled) -> int:
    return f.add(5, "14f", category="STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER", other="", **_zeros(5))


@breaks("0.48", 4, "category")
def category_by_its_description(f: Filled) -> int:
    return f.set(4, "1a", "category", "Animal harm")


@breaks("0.49", 4, "other")
def other_not_described(f: Filled) -> int:
    return f.set(4, "1c", "other", "")


@breaks("0.50", 4, "other")
def others_described_alike(f: Filled) -> int:
    f.set(4, "1c", "other", "Various")
    return f.set(4, "2f", "other", " various")


@breaks("0.51", 4, "notices", also=("0.52", "8.05"))
def category_not_the_sum(f: Filled) -> int:
    return f.set(4, "1", "notices", int(f.get(4, "1", "notices")) - 1)


@breaks("0.52", 5, "measures", also=("5.03", "8.06"))
def total_not_the_sum(f: Filled) -> int:
    return f.set(5, "TOTAL", "measures", int(f.get(5, "TOTAL", "measures")) + 1)


@breaks("0.53", 5, "other")
def description_of_a_keyword(f: Filled) -> int:
    return f.set(5, "1a", "other", "Under our policy on animals")


@breaks("0.54", 7, "value")
def median_without_cases(f: Filled) -> int:
    return f.set(7, "service", "value", "12", "median")


@breaks("0.55", 7, "value")
def median_of_nothing(f: Filled) -> int:
    return f.set(7, "service", "value", "0", "median")


@breaks("0.56", 4, "hours")
def no_median(f: Filled) -> int:
    return f.set(4, "TOTAL", "hours", "")


@breaks("0.57", 4, "hours")
def no_median_but_a_reason(f: Filled) -> int:
    f.set(4, "TOTAL", "hours_context", "Our system did not record the time before March.")
    return f.set(4, "TOTAL", "hours", "")


@breaks("0.58", 3, "effect_hours")
def median_outside_its_parts(f: Filled) -> int:
    return f.set(3, "TOTAL", "effect_hours", "216", "total")


@breaks("0.60", 10, "scope", also=("10.01", "10.03"))
def not_a_member_state(f: Filled) -> int:
    return f.set(10, "recipients", "scope", "UK", "AT")


@breaks("0.60", 3, "scope")
def member_state_in_small_letters(f: Filled) -> int:
    return f.set(3, "TOTAL", "scope", "de", "DE")


@breaks("0.61", 10, "scope")
def greece_as_gr(f: Filled) -> int:
    return f.set(10, "recipients", "scope", "GR", "EL")


@breaks("0.62", 9, "scope", also=("0.63",))
def member_state_for_a_language(f: Filled) -> int:
    return f.set(9, "linguistic", "scope", "AT", "de")


@breaks("0.62", 9, "scope", also=("0.63",))
def not_an_official_language(f: Filled) -> int:
    return f.set(9, "linguistic", "scope", "no", "de")


@breaks("0.63", 9, "scope")
def language_missing(f: Filled) -> int:
    f.drop(9, "linguistic", "de")
    return f.at(9, "linguistic", "total") + 1


@breaks("1.01", 1, "value")
def provider_not_named(f: Filled) -> int:
    return f.set(1, "provider", "value", "")


@breaks("1.02", 1, "value")
def date_with_slashes(f: Filled) -> int:
    return f.set(1, "published", "value", "28/08/2026")


@breaks("1.02", 1, "value")
def date_with_a_time(f: Filled) -> int:
    return f.set(1, "published", "value", "2026-08-28 00:00:00")


@breaks("1.03", 1, "value")
def no_date_of_publication(f: Filled) -> int:
    return f.set(1, "published", "value", "")


@breaks("1.04", 1, "value")
def no_date_of_the_previous_report(f: Filled) -> int:
    return f.set(1, "previous", "value", "N/A")


@breaks("1.05", 1, "value", also=("1.08",))
def period_backwards(f: Filled) -> int:
    f.set(1, "from", "value", "2026-06-30")
    return f.set(1, "to", "value", "2026-01-01")


def _period(f: Filled, start: str, end: str) -> None:
    f.set(1, "from", "value", start)
    f.set(1, "to", "value", end)
    for number in (3, 4, 5, 6, 7, 8, 9, 10, 11):
        f.column(number, "period", f"{start}/{end}")


@breaks("1.06", 1, "value")
def a_year_for_a_vlop(f: Filled) -> int:
    _period(f, "2025-07-01", "2026-06-30")
    return f.at(1, "to") + 1


@breaks("1.07", 1, "value")
def five_months(f: Filled) -> int:
    _period(f, "2026-02-01", "2026-06-30")
    return f.at(1, "to") + 1


@breaks("1.08", 1, "value")
def published_late(f: Filled) -> int:
    # 30 August 2026 is a Sunday, so that the Monday is still in time.
    return f.set(1, "published", "value", "2026-09-01")


@breaks("1.09", 1, "value")
def published_early(f: Filled) -> int:
    return f.set(1, "published", "value", "2026-06-30")


@breaks("1.10", 1, "value")
def previous_report_later(f: Filled) -> int:
    return f.set(1, "previous", "value", "2026-08-28")


@breaks("2.01", 2, "category")
def code_of_another_label(f: Filled) -> int:
    return f.set(2, "1a", "category", "KEYWORD_UNLAWFUL_SALE_ANIMALS")


@breaks("2.02", 2, "description")
def label_described_otherwise(f: Filled) -> int:
    return f.set(2, "1a", "description", "Cruelty")


@breaks("3.01", 3, "items", also=("0.51", "0.52", "3.02"))
def fewer_items_than_orders(f: Filled) -> int:
    label = next(key.line for key in f.keys[3] if f.get(3, key.line, "orders", "AT") == "1")
    return f.set(3, label, "items", "0", "AT")


@breaks("3.02", 3, "orders", also=("0.51", "0.52"))
def member_states_not_the_sum(f: Filled) -> int:
    key = next(it for it in f.keys[3] if it.line[-1].islower() and it.scope == "total")
    found = int(f.get(3, key.line, "orders", "DE"))
    f.set(3, key.line, "orders", 1 - found, "DE")
    f.set(3, key.line, "items", 2 * (1 - found), "DE")
    f.set(3, key.line, "inform_hours", "" if found else "0.5", "DE")
    f.set(3, key.line, "effect_hours", "" if found else "24", "DE")
    return f.at(3, key.line, "total") + 1


@breaks("3.02", 3, "orders", also=("0.51", "0.52"))
def no_member_state(f: Filled) -> int:
    for key in [it for it in f.keys[3] if it.scope != "total"]:
        f.drop(3, key.line, key.scope)
    return f.at(3, "TOTAL", "total") + 1


@breaks("4.01", 4, "items", also=("0.51", "0.52"))
def fewer_items_than_notices(f: Filled) -> int:
    label = next(key.line for key in f.keys[4] if f.get(4, key.line, "notices") == "3")
    return f.set(4, label, "items", "2")


@breaks("4.02", 4, "notices_tf", also=("0.51", "0.52", "0.56", "4.01", "8.05"))
def more_trusted_flaggers_than_all(f: Filled) -> int:
    label = next(
        key.line
        for key in f.keys[4]
        if f.get(4, key.line, "notices") == "0" and key.line != "TOTAL"
    )
    return f.set(4, label, "notices_tf", "186")


@breaks("5.01", 5, "automated", also=("0.51", "0.52"))
def more_automated_than_all(f: Filled) -> int:
    label = next(key.line for key in f.keys[5] if f.get(5, key.line, "measures") == "2")
    return f.set(5, label, "automated", "3")


@breaks("5.02", 6, "removal", also=("0.51", "0.52", "5.03"))
def more_removals_than_measures(f: Filled) -> int:
    label = next(key.line for key in f.keys[6] if f.get(6, key.line, "measures") == "2")
    return f.set(6, label, "removal", "3")


@breaks("5.03", 6, "measures", also=("0.51", "0.52"))
def restrictions_not_the_sum(f: Filled) -> int:
    label = next(key.line for key in f.keys[6] if f.get(6, key.line, "measures") == "3")
    return f.set(6, label, "removal", "0") and f.at(6, label) + 1


@breaks("7.01", 7, "value")
def more_outcomes_than_complaints(f: Filled) -> int:
    f.set(7, "disputes", "value", "5", "upheld")
    return f.at(7, "disputes", "total") + 1


@breaks("7.02", 7, "value")
def fewer_outcomes_than_complaints(f: Filled) -> int:
    f.set(7, "disputes", "value", "1", "omitted")
    return f.at(7, "disputes", "total") + 1


@breaks("7.03", 7, "value", also=("7.02",))
def reasons_not_the_sum(f: Filled) -> int:
    f.set(7, "visibility", "value", "51", "total")
    return f.at(7, "complaints", "total") + 1


@breaks("7.04", 7, "value", also=("7.02",))
def more_complaints_of_trusted_flaggers(f: Filled) -> int:
    return f.set(7, "notice_tf", "value", "21", "total")


@breaks("7.05", 7, "value", also=("7.02",))
def share_of_no_reversals(f: Filled) -> int:
    f.set(7, "disputes", "value", "0", "reversed")
    f.set(7, "disputes", "value", "0", "partially_reversed")
    return f.at(7, "disputes", "implemented") + 1


@breaks("8.01", 8, "value", also=("8.06",))
def more_own_initiative_than_all(f: Filled) -> int:
    more = int(f.get(8, "solely", "value", "total")) + 1
    return f.set(8, "solely", "value", more, "own")


@breaks("8.02", 8, "context")
def accuracy_without_details(f: Filled) -> int:
    return f.set(8, "recall", "context", "", "total")


@breaks("8.03", 8, "value")
def more_in_a_language_than_all(f: Filled) -> int:
    return f.set(8, "solely", "value", "999999", "fr")


@breaks("8.04", 8, "value", also=("8.05",))
def more_notices_of_trusted_flaggers(f: Filled) -> int:
    return f.set(8, "notices_not_solely", "value", "999999", "nam_tf")


@breaks("8.05", 8, "value")
def notices_unlike_part_4(f: Filled) -> int:
    f.set(8, "notices_solely", "value", "1", "nam")
    return f.at(8, "notices_solely", "nam") + 1


@breaks("8.06", 8, "value")
def measures_unlike_parts_5_and_6(f: Filled) -> int:
    return f.set(8, "solely", "value", int(f.get(8, "solely", "value", "own")) + 1, "own")


@breaks("9.01", 9, "value")
def more_in_a_language_than_moderators(f: Filled) -> int:
    return f.set(9, "linguistic", "value", "101", "en")


@breaks("9.02", 9, "value")
def more_linguists_than_moderators(f: Filled) -> int:
    return f.set(9, "linguistic", "value", "120", "total")


@breaks("9.03", 9, "value")
def total_in_full_time_equivalents(f: Filled) -> int:
    return f.set(9, "internal", "value", "40.5", "total")


@breaks("10.01", 10, "scope", also=("10.03",))
def member_state_missing(f: Filled) -> int:
    f.drop(10, "recipients", "MT")
    return 2


@breaks("10.02", 10, "value", also=("10.03",))
def more_in_a_member_state_than_all(f: Filled) -> int:
    return f.set(10, "recipients", "value", "27001", "FR")


@breaks("10.03", 10, "value")
def recipients_not_the_sum(f: Filled) -> int:
    return f.set(10, "recipients", "value", "27001", "total")


@breaks("11.01", 11, "value")
def text_too_long(f: Filled) -> int:
    return f.set(11, "summary", "value", "x" * 5001)


@breaks("11.02", 11, "value")
def text_missing(f: Filled) -> int:
    return f.set(11, "training", "value", "n/a")
