"""The rules about vocabularies: what their rows say is a history of its own (G017 and others)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from trustmetrics.gate.comparison import Comparison
from trustmetrics.gate.finding import Finding, about
from trustmetrics.gate.history import NEEDED, is_blank
from trustmetrics.register.load import FOLDER, SETTINGS
from trustmetrics.register.vocabulary import (
    CHANGED,
    EXTENDED,
    INTRODUCED,
    RETIRED,
    SUBFOLDER,
    Change,
    Code,
    Vocabulary,
    spelled_code,
)

SHOWN = 5
TOLD = {
    EXTENDED: "not there before",
    CHANGED: "with other rows",
    RETIRED: "gone, or no longer valid",
}


def bump_command(name: str) -> str:
    """Return the command that writes what a vocabulary's history lacks."""
    return f"trustmetrics metric bump {name} --reason '...' --decided-by '...'"


def new_changes(c: Comparison, vocabulary: Vocabulary) -> tuple[Change, ...]:
    """Return the entries that the base does not have, by their place."""
    before = c.base.vocabularies.get(vocabulary.name)
    return vocabulary.changes[len(before.changes) if before else 0 :]


def differences(c: Comparison, vocabulary: Vocabulary) -> dict[Code, str]:
    """Return what happened to each code that differs from the base, in what metrics read of it.

    None of a seed that the base does not have: what introduces it says it all.
    """
    before, now = c.rows.get(vocabulary.name, (None, []))
    if before is None:
        return {}
    return vocabulary.differences(before, now, c.state.columns_read(vocabulary.name))


def uncovered(c: Comparison, vocabulary: Vocabulary) -> dict[Code, str]:
    """Return those of the differences that no new entry covers."""
    said = {(code, one.change) for one in new_changes(c, vocabulary) for code in one.codes}
    return {
        code: kind for code, kind in differences(c, vocabulary).items() if (code, kind) not in said
    }


def unsaid_moves(c: Comparison, vocabulary: Vocabulary, change: Change) -> dict[str, list[str]]:
    """Return the slices, by metric, that an entry can move and does not name."""
    if change.change == INTRODUCED:
        return {}
    missing = {
        metric: [one for one in slices if one not in change.moves.get(metric, ())]
        for metric, slices in c.state.moves.get(vocabulary.name, {}).items()
    }
    return {metric: slices for metric, slices in missing.items() if slices}


def has_other_words(c: Comparison, metric: str, version: int) -> bool:
    """Whether the rows of a vocabulary that a version reads differ from the base."""
    locked = c.is_(metric, version)
    read = [c.head.vocabularies.get(name) for name in locked.vocabularies] if locked else []
    return any(one and differences(c, one) for one in read)


def changed_without_entry(c: Comparison) -> Iterator[Finding]:
    """G017."""
    for vocabulary in c.head.vocabularies.values():
        command = bump_command(vocabulary.name)
        by_kind: dict[str, list[Code]] = {}
        for code, kind in uncovered(c, vocabulary).items():
            by_kind.setdefault(kind, []).append(code)
        for kind, codes in sorted(by_kind.items()):
            moved = _moved(c.state.moves.get(vocabulary.name, {}))
            told = f"{_listed(codes)}, {TOLD[kind]}"
            what = f"{vocabulary.name}: {told}, which no new entry says; {moved}"
            yield about("G017", vocabulary, what, command)
        for change in new_changes(c, vocabulary):
            unsaid = unsaid_moves(c, vocabulary, change)
            if unsaid:
                what = (
                    f"entry {change.number} of {vocabulary.name} does not name all that it can "
                    f"move: {_listed_moves(unsaid)}"
                )
                yield about("G017", vocabulary, what, command)


def entry_incomplete(c: Comparison) -> Iterator[Finding]:
    """G002."""
    for vocabulary in c.head.vocabularies.values():
        for change in new_changes(c, vocabulary):
            missing = [name for name in NEEDED if is_blank(change.text(name))]
            if not change.codes and change.change != INTRODUCED:
                missing.append("codes")
            if missing:
                what = (
                    f"entry {change.number} of {vocabulary.name} ({change.change}) "
                    f"lacks {', '.join(missing)}"
                )
                yield about("G002", vocabulary, what, f"$EDITOR {vocabulary.path}")


def entry_spurious(c: Comparison) -> Iterator[Finding]:
    """G003."""
    for vocabulary in c.head.vocabularies.values():
        found = differences(c, vocabulary)
        for change in new_changes(c, vocabulary):
            same = sorted(change.codes - found.keys())
            if same:
                what = (
                    f"entry {change.number} of {vocabulary.name} says {change.change} of "
                    f"{_listed(same)}, whose rows are as before"
                )
                yield about("G003", vocabulary, what, c.restore(vocabulary.path))
            unknown = sorted(set(change.moves) - c.head.entries.keys())
            if unknown:
                what = (
                    f"entry {change.number} of {vocabulary.name} moves {', '.join(unknown)}, "
                    "which the register does not have"
                )
                yield about("G003", vocabulary, what, f"$EDITOR {vocabulary.path}")


def history_edited(c: Comparison) -> Iterator[Finding]:
    """G004."""
    for name, before in c.base.vocabularies.items():
        now = c.head.vocabularies.get(name)
        if now is None:
            what = f"the history of the vocabulary {name} is gone"
            yield about("G004", before, what, c.restore(before.path))
            continue
        for place, was in enumerate(before.changes):
            if place >= len(now.changes):
                what = f"entry {was.number} of {name} is gone"
                yield about("G004", now, what, c.restore(now.path))
            elif was.data != now.changes[place].data:
                is_ = now.changes[place].data
                edited = sorted(
                    key for key in {*was.data, *is_} if was.data.get(key) != is_.get(key)
                )
                what = f"entry {was.number} of {name} has been edited: {', '.join(edited)}"
                yield about("G004", now, what, c.restore(now.path))


def without_owner(c: Comparison) -> Iterator[Finding]:
    """G007."""
    for vocabulary in c.head.vocabularies.values():
        if is_blank(str(vocabulary.data.get("owner") or "")):
            what = f"{vocabulary.name} has no owner"
            yield about("G007", vocabulary, what, f"$EDITOR {vocabulary.path}")


def out_of_step(c: Comparison) -> Iterator[Finding]:
    """G010: a seed without an entry, an entry without a seed, columns that the seed lacks."""
    if c.head.settings.get("vocabularies") == "required":
        read = sorted({seed for one in c.head_lock.versions.values() for seed in one.seeds})
        for seed in read:
            path = f"{FOLDER}/{SUBFOLDER}/{seed}.yml"
            what = (
                f"metrics read the seed {seed}, but {path} does not exist; "
                f"{FOLDER}/{SETTINGS} requires it"
            )
            yield Finding("G010", seed, what, f"$EDITOR {path}", path)
    for name, vocabulary in c.head.vocabularies.items():
        command = f"$EDITOR {vocabulary.path}"
        if name not in c.state.seeds:
            if name not in c.base.vocabularies:
                what = f"{vocabulary.path} names the seed {name}, which the project does not have"
                yield about("G010", vocabulary, what, command)
            continue
        named = [*vocabulary.code, *(vocabulary.validity or ())]
        rows = c.rows.get(name, (None, []))[1]
        missing = [column for column in named if rows and column not in rows[0]]
        if missing:
            what = f"{vocabulary.path} names {', '.join(missing)}, which the seed does not have"
            yield about("G010", vocabulary, what, command)


def in_words(c: Comparison) -> list[str]:
    """Return the new entries of vocabularies, a line each."""
    return [
        f"{vocabulary.name} entry {change.number}, {change.change}"
        + (f" ({_listed(sorted(change.codes))}): {_moved(change.moves)}" if change.codes else "")
        for vocabulary in c.head.vocabularies.values()
        for change in new_changes(c, vocabulary)
    ]


def _moved(moves: Mapping[str, Iterable[str]]) -> str:
    count = len(moves)
    return f"it can move {count} metric{'' if count == 1 else 's'}"


def _listed(codes: list[Code]) -> str:
    more = f" and {len(codes) - SHOWN} more" if len(codes) > SHOWN else ""
    return ", ".join(map(spelled_code, codes[:SHOWN])) + more


def _listed_moves(moves: Mapping[str, list[str]]) -> str:
    said = [f"{metric} ({', '.join(slices)})" for metric, slices in moves.items()]
    return ", ".join(said[:SHOWN]) + (f" and {len(said) - SHOWN} more" if said[SHOWN:] else "")


RULES = (
    changed_without_entry,
    entry_incomplete,
    entry_spurious,
    history_edited,
    without_owner,
    out_of_step,
)
