"""The rules about the history of a metric: what was decided stands, and says why (G002 to G006)."""

from __future__ import annotations

from collections.abc import Iterator

from trustmetrics.gate.comparison import Comparison
from trustmetrics.gate.finding import Finding, about
from trustmetrics.register.load import FOLDER, LOCK, OPENING, Entry, Registered
from trustmetrics.register.lock import Lock, Locked

NEEDED = ("reason", "decided_by", "decided_on", "effective_from", "restates_history")


def is_blank(text: str) -> bool:
    """Whether a field says nothing: empty, dots, or what bump leaves to be filled in."""
    return text.strip().strip(".").upper() in ("", "FILL IN")


def _added(c: Comparison) -> Iterator[tuple[Registered, Entry]]:
    return ((one, entry) for one in c.head.entries.values() for entry in c.new_entries(one))


def entry_incomplete(c: Comparison) -> Iterator[Finding]:
    """G002."""
    for metric, entry in _added(c):
        missing = [name for name in NEEDED if is_blank(entry.text(name))]
        if missing:
            what = (
                f"entry {entry.number} of {metric.name} (version {entry.version}, {entry.change}) "
                f"lacks {', '.join(missing)}"
            )
            shared = f"new entries ({entry.change}) without {', '.join(missing)}"
            yield about("G002", metric, what, f"$EDITOR {metric.path}", entry.version, shared)


def entry_spurious(c: Comparison) -> Iterator[Finding]:
    """G003."""
    for metric, entry in _added(c):
        name, place = metric.name, f"entry {entry.number} of {metric.name}"
        if entry.change in ("corrective", "breaking"):
            old, new = entry.version - 1, entry.version
            before = c.was(name, old) or c.is_(name, old)
            if _is_as_before(c, name, before, new) and not c.has_other_columns(metric, old, new):
                what = f"{place} says {entry.change}, but version {new} is computed as before"
                yield about("G003", metric, what, c.restore(metric.path), new)
        for version in entry.covers:
            is_own = version == entry.version
            says = entry.change if is_own else f"that version {version} moves along"
            first = c.declaration(name, version)
            if first and first.number != entry.number:
                what = f"{place} says {says}, though entry {first.number} declares it already"
            elif _is_as_before(c, name, c.was(name, version), version):
                what = f"{place} says {says}, but version {version} is computed as before"
            elif _was_gone(c, name, version):
                what = f"{place} says {says}, but version {version} has no model any more"
            else:
                continue
            command = c.restore(metric.path) if is_own else f"$EDITOR {metric.path}"
            yield about("G003", metric, what, command, version)


def _was_gone(c: Comparison, name: str, version: int) -> bool:
    """Whether a version has no model, and by the base's register needed none."""
    was = c.base.entries.get(name)
    if was is None or c.is_(name, version):
        return False
    return was.replaced_by_correction(version) or c.is_gone(was, version)


def _is_as_before(c: Comparison, name: str, before: Locked | None, version: int) -> bool:
    """Whether neither the meaning (G001) nor the result (G013) of a version is another one."""
    now = c.is_(name, version)
    return (
        before is not None
        and now is not None
        and before.meaning == now.meaning
        and not c.changed_engines(name)
        and not c.has_other_result(name, before, version)
    )


def history_edited(c: Comparison) -> Iterator[Finding]:
    """G004."""
    for name, before in c.base.entries.items():
        now = c.head.entries.get(name)
        if now is not None:
            for what in _edits(before, now):
                yield about("G004", now, what, c.restore(now.path))
        elif not _has_live(c, before):
            what = f"the entry of the retired metric {name} is gone"
            yield about("G004", before, what, c.restore(before.path))
    if c.written_lock and c.written_lock.canonicaliser == c.base_lock.canonicaliser:
        path = f"{FOLDER}/{LOCK}"
        for (name, version), what in _forged(c, c.written_lock):
            yield Finding("G004", name, what, c.restore(path), path, version)


def _edits(before: Registered, now: Registered) -> Iterator[str]:
    for place, entry in enumerate(before.entries):
        if place >= len(now.entries):
            yield f"entry {entry.number} of {now.name} is gone"
            continue
        was, is_ = entry.data, now.entries[place].data
        changed = sorted(key for key in {*was, *is_} if was.get(key) != is_.get(key))
        if dict(was) != dict(is_):
            fields = ", ".join(changed)
            yield f"entry {entry.number} of {now.name} has been edited: {fields}"


def _forged(c: Comparison, written: Lock) -> Iterator[tuple[tuple[str, int], str]]:
    """What the lock keeps and nothing makes again: of versions that have gone, and results."""
    for key, before in c.base_lock.versions.items():
        name, version = key
        now = written.versions.get(key)
        if name not in c.head.entries:
            continue
        is_same = now is not None and now.meaning == before.meaning
        results = {before.result, now and now.result}
        if key not in c.head_lock.versions:
            if not is_same:
                yield key, f"the fingerprint of version {version} of {name}, now gone, was edited"
        elif c.head.entries[name].amendment(version) != before.entry:
            # A result that changed under the same SQL (G013), and an entry says so.
            continue
        elif (
            is_same
            and written.sample == c.base_lock.sample
            and c.base_lock.has_words_of(written, key)
            and len(results - {None}) == 2
        ):
            what = f"the result of version {version} of {name} was edited, its meaning is the same"
            yield key, what


def _has_live(c: Comparison, metric: Registered) -> bool:
    return any(
        c.was(metric.name, version)
        and not metric.replaced_by_correction(version)
        and not c.is_gone(metric, version)
        for version in metric.opened
    )


def removed(c: Comparison) -> Iterator[Finding]:
    """G005."""
    for name, before in c.base.entries.items():
        now = c.head.entries.get(name)
        if now is None:
            if _has_live(c, before):
                what = f"the metric {name} is gone from the register"
                yield about("G005", before, what, c.restore(before.path))
            continue
        if now.is_leaf and not before.is_leaf:
            what = f"the metric {name} has become a leaf, which no catalogue shows"
            yield about("G005", now, what, c.restore(now.path))
        for version in before.opened:
            is_replaced = any(one.replaced_by_correction(version) for one in (before, now))
            has_gone = c.was(name, version) and not c.is_(name, version)
            if has_gone and not is_replaced and not c.is_gone(now, version):
                entry = now.deprecation(version)
                what = f"version {version} of {name} no longer has a model"
                if entry:
                    what += f", and is deprecated only as of {entry.text('effective_from')}"
                yield about("G005", before, what, _bring_back(c, before, version), version)


def _bring_back(c: Comparison, metric: Registered, version: int) -> str:
    """The command that brings the model of a version back: the first step, then deprecate it.

    dbt has the versions of a model in a YAML file of any name.
    """
    versioned = f"{metric.model}_v{version}"
    if versioned in c.base_lock.contracts:
        return c.restore(f"'*{versioned}.sql' '*.yml' ':!{FOLDER}'")
    return c.restore(f"'*{metric.model}.sql'")


def name_reused(c: Comparison) -> Iterator[Finding]:
    """G006."""
    for name, metric in c.head.entries.items():
        before = c.base.entries.get(name)
        opens = any(entry.change in OPENING for entry in c.new_entries(metric))
        was_deleted = before is None and name in c.deleted_names
        if was_deleted or (before and opens and not _has_live(c, before)):
            what = f"{name} is the name of a retired metric"
            command = f"git mv {metric.path} {FOLDER}/<new name>.yml"
            yield Finding("G006", name, what, command)
