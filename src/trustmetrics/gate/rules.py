"""The rules: from a comparison to findings. One function per id, in the order of the ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from trustmetrics.gate.compare import Comparison
from trustmetrics.gate.contract import contract_changed
from trustmetrics.gate.finding import Finding
from trustmetrics.gate.history import history_edited, name_reused, removed
from trustmetrics.gate.moved import causes, engine_cause, seeds_moved
from trustmetrics.register.load import FOLDER, LOCK, OPENING, SETTINGS, Entry, Registered
from trustmetrics.register.lock import Locked

Rule = Callable[[Comparison], Iterator[Finding]]
NEEDED = ("reason", "decided_by", "decided_on", "effective_from", "restates_history")
SYNC = "trustmetrics metric sync"


def meaning_changed(c: Comparison) -> Iterator[Finding]:
    """G001, G011 and G012: a fingerprint moved and no new entry says so."""
    for name, version in c.all_moved():
        metric = c.head.entries[name]
        if c.entry_of(name, version, "refactor"):
            continue
        what = f"version {version} of {name} is computed in another way: {causes(c, name, version)}"
        only_seeds = seeds_moved(c, name, version) and c.was(name, version).logic == (  # type: ignore[union-attr]
            c.is_(name, version).logic  # type: ignore[union-attr]
        )
        identity = "G012" if metric.is_leaf else "G011" if only_seeds else "G001"
        if engine_cause(c, name):
            identity = "G012" if metric.is_leaf else "G001"
        yield Finding(identity, name, what, _bump(c, name), metric.path, version)


def _bump(c: Comparison, name: str) -> str:
    if len({metric for metric, _ in c.all_moved()}) > 1:
        return "trustmetrics metric bump --moved --change corrective --reason '...'"
    return f"trustmetrics metric bump {name} --change corrective"


def entry_incomplete(c: Comparison) -> Iterator[Finding]:
    """G002."""
    for metric in c.head.entries.values():
        for entry in c.new_entries(metric):
            missing = [name for name in NEEDED if _is_blank(entry, name)]
            if missing:
                yield Finding(
                    "G002",
                    metric.name,
                    f"entry {entry.number} of {metric.name} (version {entry.version}, "
                    f"{entry.change}) lacks {', '.join(missing)}",
                    f"$EDITOR {metric.path}",
                    metric.path,
                    entry.version,
                )


def _is_blank(entry: Entry, name: str) -> bool:
    return entry.text(name).strip(".").upper() in ("", "FILL IN")


def entry_spurious(c: Comparison) -> Iterator[Finding]:
    """G003."""
    for metric in c.head.entries.values():
        for entry in c.new_entries(metric):
            before = _predecessor(c, metric, entry)
            now = c.is_(metric.name, entry.version)
            if before is None or now is None or before.meaning != now.meaning:
                continue
            if c.changed_engines(metric.name) or _is_justified(c, metric, entry, before):
                continue
            yield Finding(
                "G003",
                metric.name,
                f"entry {entry.number} of {metric.name} says {entry.change}, but version "
                f"{entry.version} is computed as before",
                c.restore(metric.path),
                metric.path,
                entry.version,
            )


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


def _predecessor(c: Comparison, metric: Registered, entry: Entry) -> Locked | None:
    if entry.change == "refactor":
        return c.was(metric.name, entry.version)
    if entry.change in ("corrective", "breaking"):
        return c.was(metric.name, entry.version - 1) or c.is_(metric.name, entry.version - 1)
    return None


def without_owner(c: Comparison) -> Iterator[Finding]:
    """G007."""
    for metric in c.head.entries.values():
        owner = str(metric.data.get("owner") or "").strip()
        if owner.strip(".").upper() in ("", "FILL IN"):
            what = f"{metric.name} names no owner"
            yield Finding("G007", metric.name, what, f"$EDITOR {metric.path}", metric.path)


def versions_disagree(c: Comparison) -> Iterator[Finding]:
    """G008."""
    for metric in c.head.entries.values():
        there = [v for v in c.model_versions.get(metric.model, []) if v is not None]
        wanted = [v for v in metric.opened if not metric.replaced_by_correction(v)]
        kept = [v for v in wanted if not metric.deprecation(v)]
        for what in _disagreements(c, metric, there, wanted, kept):
            command = f"trustmetrics metric bump {metric.name} --models-only"
            yield Finding("G008", metric.name, what, command, metric.path)


def _disagreements(
    c: Comparison, metric: Registered, there: list[int], wanted: list[int], kept: list[int]
) -> Iterator[str]:
    if there:
        for version in sorted(set(there) - set(wanted)):
            yield f"the model {metric.model} has a version {version}, the register has it not open"
        for version in sorted(set(kept) - set(there)):
            yield f"the register has version {version} of {metric.name} open, the model lacks it"
    for (name, version), stated in sorted(c.stated_versions.items()):
        if name == metric.name and stated is not None and stated != version:
            says = f"version {stated}" if stated >= 0 else "no plain number as its version"
            yield f"the model of version {version} of {name} says {says} in its rows"


def out_of_step(c: Comparison) -> Iterator[Finding]:
    """G010."""
    for model in c.unregistered:
        what = f"the model {model} is tagged as a metric and no entry of the register names it"
        yield Finding("G010", model, what, f"trustmetrics metric init --only {model}")
    path = f"{FOLDER}/{LOCK}"
    if c.written_lock is None:
        yield Finding("G010", path, f"{path} is missing", SYNC, path)
    else:
        stale = _stale(c)
        if stale:
            shown = ", ".join(stale[:5]) + (f" and {len(stale) - 5} more" if stale[5:] else "")
            yield Finding("G010", path, f"{path} is not what the models give: {shown}", SYNC, path)
    for made in c.stale_files:
        yield Finding("G010", made, f"{made} is not what the register gives", SYNC, made)


def _stale(c: Comparison) -> list[str]:
    """What the written lock has otherwise; what other findings already say is left out."""
    written = c.written_lock
    assert written is not None
    if written.canonicaliser != c.head_lock.canonicaliser:
        return ["made by another canonicaliser"]
    said = [*meaning_changed(c), *removed(c), *result_changed(c)]
    flagged = {(f.subject, f.version) for f in said}
    stale = [
        f"{metric} version {version}"
        for (metric, version), now in sorted(c.head_lock.versions.items())
        if (metric, version) not in flagged
        and (
            (found := written.versions.get((metric, version))) is None
            or found.meaning != now.meaning
            or (now.result is not None and found.result != now.result)
        )
    ]
    broken = {f.what.split(".")[0] for f in contract_changed(c)}
    stale += [
        f"columns of {model}"
        for model, columns in c.head_lock.contracts.items()
        if written.contracts.get(model) != columns and model not in broken
    ]
    if written.engines != c.head_lock.engines and not flagged:
        stale.append("macros of other engines")
    return stale


def result_changed(c: Comparison) -> Iterator[Finding]:
    """G013 and G014: held against the results on the base, where both were made."""
    for (name, version), why in sorted(c.unproven.items()):
        path = c.head.entries[name].path
        what = f"the refactor of version {version} of {name} cannot be proven: {why}"
        yield Finding("G014", name, what, c.restore(f"{FOLDER}/{SETTINGS}"), path, version)
    for (name, version), result in sorted(c.results.items()):
        before = c.was(name, version)
        if before is None or before.result is None or before.result == result:
            continue
        metric = c.head.entries[name]
        if not c.moved(name, version):
            what = f"the values of version {version} of {name} on the frozen sample are others"
            yield Finding("G013", name, what, _bump(c, name), metric.path, version)
        elif c.entry_of(name, version, "refactor"):
            what = f"the values of {name} on the frozen sample are not those of the base"
            yield Finding("G014", name, what, _bump(c, name), metric.path, version)


def field_missing(c: Comparison) -> Iterator[Finding]:
    """G015."""
    required = c.head.settings.get("required", ())
    for metric in c.head.entries.values():
        missing = [name for name in required if name not in metric.data]
        if missing and not metric.is_leaf:
            what = f"{metric.name} lacks {', '.join(missing)}"
            yield Finding("G015", metric.name, what, f"$EDITOR {metric.path}", metric.path)


def not_passed_on(c: Comparison) -> Iterator[Finding]:
    """G016."""
    published = c.head.settings.get("published", "")
    for name, version in c.unpublished:
        what = f"{published} does not have the rows of version {version} of {name} as they are"
        command = f"git diff {c.base_commit[:12]} -- '*{published}*'"
        yield Finding("G016", name, what, command, c.head.entries[name].path, version)


RULES: tuple[Rule, ...] = (
    meaning_changed,
    entry_incomplete,
    entry_spurious,
    history_edited,
    removed,
    name_reused,
    without_owner,
    versions_disagree,
    contract_changed,
    out_of_step,
    result_changed,
    field_missing,
    not_passed_on,
)


def findings(comparison: Comparison) -> list[Finding]:
    """Return everything that the rules find, by id and subject."""
    found = [finding for rule in RULES for finding in rule(comparison)]
    return sorted(set(found), key=lambda f: (f.id, f.subject, f.version or 0, f.what))
