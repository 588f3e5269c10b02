"""The eleven templates of a DSA transparency report: their columns, rows and categories.

Stated in template.yml, after Annex I of Implementing Regulation (EU) 2024/2835. The validator reads
reports against it, and a report is filled from it: lines() gives the rows to fill, write_part() one
part as CSV by RFC 4180.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from importlib import resources
from typing import Any

import yaml

TOTAL = "total"
BETWEEN = "between"
OTHER_CODE = "KEYWORD_OTHER"
CATEGORY_PARTS = (3, 4, 5, 6)
NUMBER_KINDS = ("count", "hours", "share", "fte")
CONTEXT = "context"

Value = str | int | float | Decimal | date | None


@dataclass(frozen=True)
class Category:
    """A category of illegal or incompatible content.

    Attributes:
        label: '1' for a high-level category, '1a' for a sub-category, 'TOTAL' for all.
        description: what it is, as the template words it.
        code: as it stands in the reports; KEYWORD_OTHER is the code of several sub-categories.
        parent: the label of the high-level category; '' where it is none's sub-category.
    """

    label: str
    description: str
    code: str
    parent: str

    @property
    def is_other(self) -> bool:
        """Whether it takes what no other sub-category does, and needs a description."""
        return self.code == OTHER_CODE


@dataclass(frozen=True)
class Column:
    """A column of a template.

    Attributes:
        id: its name in this project, unique in the part.
        name: its header, as the Commission's file spells it, trailing spaces included.
        kind: given (by the template), service, period, text, count, hours, value (the row says
            which kind) or context (contextual information).
        about: the id of the column whose figures a contextual column is about; '' where it is
            about the row.
    """

    id: str
    name: str
    kind: str
    about: str = ""

    @property
    def is_number(self) -> bool:
        """Whether its cells are numbers in every row."""
        return self.kind in NUMBER_KINDS


@dataclass(frozen=True)
class RowKey:
    """What a row of a part is about.

    Attributes:
        line: the label of a category in parts 2 to 6, else the id of an indicator.
        scope: 'total' or another id of the part's scopes, a member state (AT) or a language (bg);
            'between' for the row of the blank template that stands for several; '' where the part
            has no scope.
        other: the description of a further sub-category, where there are several KEYWORD_OTHER rows
            under one category.
    """

    line: str
    scope: str = ""
    other: str = ""


@dataclass(frozen=True)
class Line:
    """A row of a template.

    Attributes:
        key: what it is about.
        cells: what the template writes in it, by column id; the service, period and figures are the
            filer's.
        audience: the providers to whom it applies, a key of Template.applicability.
        kind: what the cell Value holds: count, hours, share, fte, text, date or free_text; '' in a
            part whose columns say it.
    """

    key: RowKey
    cells: Mapping[str, str] = field(hash=False)
    audience: str
    kind: str


@dataclass(frozen=True)
class Part:
    """One of the eleven parts.

    Attributes:
        number: 1 to 11.
        title: its name for messages.
        source: the section of Annex II.
        file: the name of the Commission's CSV file.
        names: what its files and sheets are called, without number.
        columns: in their order.
        blank: the rows of the blank template in their order; those that stand for several member
            states or languages among them.
        categories: the categories that it breaks figures down by; () in parts 1 and 7 to 11.
        indicators: the text of each indicator by id.
        scopes: the text of each scope by id.
    """

    number: int
    title: str
    source: str
    file: str
    names: tuple[str, ...]
    columns: tuple[Column, ...]
    blank: tuple[Line, ...]
    categories: tuple[Category, ...]
    indicators: Mapping[str, str] = field(hash=False)
    scopes: Mapping[str, str] = field(hash=False)

    def column(self, identity: str) -> Column:
        """Return the column of an id; KeyError where there is none."""
        return self._by_id[identity]

    @cached_property
    def _by_id(self) -> dict[str, Column]:
        return {one.id: one for one in self.columns}

    @property
    def numbers(self) -> tuple[Column, ...]:
        """The columns that hold nothing but numbers."""
        return tuple(one for one in self.columns if one.is_number)

    @property
    def sheet(self) -> str:
        """What the Commission's workbook calls its sheet."""
        return f"{self.number}_{self.names[0]}"

    def lines(
        self,
        member_states: Collection[str] = (),
        languages: Collection[str] = (),
        others: Mapping[str, Sequence[str]] | None = None,
    ) -> list[Line]:
        """Return the rows to fill, in the template's order.

        Args:
            member_states: those to have rows in part 3, beside the total: those that issued an
                order. Part 10 has all in any case.
            languages: those to have rows in parts 8 and 9; none for a provider that is not a very
                large online platform.
            others: the descriptions of the KEYWORD_OTHER rows by category label ('1c'), a row for
                each; a category that is not named has one row, without description.
        """
        template = the_template()
        states = [one for one in template.member_states if one in member_states]
        spoken = [one for one in template.languages if one in languages]
        if self.number == 3:
            fixed = [one for one in self.blank if one.key.scope == TOTAL]
            found = fixed + [_rescoped(one, state) for state in states for one in fixed]
        else:
            found = list(_expanded(self, spoken, template.member_states))
        if self.number not in CATEGORY_PARTS:
            return found
        return [row for one in found for row in _described(one, others or {})]


@dataclass(frozen=True)
class Template:
    """All eleven parts, and what they share.

    Attributes:
        parts: by number.
        categories: by label, in the template's order.
        member_states: codes as Eurostat writes them (EL for Greece).
        languages: codes of the official languages.
        applicability: the text of each audience by id.
        placeholders: what the blank templates hold where a filer is to write.
    """

    parts: Mapping[int, Part]
    categories: Mapping[str, Category]
    member_states: tuple[str, ...]
    languages: tuple[str, ...]
    applicability: Mapping[str, str]
    placeholders: Mapping[str, str]


@cache
def the_template() -> Template:
    """Return the templates, as template.yml states them."""
    text = resources.files(__package__).joinpath("template.yml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    categories: dict[str, Category] = {}
    for label, description, code in data["categories"]:
        parent = label.rstrip("abcdefgh") if label[-1].islower() else ""
        categories[label] = Category(label, description, code, parent)
    stated = {one["number"]: one for one in data["parts"]}
    return Template(
        parts={number: _part(one, stated, data, categories) for number, one in stated.items()},
        categories=categories,
        member_states=tuple(data["member_states"]),
        languages=tuple(data["languages"]),
        applicability=data["applicability"],
        placeholders=data["placeholders"],
    )


def part(number: int) -> Part:
    """Return a part by its number, 1 to 11."""
    return the_template().parts[number]


def parts() -> tuple[Part, ...]:
    """Return the eleven parts in their order."""
    return tuple(the_template().parts.values())


def blank_csv(number: int) -> str:
    """Return a part's blank template as CSV.

    It equals the Commission's file but for two things: lines end in CRLF, as RFC 4180 has it, and
    the cell of part 2 that holds a single space (Category 4) is empty.
    """
    one = part(number)
    period = the_template().placeholders["period"]
    texts = {key: _placeholder(one, line) for key, line in enumerate(one.blank)}
    rows = [
        [
            period if column.kind == "period" else line.cells.get(column.id, texts[at][column.id])
            for column in one.columns
        ]
        for at, line in enumerate(one.blank)
    ]
    return as_csv([[column.name for column in one.columns], *rows])


def part_csv(
    number: int,
    lines: Iterable[Line],
    values: Mapping[tuple[RowKey, str], Value],
    service: str,
    period: str,
) -> str:
    """Return a filled part as CSV by RFC 4180.

    Args:
        number: the part.
        lines: the rows, as Part.lines() gives them.
        values: figures and texts of this part by row and column id; what is not in it stays blank,
            which says that it does not apply. A zero must be in it.
        service: the service's name.
        period: YYYY-MM-DD/YYYY-MM-DD.
    """
    one = part(number)
    own = {"service": service, "period": period}
    rows = [
        [
            own[column.kind]
            if column.kind in own
            else line.cells[column.id]
            if column.id in line.cells
            else written(values.get((line.key, column.id)))
            for column in one.columns
        ]
        for line in lines
    ]
    return as_csv([[column.name for column in one.columns], *rows])


def written(value: Value) -> str:
    """Return a value as a cell holds it: no separators, no exponent, no unit; None is blank.

    Raises:
        ValueError: a number that is not finite.
    """
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float | Decimal):
        if not math.isfinite(value):
            raise ValueError(f"{value} is not a number that a report can hold")
        text = f"{Decimal(repr(value)) if isinstance(value, float) else value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV by RFC 4180: commas, CRLF, quotes where a field needs them."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def _part(
    one: dict[str, Any],
    stated: Mapping[int, dict[str, Any]],
    data: dict[str, Any],
    categories: Mapping[str, Category],
) -> Part:
    renamed = one.get("renamed", {})
    columns = [
        Column(identity, renamed.get(identity, name), kind)
        for identity, name, kind in stated[one.get("columns_of", one["number"])]["columns"]
    ]
    if prefix := one.get("context"):
        names = one.get("context_names", {})
        columns += [
            Column(f"{it.id}_{CONTEXT}", names.get(it.id, prefix + it.name), CONTEXT, it.id)
            for it in columns
            if it.is_number
        ]
    scopes = dict(one.get("scopes", {}))
    found: tuple[Category, ...] = ()
    if one["number"] == 2:
        blank = [_named_category(it) for it in categories.values()]
        found = tuple(categories.values())
    elif one["number"] in CATEGORY_PARTS:
        found = tuple(
            it for it in categories.values() if not {it.label, it.parent} & set(one["without"])
        )
        blank = list(_category_lines(one, found, data))
    else:
        blank = [_indicator_line(one, scopes, data, *row) for row in one["rows"]]
    return Part(
        number=one["number"],
        title=one["title"],
        source=one["source"],
        file=one["file"],
        names=tuple(one["names"]),
        columns=tuple(columns),
        blank=tuple(blank),
        categories=found,
        indicators={identity: text for identity, text, *_ in one.get("indicators", ())},
        scopes=scopes,
    )


def _named_category(one: Category) -> Line:
    label = one.label if one.label == "TOTAL" else f"Category {one.label}"
    cells = {"label": label, "description": one.description, "category": one.code}
    return Line(RowKey(one.label), cells, "all", "")


def _category_lines(
    one: dict[str, Any], categories: Sequence[Category], data: dict[str, Any]
) -> Iterator[Line]:
    """Part 3 has each category twice: for the total, and for the member states between."""
    audience = one["audience"]
    scopes = {TOTAL: "TOTAL", BETWEEN: data["placeholders"]["member_states"]}
    for scope in scopes if one["number"] == 3 else [""]:
        for it in categories:
            # The Commission's template lacks this row for the member states, though not in total.
            if scope == BETWEEN and it.label == "9c":
                continue
            cells = {"applicability": data["applicability"][audience], "category": it.code}
            if scope:
                cells["scope"] = scopes[scope]
            if not it.is_other:
                cells["other"] = ""
            yield Line(RowKey(it.label, scope), cells, audience, "")


def _indicator_line(
    one: dict[str, Any], scopes: Mapping[str, str], data: dict[str, Any], *row: str
) -> Line:
    indicator, *scoped, audience = row
    scope = scoped[0] if scoped else ""
    text, *section = next(rest for identity, *rest in one["indicators"] if identity == indicator)
    cells = {"applicability": data["applicability"][audience], "indicator": text}
    if section:
        cells["section"] = section[0]
    if scope:
        placeholder = data["placeholders"]["between"]
        cells["scope"] = placeholder if scope == BETWEEN else scopes.get(scope, scope)
    kinds = one.get("kinds", {})
    kind = kinds.get(indicator) or kinds.get(scope) or kinds.get("all") or "count"
    return Line(RowKey(indicator, scope), cells, audience, kind)


def _placeholder(one: Part, line: Line) -> dict[str, str]:
    """What the blank template holds in the cells that are the filer's."""
    texts = the_template().placeholders
    found = dict.fromkeys((column.id for column in one.columns), "")
    if line.kind in ("date", "text", "free_text"):
        found["value"] = texts[line.kind]
    if "other" in found:
        found["other"] = texts["other"]
    return found


def _expanded(one: Part, languages: Sequence[str], member_states: Sequence[str]) -> Iterator[Line]:
    """The rows of parts 7 to 11: those for languages or member states stand for all of them.

    A run of such rows is replaced as a whole: part 8 has accuracy, precision, recall by turns.
    """
    codes = member_states if one.number == 10 else languages
    known = {BETWEEN, *the_template().languages, *the_template().member_states}
    done: set[str] = set()
    for line in one.blank:
        if line.key.scope not in known:
            yield line
        elif line.key.line not in done:
            done.add(line.key.line)
            yield from (_rescoped(line, code) for code in codes)


def _rescoped(line: Line, scope: str) -> Line:
    return replace(line, key=replace(line.key, scope=scope), cells={**line.cells, "scope": scope})


def _described(line: Line, others: Mapping[str, Sequence[str]]) -> Iterator[Line]:
    """A KEYWORD_OTHER row for each description."""
    if "other" in line.cells:
        yield line
        return
    for text in others.get(line.key.line) or [""]:
        key = replace(line.key, other=text)
        yield replace(line, key=key, cells={**line.cells, "other": text})
