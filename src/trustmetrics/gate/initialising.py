"""Registers a project's metrics as they stand, so that the gate passes at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from trustmetrics.errors import UserError
from trustmetrics.gate.compiled import compiled_project
from trustmetrics.gate.gate import Progress
from trustmetrics.gate.state import register_of
from trustmetrics.gate.sync import sync
from trustmetrics.register.init import REASON, Said, open_questions, proposed, write_register
from trustmetrics.register.load import FOLDER, SETTINGS, Register

QUESTIONS = {
    "owner": "which team answers for them (owner)",
    "decided_by": "who decided to register them (decided_by)",
}
SHOWN = 5


@dataclass(frozen=True)
class Initialised:
    """What was done.

    Attributes:
        written: the files written, from the project's folder.
        next: what to do next.
    """

    written: Sequence[str]
    next: str


def initialise(
    project: Path,
    tag: str,
    only: Sequence[str],
    given: Mapping[str, str | None],
    show: Callable[[], AbstractContextManager[Progress]],
    ask: Callable[[str], str | None],
) -> Initialised:
    """Write an entry for each metric that has none, and the lock.

    Args:
        project: the dbt project's folder.
        tag: the tag of models that are metrics.
        only: names of models or metrics; empty: all.
        given: owner, decided_by and reason, as far as they are known.
        show: shows the progress of named steps, as long as nobody is asked.
        ask: gives an answer to what is not known; None where nobody can be asked.

    Raises:
        UserError: there is no metric, or nobody says who owns or decided it; nothing is written.
    """
    with show() as progress:
        compiled = compiled_project(project, Register({}), progress("compiling"))
    said = Said(given["owner"], given["decided_by"], given["reason"] or REASON)

    def entries() -> dict[str, dict]:
        return proposed(compiled.manifest, tag, only, said, compiled.column_names)

    unknown = open_questions(project, entries())
    answers = {
        field: ask(f"{_listed(names)}: {QUESTIONS[field]}") for field, names in unknown.items()
    }
    if not all(answers.values()):
        options = " ".join(f"--{field.replace('_', '-')} NAME" for field in unknown)
        raise UserError(
            f"{_listed(max(unknown.values(), key=len))}: it is not known "
            f"{' and '.join(QUESTIONS[field] for field in unknown)}. Say it: {options}"
        )
    said = replace(said, **answers)
    written = write_register(project, entries())
    register = register_of(project)
    if register.settings.get("generates"):
        required = f"fill in what {FOLDER}/{SETTINGS} requires, then trustmetrics metric sync"
        return Initialised(written, required)
    with show() as progress:
        synced = sync(project, progress)
    return Initialised([*written, *synced.written], f"commit {FOLDER}/, then trustmetrics gate")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
