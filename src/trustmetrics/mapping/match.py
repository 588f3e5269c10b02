"""Which table and column of the source each raw table and column may come from."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from trustmetrics.check.declared import Column, RawTable
from trustmetrics.mapping import profile as kinds
from trustmetrics.mapping.names import KNOWN_NAME, is_private, known, likeness, means_id, words
from trustmetrics.mapping.profile import Profile, SourceTable
from trustmetrics.mapping.values import boolean_value, enum_value

# From here on a guess needs no decision; below the other one, it is none.
SURE = 0.85
PLAUSIBLE = 0.55
TABLE_PLAUSIBLE = 0.6
# A table's confidence is that of its name and that of the columns that may not be NULL.
NAME_WEIGHS, COLUMNS_WEIGH = 0.6, 0.4
KEY = 0.95
# A name that may mean something else too; a key that is not unique in the rows looked at.
DOUBTFUL = 0.7
# Values that are those of the enum speak for a column whose name does not.
VALUES_SPEAK = 0.7
NAME_SPEAKS = 0.3
CLOSE_SECOND = 0.05
# Addresses, numbers of four digits and more, and hashes.
PERSONAL = re.compile(r"@|[0-9]{4}|[0-9a-f]{8}")
LOADED, REMOVED = "ingested_at", "is_deleted"


@dataclass(frozen=True)
class Join:
    """A left join of another table of the source: its column `key` equals `column` of the first."""

    table: str
    column: str
    key: str


@dataclass(frozen=True)
class ColumnMatch:
    """The column of the source for a raw column.

    Attributes:
        table: the source's table.
        source: the column.
        confidence: 0 to 1.
        others: columns of the table that fit nearly as well.
        join: how its table is reached, where it is another one than the raw table's.
    """

    table: str
    source: Profile
    confidence: float
    others: tuple[str, ...] = ()
    join: Join | None = None

    @property
    def is_sure(self) -> bool:
        """Whether no person needs to decide."""
        return self.confidence >= SURE and not self.others and self.join is None


@dataclass
class TableMatch:
    """The source's table for a raw table, with the columns found and a confidence, 0 to 1."""

    raw: RawTable
    source: SourceTable
    confidence: float
    columns: dict[str, ColumnMatch] = field(default_factory=dict)


def match(contract: list[RawTable], source: Iterable[SourceTable]) -> list[TableMatch]:
    """Match tables one to one, the surest first, then look for what a join can reach.

    Returns:
        the matches in the contract's order; a raw table without a plausible source has none.
    """
    tables = list(source)
    candidates = sorted(
        (
            _table(raw, table, name)
            for raw in contract
            for table in tables
            # All of its columns cannot make up for less of a name.
            if NAME_WEIGHS * (name := _table_name(raw, table)) + COLUMNS_WEIGH >= TABLE_PLAUSIBLE
        ),
        key=lambda one: (-one.confidence, one.raw.name, one.source.name),
    )
    found: dict[str, TableMatch] = {}
    taken: set[str] = set()
    for one in candidates:
        if one.confidence < TABLE_PLAUSIBLE:
            break
        if one.raw.name not in found and one.source.name not in taken:
            found[one.raw.name] = one
            taken.add(one.source.name)
    for one in found.values():
        _add_joins(one, found)
    return [found[raw.name] for raw in contract if raw.name in found]


def _table_name(raw: RawTable, source: SourceTable) -> float:
    name = source.name.split(".", 1)[-1]
    return likeness(name, raw.name, known()["tables"].get(raw.name, ()))


def _table(raw: RawTable, source: SourceTable, name: float) -> TableMatch:
    columns = _columns(raw, source)
    wanted = [c.name for c in raw.columns if not c.nullable and c.name not in (LOADED, REMOVED)]
    covered = sum(columns[c].confidence for c in wanted if c in columns) / len(wanted)
    return TableMatch(raw, source, round(NAME_WEIGHS * name + COLUMNS_WEIGH * covered, 2), columns)


def _columns(raw: RawTable, source: SourceTable) -> dict[str, ColumnMatch]:
    """Match columns one to one, the surest first."""
    scores = {
        (column.name, candidate.name): _score(raw, column, source, candidate)
        for column in raw.columns
        for candidate in source.columns
    }
    profiles = {candidate.name: candidate for candidate in source.columns}
    found: dict[str, ColumnMatch] = {}
    taken: set[str] = set()
    for (column, name), score in sorted(scores.items(), key=lambda item: -item[1]):
        if score < PLAUSIBLE or column in found or name in taken:
            continue
        others = tuple(
            other
            for other in profiles
            if other != name and scores[column, other] >= max(score - CLOSE_SECOND, PLAUSIBLE)
        )
        found[column] = ColumnMatch(source.name, profiles[name], round(score, 2), others)
        taken.add(name)
    # A column that another raw column took is no second choice.
    return {
        column: ColumnMatch(
            one.table,
            one.source,
            one.confidence,
            tuple(other for other in one.others if other not in taken),
        )
        for column, one in found.items()
    }


def _score(raw: RawTable, column: Column, source: SourceTable, candidate: Profile) -> float:
    if not fits(column, candidate):
        return 0.0
    if column.name in (LOADED, REMOVED):
        names = known()["loaded" if column.name == LOADED else "removed"]
        name = likeness(candidate.name, column.name, names)
        return name if name >= SURE else 0.0
    if raw.key == (column.name,) and means_id(candidate.name, source.name):
        return KEY if candidate.is_unique else DOUBTFUL
    aliases = known()["columns"]
    others = aliases.get(f"{raw.name}.{column.name}", aliases.get(column.name, ()))
    drop = words(source.name)
    name = likeness(candidate.name, column.name, others, drop)
    doubtful = known()["doubtful"].get(column.name, ())
    # A table's one column called date or timestamp says when it took place.
    is_doubtful = (column.name == raw.event and not words(candidate.name)) or (
        likeness(candidate.name, column.name, doubtful, drop) == KNOWN_NAME
    )
    if name < DOUBTFUL and is_doubtful:
        return DOUBTFUL
    if column.enum and name >= NAME_SPEAKS and _all_known(column, candidate):
        return max(name, VALUES_SPEAK)
    return name


def _all_known(column: Column, candidate: Profile) -> bool:
    return bool(candidate.values) and all(
        enum_value(value, column.enum)[1] for value, _ in candidate.values
    )


def fits(column: Column, candidate: Profile) -> bool:
    """Whether a column of the source can be read as the type of a raw column."""
    has_time = candidate.time is not None or candidate.kind in (
        kinds.TIMESTAMP,
        kinds.TIMESTAMPTZ,
        kinds.DATE,
    )
    is_whole = candidate.kind in (kinds.INTEGER, kinds.WHOLE_NUMBER)
    match column.data_type:
        case "timestamp" | "date":
            return has_time or bool(candidate.epoch)
        case "boolean":
            return candidate.kind == kinds.BOOLEAN or (
                bool(candidate.values)
                and all(boolean_value(value) is not None for value, _ in candidate.values)
            )
        case "integer":
            return is_whole
        case "double":
            return is_whole or candidate.kind == kinds.NUMBER
        case _:
            if column.enum and candidate.filled:
                return bool(candidate.values)
            # What people write is not an id, whatever its column is called.
            if is_id(column) and candidate.is_prose:
                return False
            return candidate.kind != kinds.OTHER and (
                not has_time or candidate.kind in (kinds.INTEGER,)
            )


def is_id(column: Column) -> bool:
    """Whether a raw column holds ids."""
    return column.name.endswith(("_id", "_hash"))


def _add_joins(one: TableMatch, found: dict[str, TableMatch]) -> None:
    """Add raw columns that a table has to which the contract's references lead.

    Only where the other table has one row per key, so that a join cannot double a row.
    """
    lacking = [
        column
        for column in one.raw.columns
        if column.name not in one.columns and column.name not in (LOADED, REMOVED)
    ]
    links = [
        (column, one.columns[column.name], found[column.ref])
        for column in one.raw.columns
        if column.ref in found and column.ref != one.raw.name and column.name in one.columns
    ]
    for column in lacking:
        for _, link, other in links:
            key = other.columns.get(other.raw.key[0]) if len(other.raw.key) == 1 else None
            reached = _reached(one.raw, column, other)
            if key and key.source.is_unique and reached and link.join is None:
                one.columns[column.name] = ColumnMatch(
                    other.source.name,
                    reached[0],
                    round(reached[1], 2),
                    join=Join(other.source.name, link.source.name, key.source.name),
                )
                break


def _reached(raw: RawTable, column: Column, other: TableMatch) -> tuple[Profile, float] | None:
    """The column of another table that surely is a raw column, and no other one there."""
    taken = {one.source.name: name for name, one in other.columns.items()}
    scored = [
        (candidate, _score(raw, column, other.source, candidate))
        for candidate in other.source.columns
        if column.name not in raw.key and taken.get(candidate.name, column.name) == column.name
    ]
    best = max(scored, key=lambda item: item[1], default=None)
    return best if best and best[1] >= SURE else None


def shows_values(candidate: Profile) -> bool:
    """Whether a column's values may be written into a map.

    They may where they are few, and neither they nor the column's name look like those of persons.
    """
    return (
        bool(candidate.values)
        and not is_private(candidate.name)
        and not any(PERSONAL.search(value) for value, _ in candidate.values)
    )
