"""The files of a map: one SELECT per raw table, and a README."""

import re
import textwrap

from trustmetrics.check.declared import RawTable
from trustmetrics.mapping.expression import Expression, sourced, unsourced
from trustmetrics.mapping.match import ColumnMatch, Join, TableMatch
from trustmetrics.mapping.settings import MARK
from trustmetrics.mapping.sql import identifier, relation

WIDTH = 100
INDENT = "    "
TABLE_SURE = 0.75
LOCAL_TIMES = (
    "Local times: in the hour that autumn repeats, the second pass is taken, so that a time of the "
    "first comes out an hour late. A time in the hour that spring skips moves on by an hour."
)
UNMATCHED = "unmatched"


def select_text(found: TableMatch, vocabularies: frozenset[str]) -> str:
    """The SELECT for a raw table over the table that was found for it."""
    raw, source = found.raw, found.source
    names = _Names(found)
    columns = {
        column.name: sourced(
            column,
            found.columns[column.name],
            names.reference(found.columns[column.name]),
            column.name in vocabularies,
        )
        if column.name in found.columns
        else unsourced(column)
        for column in raw.columns
        if column.name in found.columns or not column.optional
    }
    looked_at = f"{source.rows:,} rows" if source.is_whole else f"the first {source.rows:,} rows"
    head = [
        f"{raw.name}: {_grain(raw)}",
        f"From {source.name} ({looked_at} were read for it), confidence {found.confidence:.2f}.",
        "Confidence by column: "
        + ", ".join(
            f"{column.name} {found.columns[column.name].confidence:.2f}"
            for column in raw.columns
            if column.name in found.columns
        )
        + ".",
    ]
    read = {one.source.name for one in found.columns.values() if one.join is None}
    read |= {one.join.column for one in found.columns.values() if one.join}
    unread = [column.name for column in source.columns if column.name not in read]
    if unread:
        head.append(f"Its columns that are not read: {', '.join(unread)}.")
    if any(one.is_local_time for one in columns.values()):
        head.append(LOCAL_TIMES)
    if found.confidence < TABLE_SURE:
        head.append(f"{MARK}: is {source.name} the table of {raw.name}?")
    return _file(head, columns, names.from_lines())


def unmatched_text(raw: RawTable) -> str:
    """The SELECT for a raw table without a source: everything is left to be decided."""
    columns = {it.name: unsourced(it) for it in raw.columns if not it.optional}
    head = [
        f"{raw.name}: {_grain(raw)}",
        "No table of the source looks like it. To have it, write the query and move this file into "
        "the folder above.",
    ]
    return _file(head, columns, [f"from your_table -- {MARK}: which table?"])


def _file(head: list[str], columns: dict[str, Expression], from_lines: list[str]) -> str:
    lines = [line for text in head for line in _comment(text, "")]
    lines.append("select")
    last = list(columns)[-1]
    for name, one in columns.items():
        lines += [line for text in one.decisions for line in _comment(f"{MARK}: {text}", INDENT)]
        lines += [line for text in one.notes for line in _comment(text, INDENT)]
        lines += [f"{INDENT}{line}" for line in one.lines]
        lines[-1] += f" as {name}" + ("" if name == last else ",")
    return "\n".join([*lines, *from_lines]) + "\n"


def _comment(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()),
        WIDTH,
        initial_indent=f"{indent}-- ",
        subsequent_indent=f"{indent}-- ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _grain(raw: RawTable) -> str:
    """The first sentence of a raw table's description."""
    return re.split(r"(?<=[.:]) ", " ".join(raw.description.split()))[0].rstrip(":.") + "."


class _Names:
    """The names of a match's tables in its SQL."""

    def __init__(self, found: TableMatch) -> None:
        self._found = found
        self._joins: dict[Join, str] = {}
        for one in found.columns.values():
            if one.join and one.join not in self._joins:
                same = sum(join.table == one.join.table for join in self._joins)
                alias = _alias(one.join.table) + (f"_{same + 1}" if same else "")
                self._joins[one.join] = alias

    def reference(self, one: ColumnMatch) -> str:
        name = identifier(one.source.name)
        if not self._joins:
            return name
        table = self._joins[one.join] if one.join else _alias(self._found.source.name)
        return f"{table}.{name}"

    def from_lines(self) -> list[str]:
        main = _alias(self._found.source.name)
        lines = [_from("from", self._found.source.name, main if self._joins else None)]
        for join, alias in self._joins.items():
            lines.append(_from("left join", join.table, alias))
            lines.append(
                f"{INDENT}on cast({main}.{identifier(join.column)} as varchar)"
                f" = cast({alias}.{identifier(join.key)} as varchar)"
            )
        return lines


def _from(word: str, table: str, alias: str | None) -> str:
    named = relation(table)
    return f"{word} {named}" if alias in (None, named) else f"{word} {named} as {alias}"


def _alias(table: str) -> str:
    """A table's name without its schema."""
    return identifier(table.split(".", 1)[-1])
