"""The rules: from a comparison to findings, by id. Those about history are in history.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from trustmetrics.gate import history, vocabulary
from trustmetrics.gate.comparison import Comparison, wanted_versions
from trustmetrics.gate.finding import Finding, about
from trustmetrics.register.load import FOLDER, LOCK, PLACE, SETTINGS, Registered
from trustmetrics.register.lock import Lock

Rule = Callable[[Comparison], Iterator[Finding]]
SYNC = "trustmetrics metric sync"
LOCK_PATH = f"{FOLDER}/{LOCK}"
SETTINGS_PATH = f"{FOLDER}/{SETTINGS}"


def meaning_changed(c: Comparison) -> Iterator[Finding]:
    """G001, G011 and G012: a fingerprint moved and no new entry says so."""
    for name, version in c.undeclared():
        before, now = c.base_lock.versions[name, version], c.head_lock.versions[name, version]
        names = sorted({*before.seeds, *now.seeds})
        seeds = [one for one in names if before.seeds.get(one) != now.seeds.get(one)]
        engines = ", ".join(c.changed_engines(name))
        causes = ["its SQL"] if before.logic != now.logic else []
        causes += [f"the seed {seed}" for seed in seeds]
        causes += [f"the macro {engines} of another engine"] if engines else []
        metric = c.head.entries[name]
        only_seeds = seeds and len(causes) == len(seeds)
        identity = "G012" if metric.is_leaf else "G011" if only_seeds else "G001"
        what = (
            f"version {version} of {name} is computed differently: {' and '.join(causes)} "
            f"(fingerprint {before.meaning[:12]}, now {now.meaning[:12]})"
        )
        yield about(identity, metric, what, _bump(c, name), version)


def _bump(c: Comparison, name: str) -> str:
    """The command that declares what moved of a metric, or of all where more than one has."""
    if len({metric for metric, _ in c.undeclared()}) > 1:
        return "trustmetrics metric bump --moved --change corrective --reason '...'"
    return _bump_one(c.head.entries[name], [v for one, v in c.undeclared() if one == name])


def _bump_one(metric: Registered, versions: Sequence[int], how: str = "") -> str:
    """The command that gives versions of one metric other numbers: a new one of the newest."""
    newest = max(versions)
    change = "amended" if metric.can_be_amended(newest) else "corrective"
    return " ".join(
        filter(None, (f"trustmetrics metric bump {metric.name} --change {change}", how))
    )


def _named(metric: Registered, versions: Sequence[int]) -> str:
    """The options that name versions, where the fingerprints do not tell which are meant."""
    newest, *older = sorted(versions, reverse=True)
    own = [f"--version {newest}"] if metric.can_be_amended(newest) else []
    return " ".join([*own, *(f"--moves-along {version}" for version in sorted(older))])


def without_owner(c: Comparison) -> Iterator[Finding]:
    """G007."""
    for metric in c.head.entries.values():
        if history.is_blank(str(metric.data.get("owner") or "")):
            what = f"{metric.name} has no owner"
            command = f"$EDITOR {metric.path}"
            yield about("G007", metric, what, command, shared="metrics without an owner")


def versions_disagree(c: Comparison) -> Iterator[Finding]:
    """G008."""
    for metric in c.head.entries.values():
        for what, command in _disagreements(c, metric):
            yield about("G008", metric, what, command)


def _disagreements(c: Comparison, metric: Registered) -> Iterator[tuple[str, str]]:
    """What disagrees, and the command that mends it."""
    bump = f"trustmetrics metric bump {metric.name}"
    there = {
        version for version in c.state.model_versions.get(metric.model, []) if version is not None
    }
    wanted = {v for v in metric.opened if not metric.replaced_by_correction(v)}
    kept = set(wanted_versions(metric))
    if there:
        for version in sorted(there - wanted):
            what = f"version {version} of the model {metric.model} is not open in the register"
            is_next = version == metric.latest + 1
            yield what, f"{bump} --change breaking" if is_next else f"$EDITOR {metric.path}"
        for version in sorted(kept - there):
            what = f"version {version} of {metric.name} is open in the register, but has no model"
            yield what, f"{bump} --models-only"
    for (name, version), stated in sorted(c.state.stated_versions.items()):
        if name == metric.name and stated is not None and stated != version:
            writes = f"version {stated}" if stated >= 0 else "something other than a plain number"
            file = f"{metric.model}_v{version}" if there else metric.model
            what = f"the model of version {version} of {name} writes {writes} as its version"
            yield what, f"$EDITOR $(git ls-files --cached --others '*{file}.sql')"


def contract_changed(c: Comparison) -> Iterator[Finding]:
    """G009."""
    for model, lost in _lost_columns(c):
        yield _broken(c, model, lost)
    for model in c.base_lock.contracts.keys() - c.head_lock.contracts.keys():
        if not _is_versioned_anew(c, model):
            yield from _model_gone(c, model)


def _is_versioned_anew(c: Comparison, model: str) -> bool:
    """A model without dbt versions, whose metric has a new version in the register."""
    return any(
        metric.model == model and entry.change in ("corrective", "breaking")
        for metric in c.head.entries.values()
        for entry in c.new_entries(metric)
    )


def _lost_columns(c: Comparison) -> Iterator[tuple[str, str]]:
    """Each column that is not what it was: its model, and what happened to it."""
    for model, before in c.base_lock.contracts.items():
        now = c.head_lock.contracts.get(model)
        if now is None or _is_versioned_anew(c, model):
            continue
        for name, kind in before.items():
            if name not in now:
                twin = next((one for one in now if one not in before and now[one] == kind), None)
                yield model, f"{model}.{name} is gone" + (f" (renamed to {twin}?)" if twin else "")
            elif now[name] != kind:
                is_now = now[name] or "untyped"
                yield model, f"{model}.{name} was {kind or 'untyped'} and is now {is_now}"


def _model_gone(c: Comparison, model: str) -> Iterator[Finding]:
    """A model that readers rely on; where its version of the metric has gone, G005 says so."""
    for metric in c.base.entries.values():
        for version in metric.opened:
            if model in (metric.model, f"{metric.model}_v{version}"):
                now = c.head.entries.get(metric.name)
                if now and now.model != metric.model and c.is_(metric.name, version):
                    what = f"the model {model} is gone; {now.model} now computes {metric.name}"
                    yield _broken(c, model, what)
                return
    what = f"the model {model} is gone, or {SETTINGS_PATH} no longer lists it under contracts"
    is_listed = model in c.head.settings.get("contracts", ())
    command = c.restore(f"'*{model}.sql'" if is_listed else SETTINGS_PATH)
    yield Finding("G009", model, what, command, SETTINGS_PATH)


def _broken(c: Comparison, model: str, what: str) -> Finding:
    for metric in c.head.entries.values():
        if model in (metric.model, *(f"{metric.model}_v{version}" for version in metric.opened)):
            # Without dbt versions there is no room for the old model beside the new one.
            is_versioned = any(c.state.model_versions.get(metric.model, ()))
            change = "breaking" if is_versioned else "corrective"
            command = f"trustmetrics metric bump {metric.name} --change {change}"
            return about("G009", metric, what, command)
    return Finding("G009", model, what, c.restore(f"'*{model}*'"))


def out_of_step(c: Comparison) -> Iterator[Finding]:
    """G010."""
    for model in c.state.unregistered:
        what = f"the model {model} is tagged as a metric, but no entry of the register names it"
        yield Finding("G010", model, what, f"trustmetrics metric init --only {model}")
    stale = _stale(c, c.written_lock) if c.written_lock else []
    if c.written_lock is None:
        yield Finding("G010", LOCK_PATH, f"{LOCK_PATH} is missing", SYNC, LOCK_PATH)
    elif stale:
        shown = ", ".join(stale[:5]) + (f" and {len(stale) - 5} more" if stale[5:] else "")
        what = f"{LOCK_PATH} does not match the models: {shown}"
        yield Finding("G010", LOCK_PATH, what, SYNC, LOCK_PATH)
    for file in c.stale_files:
        yield Finding("G010", file, f"{file} does not match the register", SYNC, file)


def _stale(c: Comparison, written: Lock) -> list[str]:
    """What the written lock has otherwise; what other findings already say is left out."""
    if written.canonicaliser != c.head_lock.canonicaliser:
        return ["made by another canonicaliser"]
    said = [*meaning_changed(c), *history.removed(c), *result_changed(c)]
    flagged = {(finding.subject, finding.version) for finding in said}
    stale = []
    for key, now in sorted(c.head_lock.versions.items()):
        found = written.versions.get(key)
        is_kept = (
            found is not None
            and found.meaning == now.meaning
            and now.result in (None, found.result)
        )
        if key not in flagged and not is_kept:
            stale.append(f"{key[0]} version {key[1]}")
    stale += [
        f"rows of {name}"
        for name, digest in c.head_lock.vocabularies.items()
        if written.vocabularies.get(name) != digest
        and not vocabulary.uncovered(c, c.head.vocabularies[name])
    ]
    broken = {model for model, _ in _lost_columns(c)}
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
        what = f"the refactor of version {version} of {name} cannot be proven: {why}"
        metric = c.head.entries[name]
        yield about("G014", metric, what, _restore_sample(c), version)
    moved, others = c.moved(), defaultdict[str, list[int]](list)
    for (name, version), result in sorted(c.results.items()):
        before, entry = c.was(name, version), c.declaration(name, version)
        if before is None or before.result in (None, result):
            continue
        metric = c.head.entries[name]
        if entry and entry.change == "refactor":
            what = (
                f"the values of version {version} of {name} on the frozen sample differ from those "
                "on the base"
            )
            yield about(
                "G014",
                metric,
                what,
                _bump_one(metric, [version], _named(metric, [version])),
                version,
            )
        elif (
            not entry
            and (name, version) not in moved
            # Other rows of a vocabulary are a finding, or an entry, of their own.
            and not vocabulary.has_other_words(c, name, version)
        ):
            others[name].append(version)
    for name, versions in others.items():
        metric = c.head.entries[name]
        command = _bump_one(metric, versions, f"--same-sql {_named(metric, versions)}".strip())
        for version in versions:
            what = f"the values of version {version} of {name} on the frozen sample have changed"
            yield about("G013", metric, what, command, version)


def _restore_sample(c: Comparison) -> str:
    """The command that goes back to the frozen sample of the base; its files may be binary."""
    sample = c.head.settings.get("frozen_sample")
    return f"git checkout {c.base_commit[:12]} -- {sample}" if sample else c.restore(SETTINGS_PATH)


def field_missing(c: Comparison) -> Iterator[Finding]:
    """G015."""
    required = c.head.settings.get("required", ())
    for metric in c.head.entries.values():
        missing = [name for name in required if name not in metric.data]
        missing += [name for name, said in metric.data.items() if PLACE in str(said)]
        if missing and not metric.is_leaf:
            what = f"{metric.name} lacks {', '.join(missing)}"
            shared = f"metrics without {', '.join(missing)}"
            yield about("G015", metric, what, f"$EDITOR {metric.path}", shared=shared)


def not_passed_on(c: Comparison) -> Iterator[Finding]:
    """G016."""
    published = c.head.settings.get("published", "")
    command = f"git diff {c.base_commit[:12]} -- '*{published}*'"
    for name, version in c.state.unpublished:
        what = f"{published} does not contain the rows of version {version} of {name} unchanged"
        yield about("G016", c.head.entries[name], what, command, version)


RULES: tuple[Rule, ...] = (
    meaning_changed,
    history.entry_incomplete,
    history.entry_spurious,
    history.history_edited,
    history.removed,
    history.name_reused,
    without_owner,
    versions_disagree,
    contract_changed,
    out_of_step,
    result_changed,
    field_missing,
    not_passed_on,
    *vocabulary.RULES,
)


def findings(comparison: Comparison) -> list[Finding]:
    """Return everything that the rules find, by id and subject."""
    found = {finding for rule in RULES for finding in rule(comparison)}
    return sorted(found, key=lambda f: (f.id, f.subject, f.version or 0, f.what))
