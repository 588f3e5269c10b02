"""The rules about what was decided before: it stands, and what goes is announced (G004 to G006)."""

from __future__ import annotations

from collections.abc import Iterator

from trustmetrics.gate.compare import Comparison
from trustmetrics.gate.finding import Finding
from trustmetrics.register.load import FOLDER, LOCK, OPENING, Registered


def history_edited(c: Comparison) -> Iterator[Finding]:
    """G004."""
    for name, before in c.base.entries.items():
        now = c.head.entries.get(name)
        if now is None:
            if not _has_live(c, before):
                yield _edited(c, before, f"the entry of the retired metric {name} is gone")
            continue
        for place, entry in enumerate(before.entries):
            if place >= len(now.entries):
                yield _edited(c, now, f"entry {entry.number} of {name} is gone")
            elif dict(now.entries[place].data) != dict(entry.data):
                changed = sorted(
                    key
                    for key in {*entry.data, *now.entries[place].data}
                    if entry.data.get(key) != now.entries[place].data.get(key)
                )
                what = f"entry {entry.number} of {name} says something else in {', '.join(changed)}"
                yield _edited(c, now, what)
    if c.written_lock and c.written_lock.canonicaliser == c.base_lock.canonicaliser:
        yield from _retired_fingerprints(c)


def _retired_fingerprints(c: Comparison) -> Iterator[Finding]:
    """What the lock keeps and nothing makes again: of versions that have gone, and results."""
    same_sample = c.written_lock.sample == c.base_lock.sample  # type: ignore[union-attr]
    for key, before in c.base_lock.versions.items():
        written = c.written_lock.versions.get(key)  # type: ignore[union-attr]
        if key[0] not in c.head.entries:
            continue
        what = ""
        if key not in c.head_lock.versions:
            if written is None or written.meaning != before.meaning:
                what = f"the fingerprint of version {key[1]} of {key[0]}, now gone, is changed"
        elif written and same_sample and before.meaning == written.meaning:
            results = {before.result, written.result}
            if len(results) == 2 and None not in results:
                what = f"the result of version {key[1]} of {key[0]} is changed, its meaning is not"
        if what:
            path = f"{FOLDER}/{LOCK}"
            yield Finding("G004", key[0], what, c.restore(path), path, key[1])


def _edited(c: Comparison, metric: Registered, what: str) -> Finding:
    return Finding("G004", metric.name, what, c.restore(metric.path), metric.path)


def _has_live(c: Comparison, metric: Registered) -> bool:
    return any(
        (metric.name, version) in c.base_lock.versions
        and not metric.replaced_by_correction(version)
        for version in metric.opened
        if not (entry := metric.deprecation(version)) or not c.is_due(entry)
    )


def removed(c: Comparison) -> Iterator[Finding]:
    """G005."""
    for name, before in c.base.entries.items():
        now = c.head.entries.get(name)
        if now is None:
            if _has_live(c, before):
                what = f"the metric {name} has left the register"
                yield Finding("G005", name, what, _restore(before), before.path)
            continue
        if now.is_leaf and not before.is_leaf:
            what = f"the metric {name} has become a leaf, which no catalogue shows"
            yield Finding("G005", name, what, c.restore(now.path), now.path)
        for version in before.opened:
            if c.is_(name, version) or not c.was(name, version):
                continue
            if now.replaced_by_correction(version) or before.replaced_by_correction(version):
                continue
            entry = now.deprecation(version)
            if entry is not None and c.is_due(entry):
                continue
            when = f"; it goes on {entry.text('effective_from')}" if entry else ""
            what = f"version {version} of {name} has no model any more{when}"
            yield Finding("G005", name, what, _restore(before), before.path, version)


def _restore(metric: Registered) -> str:
    return f"trustmetrics metric bump {metric.name} --change deprecated"


def name_reused(c: Comparison) -> Iterator[Finding]:
    """G006."""
    for name, metric in c.head.entries.items():
        before = c.base.entries.get(name)
        opens = [entry for entry in c.new_entries(metric) if entry.change in OPENING]
        retired = before is not None and not _has_live(c, before)
        if (opens and retired) or (before is None and name in c.deleted_names):
            what = f"{name} is the name of a metric that was retired before"
            yield Finding("G006", name, what, f"git mv {metric.path} {FOLDER}/<new name>.yml")
