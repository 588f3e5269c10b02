"""Runs the gate: the working tree held against its base."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from trustmetrics.errors import UserError
from trustmetrics.gate.compare import Comparison
from trustmetrics.gate.finding import Finding
from trustmetrics.gate.git import Base, Repository
from trustmetrics.gate.paths import has_links, is_part, project_paths
from trustmetrics.gate.rules import findings
from trustmetrics.gate.state import (
    OnNode,
    State,
    canonicaliser,
    register_files,
    state_of,
    wanted_versions,
)
from trustmetrics.register.generated import stale_files
from trustmetrics.register.load import FOLDER, LOCK, SETTINGS, Register, parse_register
from trustmetrics.register.lock import Lock, Locked, parse_lock

Progress = Callable[[str], OnNode]
OF_MEANING = ("version_column", "contracts")
OF_TREE = (*OF_MEANING, "raw_variable", "database_variable", "as_of_variable")


@dataclass
class Report:
    """What the gate came to.

    Attributes:
        base: what the working tree was held against.
        findings: what it found; none: it passes.
        moved: versions whose meaning moved, whether or not an entry says so.
        new_versions: versions that the base does not have.
        metric_count: metrics in the register.
        changed_files: files of models and register that differ from the base.
        results: what was done about result fingerprints, in words.
        as_text: queries that were compared as text.
        comparison: all that the rules looked at; None where nothing changed.
    """

    base: Base
    findings: list[Finding] = field(default_factory=list)
    moved: list[tuple[str, int]] = field(default_factory=list)
    new_versions: list[tuple[str, int]] = field(default_factory=list)
    metric_count: int = 0
    changed_files: list[str] = field(default_factory=list)
    results: str = ""
    as_text: list[str] = field(default_factory=list)
    comparison: Comparison | None = None


@dataclass
class Gate:
    """The gate over one project.

    Attributes:
        project: the dbt project's folder.
        base_ref: see Repository.base.
        results: "moved" (of the metrics that moved), "all" or "none".
        progress: gives the progress of a named step.
    """

    project: Path
    base_ref: str | None = None
    results: str = "moved"
    progress: Progress = lambda title: lambda number, count, description: None

    def run(self) -> Report:
        """Return what the gate finds.

        Raises:
            UserError: it cannot be run; never because of what it finds.
        """
        repository = Repository.around(self.project)
        base = repository.base(self.base_ref)
        paths = [*project_paths(self.project), f"{FOLDER}/"]
        files = register_files(self.project)
        head = parse_register(files)
        paths.append(head.settings.get("frozen_sample", FOLDER).rstrip("/") + "/")
        changed = [path for path in repository.changed(base, paths) if is_part(path, paths)]
        report = Report(base, metric_count=len(_metrics(head)), changed_files=changed)
        written = parse_lock(files[LOCK]) if LOCK in files else None
        is_current = written is not None and written.canonicaliser == canonicaliser()
        is_seen = not has_links(self.project, paths)
        if not changed and is_current and is_seen and self.results != "all":
            report.results = "not made: nothing changed"
            return report
        with self.exported(repository, base) as export:
            comparison, state = self._compare(repository, base, head, written, export)
            self._make_results(report, comparison, export)
        report.comparison = comparison
        report.findings = findings(comparison)
        report.moved = comparison.all_moved()
        report.new_versions = sorted(
            {*comparison.head_lock.versions} - {*comparison.base_lock.versions}
        )
        report.as_text = state.as_text
        return report

    def sides(self) -> tuple[Repository, Base, Register, Register]:
        """Return the repository, the base, and the register of the base and of the working tree.

        Raises:
            UserError: there is no base, or a register cannot be read.
        """
        repository = Repository.around(self.project)
        base = repository.base(self.base_ref)
        head = parse_register(register_files(self.project))
        return repository, base, base_register(repository.files_at(base, FOLDER), base, head), head

    @contextmanager
    def exported(self, repository: Repository, base: Base) -> Iterator[Callable[[], Path]]:
        """Yield a function that gives the base's tree in a folder, written when first asked."""
        with tempfile.TemporaryDirectory(prefix="trustmetrics-base-") as folder:
            tree = Path(folder) / self.project.resolve().name

            def export() -> Path:
                if not tree.exists():
                    tree.mkdir()
                    repository.export(base, tree)
                    packages = self.project / "dbt_packages"
                    if packages.is_dir():
                        shutil.copytree(packages, tree / "dbt_packages")
                return tree

            yield export

    def _compare(
        self,
        repository: Repository,
        base: Base,
        head: Register,
        written: Lock | None,
        export: Callable[[], Path],
    ) -> tuple[Comparison, State]:
        base_files = repository.files_at(base, FOLDER)
        before = base_register(base_files, base, head)
        state = state_of(self.project, head, self.progress("compiling"))
        base_lock = self._base_lock(base, before, base_files, export)
        _check_columns(state, base_lock)
        lock = replace(state.lock, sample=written.sample if written else "")
        comparison = Comparison(
            before,
            head,
            base_lock,
            lock,
            written,
            state.model_versions,
            stated_versions=state.stated_versions,
            engines_of=state.engines_of,
            unregistered=state.unregistered,
            unpublished=state.unpublished,
            stale_files=stale_files(self.project, head),
            deleted_names=[
                name
                for name in head.entries
                if name not in before.entries and repository.deleted_before(base, name)
            ],
            base_commit=base.commit,
        )
        return comparison, state

    def _base_lock(
        self, base: Base, before: Register, files: dict[str, str], export: Callable[[], Path]
    ) -> Lock:
        """The base's own lock if this canonicaliser made it; else made now from its tree."""
        if not before.entries:
            return Lock()
        lock = parse_lock(files[LOCK], f" at {base}") if LOCK in files else Lock()
        wanted = {(m.name, v) for m in before.entries.values() for v in wanted_versions(m)}
        if lock.canonicaliser == canonicaliser() and wanted <= lock.versions.keys():
            return lock
        try:
            state = state_of(export(), before, self.progress("compiling the base"), remember=False)
        except UserError as error:
            raise UserError(f"the base {base} cannot be fingerprinted: {error}") from error
        fresh = locked_from(state.lock, lock, before)
        for key, locked in fresh.versions.items():
            result = lock.versions[key].result if key in lock.versions else None
            fresh.versions[key] = replace(locked, result=result)
        fresh.sample = lock.sample
        return fresh

    def _make_results(
        self, report: Report, comparison: Comparison, export: Callable[[], Path]
    ) -> None:
        """Build the frozen sample where results are asked for, on the base too where it must."""
        head = comparison.head
        moved = comparison.all_moved()
        wanted = [key for key in comparison.head_lock.versions if key[0] in head.entries]
        wanted = wanted if self.results == "all" else moved if self.results == "moved" else []
        if not wanted:
            report.results = "not made: no meaning moved" if self.results == "moved" else "not made"
            return
        # duckdb and dbt load slowly; most runs of the gate need neither here.
        from trustmetrics.gate.results import results_on_sample, sample_digest, sample_of

        sample = sample_of(self.project, head)
        changed = _sample_change(comparison, sample and sample_digest(sample))
        if changed:
            refactored = (key for key in moved if comparison.entry_of(*key, "refactor"))
            comparison.unproven = dict.fromkeys(refactored, changed)
        if sample is None:
            report.results = "not made: metrics/_settings.yml names no frozen sample"
            return
        made = results_on_sample(self.project, head, sample, wanted, self.progress("frozen sample"))
        lacking = [
            key
            for key in wanted
            if key in comparison.base_lock.versions
            and comparison.base_lock.versions[key].result is None
        ]
        if lacking or comparison.base_lock.sample != sample_digest(sample):
            keys = [key for key in wanted if key in comparison.base_lock.versions]
            before = results_on_sample(
                export(), comparison.base, sample, keys, self.progress("frozen sample, base")
            )
            for key, result in before.items():
                locked = comparison.base_lock.versions[key]
                comparison.base_lock.versions[key] = replace(locked, result=result)
        comparison.results = made
        versions = comparison.head_lock.versions
        for key, result in made.items():
            versions[key] = replace(versions[key], result=result)
        report.results = f"made for {len(made)} of {len(versions)} versions"


def _sample_change(comparison: Comparison, digest: str | None) -> str:
    """Why results prove nothing: they would be made on a sample that this change chose."""
    if not comparison.base_lock.sample:
        return ""
    if digest is None:
        return f"{FOLDER}/{SETTINGS} names no frozen sample any more"
    if digest != comparison.base_lock.sample:
        return "the frozen sample changes in the same change; change it in one of its own"
    return ""


def _metrics(register: Register) -> list[str]:
    return [name for name, one in register.entries.items() if not one.is_leaf]


def base_register(files: Mapping[str, str], base: Base, head: Register) -> Register:
    """Return the base's register.

    What decides its fingerprints is the base's own settings, or a change of them could hide a
    change of meaning; on what both sides are built and compared, the working tree's.

    Raises:
        UserError: it cannot be read.
    """
    before = parse_register(files, f" at {base}")
    settings = {key: one for key, one in head.settings.items() if key not in OF_MEANING}
    settings |= {key: one for key, one in before.settings.items() if key in OF_TREE}
    return replace(before, settings=settings)


def _check_columns(state: State, base_lock: Lock) -> None:
    """A column that the base had is a finding; one that never was is a slip in the register."""
    for metric, model, name in state.missing_columns:
        if name not in base_lock.contracts.get(model, {}):
            raise UserError(
                f"{FOLDER}/{metric}.yml names the column {name}, which the model {model} does not "
                "have"
            )


def locked_from(fresh: Lock, written: Lock | None, register: Register) -> Lock:
    """Return what the lock file should hold: the fresh fingerprints, and what was written before of
    versions whose model has gone."""
    versions: dict[tuple[str, int], Locked] = {}
    for name, metric in register.entries.items():
        for version in metric.opened:
            key = (name, version)
            if key in fresh.versions:
                versions[key] = fresh.versions[key]
            elif written and key in written.versions:
                versions[key] = written.versions[key]
    return replace(fresh, versions=versions)
