"""Runs the gate: the working tree held against its base."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from trustmetrics.errors import UserError
from trustmetrics.fingerprint.seeds import rows_of, seed_rows
from trustmetrics.gate import vocabulary
from trustmetrics.gate.comparison import Comparison, Key, State, wanted_versions
from trustmetrics.gate.dbt_run import OnNode
from trustmetrics.gate.finding import Finding
from trustmetrics.gate.git import Base, Repository
from trustmetrics.gate.paths import has_links, is_part, project_paths
from trustmetrics.gate.rules import findings
from trustmetrics.gate.state import canonicaliser, register_files, state_of
from trustmetrics.register.generated import stale_files
from trustmetrics.register.load import FOLDER, LOCK, SETTINGS, Register, parse_register
from trustmetrics.register.lock import Lock, parse_lock
from trustmetrics.register.vocabulary import SUBFOLDER, Rows

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
        words: new entries of vocabularies, in words.
        comparison: all that the rules looked at; None where nothing changed.
    """

    base: Base
    findings: list[Finding] = field(default_factory=list)
    moved: list[Key] = field(default_factory=list)
    new_versions: list[Key] = field(default_factory=list)
    metric_count: int = 0
    changed_files: list[str] = field(default_factory=list)
    results: str = ""
    as_text: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    comparison: Comparison | None = None


@dataclass
class Gate:
    """The gate over one project. What it reads of base and register, it reads once.

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

    @cached_property
    def repository(self) -> Repository:
        """The repository around the project. Raises as Repository.around does."""
        return Repository.around(self.project)

    @cached_property
    def base(self) -> Base:
        """What the working tree is held against. Raises as Repository.base does."""
        return self.repository.base(self.base_ref)

    @cached_property
    def files(self) -> Mapping[str, str]:
        """The working tree's register, as files. Raises as register_files does."""
        return register_files(self.project)

    @cached_property
    def head(self) -> Register:
        """The working tree's register. Raises as parse_register does."""
        return parse_register(self.files)

    @cached_property
    def base_files(self) -> Mapping[str, str]:
        """The base's register, as files."""
        files = self.repository.files_at(self.base, FOLDER)
        words = self.repository.files_at(self.base, f"{FOLDER}/{SUBFOLDER}")
        return files | {f"{SUBFOLDER}/{name}": text for name, text in words.items()}

    @cached_property
    def before(self) -> Register:
        """The base's register. Raises as parse_register does."""
        return base_register(self.base_files, self.base, self.head)

    def run(self) -> Report:
        """Return what the gate finds.

        Raises:
            UserError: it cannot be run; never because of what it finds.
        """
        base, paths = self.base, [*project_paths(self.project), f"{FOLDER}/"]
        head = self.head
        paths.append(head.settings.get("frozen_sample", FOLDER).rstrip("/") + "/")
        changed = [path for path in self.repository.changed(base, paths) if is_part(path, paths)]
        count = sum(not one.is_leaf for one in head.entries.values())
        report = Report(base, metric_count=count, changed_files=changed)
        written = parse_lock(self.files[LOCK]) if LOCK in self.files else None
        is_current = written is not None and written.canonicaliser == canonicaliser()
        is_seen = not has_links(self.project, paths)
        if not changed and is_current and is_seen and self.results != "all":
            report.results = "not made: nothing changed"
            return report
        with self.exported() as export:
            comparison = self._compare(written, export, self._has_new_words())
            report.results = self._make_results(comparison, export)
        report.comparison = comparison
        report.findings = findings(comparison)
        report.moved = comparison.moved()
        known = comparison.base_lock.versions
        report.new_versions = sorted(set(comparison.head_lock.versions) - set(known))
        report.as_text = comparison.state.as_text
        report.words = vocabulary.in_words(comparison)
        return report

    def compared(self, with_moves: bool = False) -> Comparison:
        """Return the working tree beside its base, without results.

        Args:
            with_moves: find what each vocabulary can move, whatever has changed.

        Raises:
            UserError: see run.
        """
        written = parse_lock(self.files[LOCK]) if LOCK in self.files else None
        with self.exported() as export:
            return self._compare(written, export, with_moves)

    @contextmanager
    def exported(self) -> Iterator[Callable[[], Path]]:
        """Yield a function that gives the base's tree in a folder, written when first asked."""
        with tempfile.TemporaryDirectory(prefix="trustmetrics-base-") as folder:
            tree = Path(folder) / self.project.resolve().name

            def export() -> Path:
                if not tree.exists():
                    tree.mkdir()
                    self.repository.export(self.base, tree)
                    packages = self.project / "dbt_packages"
                    if packages.is_dir():
                        shutil.copytree(packages, tree / "dbt_packages")
                return tree

            yield export

    def _compare(
        self, written: Lock | None, export: Callable[[], Path], with_moves: bool
    ) -> Comparison:
        head, before = self.head, self.before
        progress = self.progress("compiling")
        state = state_of(self.project, head, progress, with_moves=with_moves)
        base_lock = self._base_lock(export)
        _check_columns(state, base_lock)
        state.lock.sample = written.sample if written else ""
        return Comparison(
            before,
            head,
            base_lock,
            state,
            written,
            stale_files=stale_files(self.project, head),
            deleted_names=[
                name
                for name in head.entries
                if name not in before.entries and self.repository.deleted_before(self.base, name)
            ],
            base_commit=self.base.commit,
            rows=self._rows(state),
        )

    def _has_new_words(self) -> bool:
        """Whether a vocabulary or its history may have changed, so that what it moves is asked."""
        names = {f"{name}.csv" for name in self.head.vocabularies}
        folder = f"{FOLDER}/{SUBFOLDER}/"
        changed = self.repository.changed(self.base)
        return any(path.startswith(folder) or Path(path).name in names for path in changed)

    def _rows(self, state: State) -> dict[str, tuple[Rows | None, Rows]]:
        """The rows of each vocabulary on the base and in the working tree."""
        found: dict[str, tuple[Rows | None, Rows]] = {}
        for name, seed in state.seeds.items():
            form = (seed.types, seed.delimiter)
            text = self.repository.text_at(self.base, seed.path)
            before = None if text is None else rows_of(f"{name}.csv at {self.base}", text, *form)
            found[name] = (before, seed_rows(self.project / seed.path, *form))
        return found

    def _base_lock(self, export: Callable[[], Path]) -> Lock:
        """The base's own lock if this canonicaliser made it; else made now from its tree."""
        base, before, files = self.base, self.before, self.base_files
        if not before.entries:
            return Lock()
        lock = parse_lock(files[LOCK], f" at {base}") if LOCK in files else Lock()
        wanted = {(m.name, v) for m in before.entries.values() for v in wanted_versions(m)}
        # Whether a seed counts row by row must be one answer for both sides.
        alike = before.vocabularies.keys() == self.head.vocabularies.keys()
        if alike and lock.canonicaliser == canonicaliser() and wanted <= lock.versions.keys():
            return lock
        before = replace(before, vocabularies=self.head.vocabularies)
        try:
            state = state_of(export(), before, self.progress("compiling the base"), remember=False)
        except UserError as error:
            raise UserError(f"the base {base} cannot be fingerprinted: {error}") from error
        fresh = replace(locked_from(state.lock, lock, before), sample=lock.sample)
        results = {key: lock.versions[key].result for key in fresh.versions if key in lock.versions}
        _put_results(fresh, results)
        return fresh

    def _make_results(self, comparison: Comparison, export: Callable[[], Path]) -> str:
        """Build the frozen sample where results are asked for, on the base too where it must.

        Returns what was done, in words.
        """
        moved, versions = comparison.moved(), comparison.head_lock.versions
        wanted = {"all": list(versions), "moved": moved, "none": []}[self.results]
        if not wanted:
            return "not made: no meaning moved" if self.results == "moved" else "not made"
        # duckdb loads slowly; most runs of the gate do not need it here.
        from trustmetrics.gate.results import results_on_sample, sample_digest, sample_of

        base_lock = comparison.base_lock
        sample = sample_of(self.project, comparison.head)
        digest = sample_digest(sample) if sample else None
        change = _sample_change(comparison, digest)
        if change:
            declared = {key: comparison.declaration(*key) for key in moved}
            refactored = [key for key, one in declared.items() if one and one.change == "refactor"]
            comparison.unproven = dict.fromkeys(refactored, change)
        if sample is None:
            return f"not made: {FOLDER}/{SETTINGS} names no frozen sample"
        comparison.results = results_on_sample(
            self.project, comparison.head, sample, wanted, self.progress("frozen sample")
        )
        on_base = [key for key in wanted if key in base_lock.versions]
        is_lacking = any(base_lock.versions[key].result is None for key in on_base)
        if on_base and (is_lacking or base_lock.sample != digest):
            progress = self.progress("frozen sample, base")
            before = results_on_sample(export(), comparison.base, sample, on_base, progress)
            _put_results(base_lock, before)
        _put_results(comparison.head_lock, comparison.results)
        return f"made for {len(comparison.results)} of {len(versions)} versions"


def _put_results(lock: Lock, results: Mapping[Key, str | None]) -> None:
    for key, result in results.items():
        lock.versions[key] = replace(lock.versions[key], result=result)


def _sample_change(comparison: Comparison, digest: str | None) -> str:
    """Why results prove nothing: they would be made on a sample that this change chose."""
    if not comparison.base_lock.sample:
        return ""
    if digest is None:
        return f"{FOLDER}/{SETTINGS} no longer names a frozen sample"
    if digest != comparison.base_lock.sample:
        return "the frozen sample changes in the same change; change it separately"
    return ""


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
    kept = written.versions if written else {}
    keys = [(name, version) for name, one in register.entries.items() for version in one.opened]
    found = {key: fresh.versions.get(key) or kept.get(key) for key in keys}
    return replace(fresh, versions={key: locked for key, locked in found.items() if locked})
