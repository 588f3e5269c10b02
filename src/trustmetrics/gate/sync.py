"""Makes what is generated from the register again: dbt's files, the docs' tables, the lock."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from trustmetrics.gate.gate import Progress, locked_from
from trustmetrics.gate.results import results_on_sample, sample_digest, sample_of
from trustmetrics.gate.state import register_files, state_of
from trustmetrics.register.generated import generated_files
from trustmetrics.register.load import FOLDER, LOCK, Register, parse_register
from trustmetrics.register.lock import Lock, lock_text, parse_lock


@dataclass
class Synced:
    """What was made.

    Attributes:
        written: files that are not what they were, from the project's folder.
        results: versions whose result fingerprint was made again.
    """

    written: list[str] = field(default_factory=list)
    results: list[tuple[str, int]] = field(default_factory=list)


def sync(project: Path, progress: Progress, with_results: bool = True) -> Synced:
    """Write metrics/fingerprints.lock.yml, and what else the register decides if it `generates`.

    Args:
        project: the dbt project's folder.
        progress: gives the progress of a named step.
        with_results: build the frozen sample where a result fingerprint is missing or too old.

    Raises:
        UserError: the register or the project cannot be read, or the sample does not build.
    """
    files = register_files(project)
    register = parse_register(files)
    written = parse_lock(files[LOCK]) if LOCK in files else None
    synced = Synced(write_generated(project, register))
    state = state_of(project, register, progress("compiling"))
    lock = locked_from(state.lock, written, register)
    sample = sample_of(project, register)
    lock.sample = sample_digest(sample) if sample else ""
    _keep_results(lock, written, register)
    lacking = [
        key
        for key, locked in lock.versions.items()
        if locked.result is None and key in state.lock.versions
    ]
    if with_results and sample and lacking:
        made = results_on_sample(project, register, sample, lacking, progress("frozen sample"))
        for key, result in made.items():
            lock.versions[key] = replace(lock.versions[key], result=result)
        synced.results = sorted(made)
    if _write(project, f"{FOLDER}/{LOCK}", lock_text(lock)):
        synced.written.append(f"{FOLDER}/{LOCK}")
    return synced


def _keep_results(lock: Lock, written: Lock | None, register: Register) -> None:
    """A result stands as long as its meaning and the sample do, and no entry gives it another."""
    for key, locked in lock.versions.items():
        entry = register.entries[key[0]].amendment(key[1])
        before = written.versions.get(key) if written else None
        holds = (
            before is not None
            and before.meaning == locked.meaning
            and before.entry == entry
            and written is not None
            and written.sample == lock.sample
            # Of a version whose model has gone it stands as it was.
            and (locked.result is not None or lock.has_words_of(written, key))
        )
        result = before.result if holds and before else None
        lock.versions[key] = replace(locked, result=result, entry=entry)


def write_generated(project: Path, register: Register) -> list[str]:
    """Write what the register decides but the lock; the files that are not what they were.

    Raises:
        UserError: see generated_files.
    """
    files = generated_files(project, register)
    return [path for path, text in files.items() if _write(project, path, text)]


def _write(project: Path, path: str, text: str) -> bool:
    file = project / path
    content = text.encode()
    if file.is_file() and file.read_bytes() == content:
        return False
    file.write_bytes(content)
    return True
