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
            yield about("G002", metric, what, f"$EDITOR {metric.path}", entry.version)


def entry_spurious(c: Comparison) -> Iterator[Finding]:
    """G003."""
    for metric, entry in _added(c):
        before, now = _predecessor(c, metric, entry), c.is_(metric.name, entry.version)
        if before is None or now is None or before.meaning != now.meaning:
            continue
        if c.changed_engines(metric.name) or _is_justified(c, metric, entry, before):
            continue
        what = (
            f"entry {entry.number} of {metric.name} says {entry.change}, but version "
            f"{entry.version} is computed as before"
        )
        yield about("G003", metric, what, c.restore(metric.path), entry.version)


def _predecessor(c: Comparison, metric: Registered, entry: Entry) -> Locked | None:
    """What an entry says that it changes."""
    if entry.change == "refactor":
        return c.was(metric.name, entry.version)
    if entry.change in ("corrective", "breaking"):
        return c.was(metric.name, entry.version - 1) or c.is_(metric.name, entry.version - 1)
    return None


def _is_justified(c: Comparison, metric: Registered, entry: Entry, before: Locked) -> bool:
    """Whether a new version of the same SQL has other results (G013) or columns (G009)."""
    if entry.change not in OPENING:
        return False
    result = c.result(metric.name, entry.version)
    if None not in (before.result, result) and before.result != result:
        return True
    was = c.base.entries.get(metric.name)
    columns = was and c.contract(c.base_lock, was, entry.version - 1)
    return columns is not None and columns != c.contract(c.head_lock, metric, entry.version)


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
        command = f"trustmetrics metric bump {name} --change deprecated"
        now = c.head.entries.get(name)
        if now is None:
            if _has_live(c, before):
                what = f"the metric {name} is gone from the register"
                yield about("G005", before, what, command)
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
                yield about("G005", before, what, command, version)


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
