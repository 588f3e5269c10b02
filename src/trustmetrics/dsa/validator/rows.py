"""Reads the rows of a part: what each is about, and the numbers in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches

from trustmetrics.dsa.template import (
    CATEGORY_PARTS,
    NUMBER_KINDS,
    OTHER_CODE,
    TOTAL,
    Category,
    Line,
    the_template,
)
from trustmetrics.dsa.validator.findings import Reading, Report, Row
from trustmetrics.dsa.validator.layout import Sheet
from trustmetrics.dsa.validator.values import read_number
from trustmetrics.dsa.validator.words import folded, short, squeezed

# Cells that people merge: what stands in them holds for the rows below.
MERGED_KINDS = ("given", "service", "period")
NEVER_MERGED = ("scope", "label", "description")
SCOPE_NAMES = {
    "total": TOTAL, "total number": TOTAL, "total numbers": TOTAL, "all": TOTAL, "eu": TOTAL,
    "decisions omitted": "omitted", "decision upheld": "upheld", "decision reversed": "reversed",
    "decision partially reversed": "partially_reversed", "own initiative": "own",
    "nam trusted flaggers": "nam_tf", "nam": "nam",
}  # fmt: skip
# Annex II and the templates spell this scope in two ways.
AS_IN_ANNEX_II = {"decisions omitted"}
PLACEHOLDER = re.compile(r"\[.*\]|…|\.\.\.|^AT.*SE$")
CODE_WORDS = ("STATEMENT_CATEGORY_", "KEYWORD_")
LIKE_ENOUGH = 0.9


def read_part(report: Report, sheet: Sheet) -> Reading:
    """Read a part's rows, with findings about single cells, and add it to the report."""
    reading = Reading(sheet)
    report.readings.append(reading)
    for note in sheet.notes:
        report.add(note.rule.split("-")[1], reading, note.row, "", note.seen, note.expected)
    told = _row_reader(report, reading)
    numbers = [
        (it.id, it.kind, sheet.columns[it.id])
        for it in sheet.part.columns
        if (it.is_number or it.kind == "value") and it.id in sheet.columns
    ]
    _fill_merged(report, reading)
    for at, (number, cells) in enumerate(sheet.rows):
        row = Row(number, cells)
        if told(row, at):
            _read_numbers(report, reading, row, numbers)
            reading.rows.append(row)
    return reading


def _fill_merged(report: Report, reading: Reading) -> None:
    """Take from the row above what a merged cell leaves blank."""
    sheet = reading.sheet
    merged = [
        (it.id, sheet.columns[it.id])
        for it in sheet.part.columns
        if it.kind in MERGED_KINDS and it.id in sheet.columns and it.id not in NEVER_MERGED
    ]
    own = [sheet.columns[it] for it in ("scope", "category", "value") if it in sheet.columns]
    above: list[str] = []
    for number, cells in sheet.rows:
        blank = {
            identity: place
            for identity, place in merged
            if place < len(above) and above[place].strip() and not "".join(cells[place : place + 1])
        }
        holds = any(place < len(cells) and cells[place].strip() for place in own)
        # A service alone that a row does not name was hardly merged.
        if holds and (len(blank) > 1 or {"indicator", "category"} & blank.keys()):
            for place in blank.values():
                cells[place] = above[place]
            names = ", ".join(sheet.part.column(it).name.strip() for it in blank)
            report.add("0.22", reading, number, "", f"nothing in {names}", "the values in each row")
        above = cells


def _read_numbers(
    report: Report, reading: Reading, row: Row, columns: Sequence[tuple[str, str, int]]
) -> None:
    cells = row.cells
    has_decimal_comma = reading.sheet.has_decimal_comma
    for identity, kind, place in columns:
        text = cells[place] if place < len(cells) else ""
        if kind == "value":
            kind = row.kind
        if not text or kind not in NUMBER_KINDS:
            continue
        if not text.strip():
            report.add("0.21", reading, row, identity, repr(text), "nothing at all")
            continue
        found = read_number(text, kind, has_decimal_comma)
        row.numbers[identity] = found.value
        for rule, expected in found.faults:
            report.add(rule.split("-")[1], reading, row, identity, short(text), expected)


RowReader = Callable[[Row, int], bool]


def _row_reader(report: Report, reading: Reading) -> RowReader:
    if reading.number == 2:
        return _NamesReader(report, reading)
    if reading.number in CATEGORY_PARTS:
        return _CategoryReader(report, reading)
    return _IndicatorReader(report, reading)


class _Reader:
    """What the readers of rows share."""

    def __init__(self, report: Report, reading: Reading) -> None:
        self.report = report
        self.reading = reading
        self.part = reading.sheet.part

    def applicability(self, row: Row, audience: str) -> None:
        """Hold the first column against the template."""
        seen = self.reading.cell(row, "applicability")
        wanted = the_template().applicability[audience]
        if "applicability" not in self.reading.sheet.columns or self.reading.sheet.is_translated:
            return
        if seen != wanted and folded(seen) != folded(wanted):
            self.report.add("0.29", self.reading, row, "applicability", f"'{short(seen)}'", wanted)

    def spaces(self, row: Row, column: str, wanted: str) -> None:
        """Note spaces at the ends of a name or code, and capitals that are not the template's."""
        place = self.reading.sheet.columns.get(column)
        text = row.cells[place] if place is not None and place < len(row.cells) else ""
        if text not in (wanted, wanted.strip()) and not self.reading.sheet.is_translated:
            self.report.add("0.21", self.reading, row, column, f"'{text}'", f"'{wanted.strip()}'")


class _NamesReader(_Reader):
    """Rows of part 2."""

    def __call__(self, row: Row, at: int) -> bool:
        label = self.reading.cell(row, "label")
        code = self.reading.cell(row, "category")
        wanted = the_template().categories
        plain = re.sub(r"^category\s*", "", folded(label))
        found = next((it for it in wanted.values() if it.label.casefold() == plain), None)
        if found is None:
            is_further = code == OTHER_CODE
            if not is_further:
                self.report.add(
                    "0.28", self.reading, row, "label", f"'{short(label)}'", "a category label"
                )
            return False
        row.line, row.code = found.label, found.code
        if code.strip() != found.code:
            self.report.add("2.01", self.reading, row, "category", f"'{short(code)}'", found.code)
        description = self.reading.cell(row, "description")
        is_same = folded(description) == folded(found.description)
        if not is_same and not self.reading.sheet.is_translated:
            self.report.add(
                "2.02",
                self.reading,
                row,
                "description",
                f"'{short(description)}'",
                short(found.description),
            )
        return True


class _CategoryReader(_Reader):
    """Rows of parts 3 to 6. What category a KEYWORD_OTHER row is under, its place says."""

    def __init__(self, report: Report, reading: Reading) -> None:
        super().__init__(report, reading)
        every = the_template().categories.values()
        self.by_code = {it.code: it for it in every if not it.is_other}
        self.by_text = {folded(it.description): it for it in every if not it.is_other}
        self.by_text |= {folded(f"category {it.label}"): it for it in every}
        self.own = {it.label for it in self.part.categories}
        self.others = {it.parent: it.label for it in every if it.is_other}
        self.audience = self.part.blank[0].audience
        self.parent = ""
        self.is_scoped = "scope" in {it.id for it in self.part.columns}

    def __call__(self, row: Row, at: int) -> bool:
        """Say what a row is about; False where it is nothing that the template has."""
        text = self.reading.cell(row, "category")
        code = re.sub(r"[\s-]+", "_", text.upper()) if text else ""
        row.audience, row.code, row.kind = self.audience, code, "count"
        row.description = self.reading.cell(row, "other")
        if not text:
            seen = short(" ".join(filter(None, row.cells)))
            self.report.add("0.28", self.reading, row, "category", f"no category: {seen}", "one")
            return False
        found = self.by_code.get(code)
        if found is None and code != OTHER_CODE and (told := self.by_text.get(folded(text))):
            self.report.add("0.48", self.reading, row, "category", f"'{short(text)}'", told.code)
            found = told if not told.is_other else None
            code = row.code = told.code
        elif found or code == OTHER_CODE:
            self.spaces(row, "category", code)
        if found:
            self._known(row, found)
        elif code == OTHER_CODE:
            row.is_sub, row.parent = True, self.parent
            row.line = self.others.get(self.parent, OTHER_CODE)
        elif code.startswith("STATEMENT_CATEGORY"):
            self._unknown_category(row, text)
        else:
            self._unknown_keyword(row, text)
        if self.is_scoped:
            self._scope(row)
        self.applicability(row, self.audience)
        return True

    def _known(self, row: Row, found: Category) -> None:
        row.line, row.parent = found.label, found.parent or found.label
        row.is_sub = bool(found.parent)
        self.parent = row.parent
        if found.label not in self.own:
            places = [str(number) for number in CATEGORY_PARTS if found in _categories(number)]
            where = f"only in part {' and '.join(places)}"
            self.report.add("0.47", self.reading, row, "category", found.code, where)

    def _unknown_category(self, row: Row, text: str) -> None:
        self.parent = row.line = row.parent = row.code
        near = get_close_matches(row.code, [*self.by_code], 1, LIKE_ENOUGH)
        expected = near[0] if near else "a category of the list"
        self.report.add("0.45", self.reading, row, "category", short(text), expected)

    def _unknown_keyword(self, row: Row, text: str) -> None:
        near = get_close_matches(row.code, [*self.by_code], 1, LIKE_ENOUGH)
        if near:
            self._known(row, self.by_code[near[0]])
        else:
            row.is_sub, row.parent, row.line = True, self.parent, row.code
        expected = near[0] if near else f"{OTHER_CODE} with a description"
        self.report.add("0.46", self.reading, row, "category", short(text), expected)

    def _scope(self, row: Row) -> None:
        text = self.reading.cell(row, "scope")
        if folded(text) == "total":
            row.scope = TOTAL
            self.spaces(row, "scope", "TOTAL")
        elif PLACEHOLDER.search(text) and text.upper() not in the_template().member_states:
            row.is_placeholder = True
            self.report.add(
                "0.23", self.reading, row, "scope", f"'{text}'", "a row for each member state"
            )
        else:
            row.scope = member_state(self.report, self.reading, row)


def _categories(number: int) -> tuple[Category, ...]:
    return the_template().parts[number].categories


class _IndicatorReader(_Reader):
    """Rows of parts 1 and 7 to 11."""

    def __init__(self, report: Report, reading: Reading) -> None:
        super().__init__(report, reading)
        self.indicators = {folded(text): it for it, text in self.part.indicators.items()}
        self.flat = {squeezed(text): it for it, text in self.part.indicators.items()}
        self.scopes = {folded(text): it for it, text in self.part.scopes.items()}
        self.lines: dict[tuple[str, str], Line] = {}
        for line in self.part.blank:
            self.lines.setdefault((line.key.line, line.key.scope), line)
        self.is_placed = reading.sheet.is_translated and len(reading.sheet.rows) == len(
            self.part.blank
        )
        self.codes: Mapping[int, Callable[[Report, Reading, Row], str]] = {
            8: language,
            9: language,
            10: member_state,
        }

    def __call__(self, row: Row, at: int) -> bool:
        """Say what a row is about; False where it is nothing that the template has."""
        if self.is_placed:
            self._take(row, self.part.blank[at])
            return True
        text = self.reading.cell(row, "indicator")
        row.line = self.indicators.get(folded(text)) or self._alike(row, text)
        if not row.line:
            expected = "an indicator of the template"
            seen = f"'{short(text)}'" if text else "nothing"
            self.report.add("0.28", self.reading, row, "indicator", seen, expected)
            return False
        wanted = self.part.indicators[row.line]
        if folded(text) == folded(wanted):
            self.spaces(row, "indicator", wanted)
        row.code = row.line
        if self.part.scopes and not self._scope(row):
            return False
        line = self.lines.get((row.line, row.scope)) or self._other_code(row)
        if line is None:
            scope = self.reading.cell(row, "scope")
            seen = f"'{short(text)}' with scope '{scope}'"
            self.report.add("0.28", self.reading, row, "scope", seen, "a row of the template")
            return False
        row.kind, row.audience = line.kind, line.audience
        self.applicability(row, line.audience)
        section = self.reading.cell(row, "section")
        if (wanted := line.cells.get("section")) and folded(section) != folded(wanted):
            self.report.add(
                "0.28", self.reading, row, "section", f"'{short(section)}'", wanted.strip()
            )
        return True

    def _take(self, row: Row, line: Line) -> None:
        row.line = row.code = line.key.line
        row.scope, row.kind, row.audience = line.key.scope, line.kind, line.audience
        row.is_placeholder = row.scope == "between"

    def _alike(self, row: Row, text: str) -> str:
        near = get_close_matches(squeezed(text), [*self.flat], 1, LIKE_ENOUGH)
        if not near:
            return ""
        found = self.flat[near[0]]
        wanted = self.part.indicators[found].strip()
        self.report.add("0.28", self.reading, row, "indicator", f"'{short(text)}'", wanted)
        return found

    def _scope(self, row: Row) -> bool:
        text = self.reading.cell(row, "scope")
        found = self.scopes.get(folded(text))
        if found:
            row.scope = found
            self.spaces(row, "scope", self.part.scopes[found])
            return True
        if PLACEHOLDER.search(text):
            row.is_placeholder, row.scope = True, "between"
            return True
        found = SCOPE_NAMES.get(folded(text).replace("-", " "))
        if found in self.part.scopes:
            row.scope = found
            if folded(text) not in AS_IN_ANNEX_II:
                expected = self.part.scopes[found].strip()
                self.report.add("0.28", self.reading, row, "scope", f"'{text}'", expected)
            return True
        if self.reading.number in self.codes and re.fullmatch(r"[A-Za-z]{2,3}", text):
            row.scope = self.codes[self.reading.number](self.report, self.reading, row)
            return True
        seen = f"'{short(text)}'" if text else "nothing"
        self.report.add("0.28", self.reading, row, "scope", seen, "a scope of the template")
        return False

    def _other_code(self, row: Row) -> Line | None:
        """The template's row for another language or member state."""
        known = {*the_template().languages, *the_template().member_states, "between"}
        if row.scope in self.part.scopes:
            return None
        return next(
            (line for (it, scope), line in self.lines.items() if it == row.line and scope in known),
            None,
        )


def member_state(report: Report, reading: Reading, row: Row) -> str:
    """The member state of a row, as Eurostat writes it; as written where there is none."""
    text = reading.cell(row, "scope")
    return _code(report, reading, row, text.upper(), the_template().member_states, "GR", "0.60")


def language(report: Report, reading: Reading, row: Row) -> str:
    """The language of a row, as Eurostat writes it; as written where there is none."""
    text = reading.cell(row, "scope")
    if text.isupper() and text in ("GR", *the_template().member_states):
        # BG, say, is a member state and, in small letters, a language.
        report.add("0.62", reading, row, "scope", f"'{text}', a member state", "a language")
        return text
    return _code(report, reading, row, text.lower(), the_template().languages, "gr", "0.62")


def _code(
    report: Report,
    reading: Reading,
    row: Row,
    code: str,
    known: tuple[str, ...],
    greece: str,
    rule: str,
) -> str:
    place = reading.sheet.columns["scope"]
    raw = row.cells[place]
    if code == greece:
        right = "EL" if greece == "GR" else "el"
        report.add("0.61", reading, row, "scope", f"'{raw}'", right)
        return right
    if code not in known:
        what = "a member state" if rule == "0.60" else "an official language"
        report.add(rule, reading, row, "scope", f"'{raw}'", f"{what}, as {known[0]}")
    elif raw.strip() != code:
        report.add(rule, reading, row, "scope", f"'{raw}'", code)
    elif raw != code:
        report.add("0.21", reading, row, "scope", f"'{raw}'", f"'{code}'")
    return code
