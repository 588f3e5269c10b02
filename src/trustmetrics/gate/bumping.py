"""Bumps metrics of a working tree: one, or all whose meaning moved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from trustmetrics.errors import UserError
from trustmetrics.gate.gate import Gate
from trustmetrics.gate.git import Repository
from trustmetrics.gate.state import register_files
from trustmetrics.register.bump import Bumped, add_entry, new_entry, version_model
from trustmetrics.register.load import OPENING, Register, Registered, parse_register


def bump(gate: Gate, name: str | None, options: Mapping[str, Any]) -> list[Bumped]:
    """Write the entries, and give the models their versions.

    Args:
        gate: the project and its base.
        name: the metric; None: with the option moved, every metric that moved.
        options: the command's options.

    Raises:
        UserError: it is not said what to bump, or how; or a file cannot be extended.
    """
    project = gate.project
    register = parse_register(register_files(project))
    if options["models_only"]:
        return [_models_only(gate, _named(register, name))]
    change = options["change"]
    if change is None:
        raise UserError(
            "say what kind of change it is: --change corrective, breaking, refactor or deprecated"
        )
    if options["moved"] == (name is not None):
        raise UserError("name one metric, or all that moved: --moved")
    if options["moved"] and change == "deprecated":
        raise UserError("a deprecation is about one metric: name it")
    names = _moved(gate) if options["moved"] else [_named(register, name).name]
    given = given_fields(options)
    bumped: list[Bumped] = []
    for one in names:
        metric = register.entries[one]
        entry = new_entry(metric, change, given)
        done = add_entry(project, metric, entry)
        if change in OPENING:
            latest, new = metric.latest, entry["version"]
            keep = change == "breaking"
            version_model(project, metric, latest, new, keep, _base_text(gate), done)
        bumped.append(done)
    return bumped


def _named(register: Register, name: str | None) -> Registered:
    if name is None:
        raise UserError("name the metric")
    if name not in register.entries:
        raise UserError(f"there is no metric '{name}' in the register")
    return register.entries[name]


def _moved(gate: Gate) -> list[str]:
    """The metrics that the gate finds moved without an entry."""
    report = gate.run()
    found = sorted({f.subject for f in report.findings if f.id in ("G001", "G011", "G012")})
    if not found:
        raise UserError(f"no metric has moved against {report.base} without an entry")
    return found


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
    given: dict[str, Any] = {
        key: options[key] for key in ("reason", "decided_by", "version") if options[key]
    }
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
