"""Bumps metrics of a working tree: one, or all whose meaning moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from trustmetrics.errors import UserError
from trustmetrics.gate.comparison import Comparison
from trustmetrics.gate.gate import Gate
from trustmetrics.gate.git import Repository
from trustmetrics.gate.state import register_files
from trustmetrics.register.bump import (
    Bumped,
    add_entry,
    has_version,
    new_entry,
    take_back,
    version_model,
)
from trustmetrics.register.load import KEEPING, OPENING, Register, Registered, parse_register

BUMP = "trustmetrics metric bump"
IN_PLACE = "it goes on under its number, with other numbers in it"
MOVES_ALONG = {
    "corrective": IN_PLACE,
    "breaking": f"{IN_PLACE}. If it is not to, let it read the rule as it was, and take out "
    "moves_along",
    "amended": IN_PLACE,
    "refactor": "its numbers have to stay the same, too",
}


@dataclass(frozen=True)
class Planned:
    """An entry to write.

    Attributes:
        metric: its metric.
        change: corrective, breaking, amended, refactor or deprecated.
        version: the version that it is about; None: the one that it begins, or the newest.
        moves_along: the older versions that the change moves too.
        takes_back: versions that a new entry calls a refactor, which this one stands in for.
    """

    metric: Registered
    change: str
    version: int | None = None
    moves_along: tuple[int, ...] = ()
    takes_back: tuple[int, ...] = ()


def bump(gate: Gate, name: str | None, options: Mapping[str, Any]) -> list[Bumped]:
    """Write the entries, and give the models their versions.

    Args:
        gate: the project and its base.
        name: the metric; None: with the option moved, every metric that moved.
        options: the command's options.

    Raises:
        UserError: it is not said what to bump, or how; nothing moved that the entry could be about;
            or a file cannot be extended.
    """
    project = gate.project
    register = parse_register(register_files(project))
    if options["models_only"]:
        return [_models_only(gate, _named(register, name))]
    change = options["change"]
    if change is None:
        raise UserError(
            "say what kind of change it is: --change corrective, breaking, amended, refactor or "
            "deprecated"
        )
    if options["moved"] == (name is not None):
        raise UserError("name one metric, or all that moved: --moved")
    if options["moved"] and change == "deprecated":
        raise UserError("a deprecation is about one metric: name it")
    given = given_fields(options)
    if options["moved"]:
        plans = _plans_of_moved(gate, change)
    else:
        plans = [_plan(gate, _named(register, name), change, options)]
    return [_carried_out(gate, plan, given) for plan in plans]


def _carried_out(gate: Gate, plan: Planned, given: Mapping[str, Any]) -> Bumped:
    project, metric = gate.project, plan.metric
    if plan.takes_back:
        before = gate.before.entries.get(metric.name)
        take_back(project, metric, len(before.entries) if before else 0, plan.takes_back)
    known = {"version": plan.version, "moves_along": plan.moves_along}
    entry = new_entry(metric, plan.change, {**given, **known})
    done = add_entry(project, metric, entry)
    if plan.moves_along:
        along = ", ".join(map(str, plan.moves_along))
        done.advice.append(f"version {along} moves along: {MOVES_ALONG[plan.change]}")
    if plan.change in OPENING:
        latest, new = metric.latest, entry["version"]
        keep = plan.change == "breaking"
        version_model(project, metric, latest, new, keep, _base_text(gate), done)
    return done


def _named(register: Register, name: str | None) -> Registered:
    if name is None:
        raise UserError("name the metric")
    if name not in register.entries:
        raise UserError(f"there is no metric '{name}' in the register")
    return register.entries[name]


def _plans_of_moved(gate: Gate, change: str) -> list[Planned]:
    """What the gate finds moved without an entry, a plan for each metric."""
    report = gate.run()
    moved = report.comparison.undeclared() if report.comparison else []
    if not moved:
        raise UserError(f"no metric has moved against {report.base} without an entry")
    plans = []
    for name in sorted({name for name, _ in moved}):
        metric = gate.head.entries[name]
        versions = sorted(version for one, version in moved if one == name)
        is_kept = metric.can_be_amended(versions[-1])
        # An older version alone, or one that goes, is not worth a version of its own.
        kind = "amended" if is_kept and change in OPENING else change
        if kind != "amended" or is_kept:
            plans.append(_about(metric, kind, versions))
    if not plans:
        raise UserError(
            "the newest version of each metric moved, and that begins a version: --change "
            "corrective or breaking"
        )
    return plans


def _about(metric: Registered, change: str, versions: list[int]) -> Planned:
    """The plan for versions that moved, ascending; the newest is what the entry is about."""
    if change in OPENING:
        return Planned(metric, change, None, tuple(v for v in versions if v != metric.latest))
    return Planned(metric, change, versions[-1], tuple(versions[:-1]))


def _plan(gate: Gate, metric: Registered, change: str, options: Mapping[str, Any]) -> Planned:
    """The plan for one metric, as the options and what moved say.

    Raises:
        UserError: what it would be about has not moved.
    """
    version, along = options["version"], tuple(options["moves_along"])
    if change == "deprecated" or options["same_sql"]:
        return Planned(metric, change, version, along)
    if version and change in OPENING:
        raise UserError(
            f"--change {change} begins version {metric.latest + 1}: leave out --version"
        )
    compared = gate.run().comparison
    moved, refactored = _moved(compared, metric, change)
    if change in OPENING:
        versions = [*moved, *along]
        is_found = metric.latest in moved or _is_otherwise_new(gate, compared, metric)
    else:
        versions = [v for v in moved if change != "amended" or metric.can_be_amended(v)]
        versions = [version, *along] if version in versions else [] if version else versions
        is_found = bool(versions)
    if not is_found:
        raise UserError(_refusal(gate, compared, metric, change, moved))
    plan = _about(metric, change, sorted({*versions}))
    covered = {*plan.moves_along, plan.version or metric.latest}
    return Planned(
        metric, change, plan.version, plan.moves_along, tuple(sorted(covered & refactored))
    )


def _moved(
    compared: Comparison | None, metric: Registered, change: str
) -> tuple[list[int], set[int]]:
    """The versions that the entry can be about, and those that a new entry calls a refactor.

    A refactor that turns out to change numbers (G014) gives way to an entry that says so.
    """
    if compared is None:
        return [], set()
    moved = [version for name, version in compared.undeclared() if name == metric.name]
    if change not in ("corrective", "breaking", "amended"):
        return moved, set()
    refactored = {
        version
        for entry in compared.new_entries(metric)
        if entry.change == "refactor"
        for version in entry.covers
    }
    return sorted({*moved, *refactored}), refactored


def _is_otherwise_new(gate: Gate, compared: Comparison | None, metric: Registered) -> bool:
    """Whether a version that has not moved has other columns (G009), or a model of the next."""
    if has_version(gate.project, metric, metric.latest + 1):
        return True
    if compared is None or _opening(compared, metric):
        return False
    next_one = metric.latest + 1 in compared.state.model_versions.get(metric.model, ())
    return next_one or compared.has_other_columns(metric, metric.latest, metric.latest)


def _opening(compared: Comparison, metric: Registered) -> int | None:
    """The number of a new entry that begins a version."""
    found = [e.number for e in compared.new_entries(metric) if e.change in OPENING]
    return found[-1] if found else None


def _refusal(
    gate: Gate,
    compared: Comparison | None,
    metric: Registered,
    change: str,
    moved: list[int],
) -> str:
    """Why an entry would be about nothing, and what to do."""
    name = metric.name
    if moved and change == "amended":
        return (
            f"version {moved[-1]} is the newest of {name}, and a change of it begins a version: "
            f"{BUMP} {name} --change corrective (or breaking)"
        )
    if moved and change in OPENING:
        older = ", ".join(map(str, moved))
        return (
            f"version {metric.latest} of {name} is computed as before; only version {older} moved: "
            f"let it read the rule as it was, or {BUMP} {name} --change amended"
        )
    if moved:
        older = ", ".join(map(str, moved))
        return f"of {name} only version {older} moved: leave out --version, or name one of these"
    new = compared.new_entries(metric) if compared else ()
    said = [entry for entry in new if entry.change in (*OPENING, *KEEPING)]
    if said:
        entry = said[-1]
        return (
            f"entry {entry.number} of {name} (version {entry.version}, {entry.change}) declares "
            f"this change already: edit its words in {metric.path}, or take it out first"
        )
    return (
        f"{name} is computed as on {gate.base}: edit its SQL first, then bump. If the entry is "
        "right all the same (its result changed, G013; or the edit comes later): --same-sql"
    )


def _models_only(gate: Gate, metric: Registered) -> Bumped:
    """Give the model the versions that the register has open already."""
    done = Bumped(metric.name, metric.latest)
    for entry in metric.entries:
        if entry.change in ("corrective", "breaking"):
            old, keep = entry.version - 1, entry.change == "breaking"
            version_model(gate.project, metric, old, entry.version, keep, _base_text(gate), done)
    if not done.written:
        raise UserError(
            f"no file {metric.model}_v<version>.sql to give the version to. Write the model of "
            f"version {metric.latest} of {metric.name} by hand"
        )
    return done


def _base_text(gate: Gate):
    repository = Repository.around(gate.project)
    base = repository.base(gate.base_ref)

    def text(path: str) -> str | None:
        return repository.files_at(base, Path(path).parent.as_posix()).get(Path(path).name)

    return text


def given_fields(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an entry that the options say.

    Raises:
        UserError: a date is none.
    """
    given: dict[str, Any] = {key: options[key] for key in ("reason", "decided_by") if options[key]}
    for key in ("decided_on", "effective_from"):
        if options[key]:
            given[key] = options[key].date().isoformat()
    if options["restates"]:
        given["restates_history"] = _restates(options["restates"])
    if options["replaced_by"]:
        named = options["replaced_by"]
        given["replaced_by"] = int(named) if named.isdigit() else named
    return given


def _restates(text: str) -> bool | str:
    if text in ("yes", "no"):
        return text == "yes"
    try:
        return datetime.strptime(text, "%Y-%m-%d").date().isoformat()
    except ValueError as error:
        raise UserError(
            f"--restates '{text}' is none of yes, no and a date (2026-01-31)"
        ) from error
