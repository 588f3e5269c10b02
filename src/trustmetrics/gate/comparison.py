"""A working tree beside its base: all that the rules look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from trustmetrics.register.load import Entry, Register, Registered
from trustmetrics.register.lock import Lock, Locked
from trustmetrics.register.vocabulary import Rows

Key = tuple[str, int]


@dataclass(frozen=True)
class Seed:
    """How a seed's file is read.

    Attributes:
        path: the file, from the project's folder.
        types: declared type by column, lower case.
        delimiter: what separates the cells.
    """

    path: str
    types: Mapping[str, str]
    delimiter: str


@dataclass
class State:
    """What compiling a tree tells.

    Attributes:
        lock: its fingerprints, made now, without results.
        model_versions: by model of the register, its dbt versions; None stands for no version.
        stated_versions: what a model writes into its version column, by (metric, version).
        engines_of: by metric, the macros of other engines that its models reach.
        unregistered: models tagged as metrics that no entry names.
        unpublished: (metric, version) that the published model does not pass on unchanged.
        missing_columns: (metric, model, column) where an entry names a column that does not exist.
        as_text: "model: why" for each query that was compared as text.
        seeds: by vocabulary of the register, how its seed's file is read; those that exist.
        moves: by vocabulary, the slices by metric that a change of it can move, if asked for.
    """

    lock: Lock
    model_versions: dict[str, list[int | None]] = field(default_factory=dict)
    stated_versions: dict[Key, int | None] = field(default_factory=dict)
    engines_of: dict[str, list[str]] = field(default_factory=dict)
    unregistered: list[str] = field(default_factory=list)
    unpublished: list[Key] = field(default_factory=list)
    missing_columns: list[tuple[str, str, str]] = field(default_factory=list)
    as_text: list[str] = field(default_factory=list)
    seeds: dict[str, Seed] = field(default_factory=dict)
    moves: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def columns_read(self, vocabulary: str) -> list[str]:
        """Return the columns of a vocabulary that metrics read."""
        read = [one.vocabularies.get(vocabulary, []) for one in self.lock.versions.values()]
        return sorted({name for names in read for name in names})


@dataclass
class Comparison:
    """A change, as the rules look at it.

    Attributes:
        base: the register on the base; empty where there was none.
        head: the register in the working tree.
        base_lock: the fingerprints on the base, made by the same canonicaliser.
        state: the working tree, compiled.
        written_lock: what metrics/fingerprints.lock.yml says; None where it is missing.
        stale_files: generated files that are not what the register gives.
        deleted_names: new metrics whose file was deleted earlier in the history.
        today: the date that deprecations are held against.
        base_commit: the base's commit, for a command that goes back to it.
        results: fresh result fingerprints, by (metric, version); those not made are missing.
        unproven: why a refactor's results cannot be held against the base's, by (metric, version).
        rows: by vocabulary, its rows on the base and in the working tree; None: it had no file.
    """

    base: Register
    head: Register
    base_lock: Lock
    state: State
    written_lock: Lock | None
    stale_files: list[str] = field(default_factory=list)
    deleted_names: list[str] = field(default_factory=list)
    today: date = field(default_factory=date.today)
    base_commit: str = "HEAD"
    results: Mapping[Key, str] = field(default_factory=dict)
    unproven: dict[Key, str] = field(default_factory=dict)
    rows: Mapping[str, tuple[Rows | None, Rows]] = field(default_factory=dict)

    @property
    def head_lock(self) -> Lock:
        """The fingerprints of the working tree."""
        return self.state.lock

    def restore(self, path: str) -> str:
        """Return the command that goes back, hunk by hunk, to what a file was on the base."""
        return f"git checkout -p {self.base_commit[:12]} -- {path}"

    def new_entries(self, metric: Registered) -> tuple[Entry, ...]:
        """Return the entries that the base does not have, by their place."""
        before = self.base.entries.get(metric.name)
        return metric.entries[len(before.entries) if before else 0 :]

    def declaration(self, metric: str, version: int) -> Entry | None:
        """Return the new entry by which a version goes on, computed in another way."""
        found = self.new_entries(self.head.entries[metric])
        return next((entry for entry in found if version in entry.covers), None)

    def was(self, metric: str, version: int) -> Locked | None:
        """Return the fingerprint on the base."""
        return self.base_lock.versions.get((metric, version))

    def is_(self, metric: str, version: int) -> Locked | None:
        """Return the fingerprint in the working tree."""
        return self.head_lock.versions.get((metric, version))

    def result(self, metric: str, version: int) -> str | None:
        """Return the result in the working tree: the fresh one, else the one written down."""
        written = self.written_lock.versions.get((metric, version)) if self.written_lock else None
        return self.results.get((metric, version), written and written.result)

    def changed_engines(self, metric: str) -> list[str]:
        """Return the macros of other engines that the metric reaches and that changed or are new.

        A new one takes the place of the default one on its engine.
        """
        was, now = self.base_lock.engines, self.head_lock.engines
        reached = self.state.engines_of.get(metric, ())
        return [name for name in reached if was.get(name) != now.get(name)]

    def moved(self) -> list[Key]:
        """Return every (metric, version) of the base whose meaning has changed."""
        return [
            key
            for key, now in sorted(self.head_lock.versions.items())
            if (before := self.was(*key))
            and (before.meaning != now.meaning or self.changed_engines(key[0]))
        ]

    def undeclared(self) -> list[Key]:
        """Return those that moved and no new entry says so."""
        return [key for key in self.moved() if not self.declaration(*key)]

    def has_other_result(self, metric: str, before: Locked, version: int) -> bool:
        """Whether the values of a version differ from those of another, both made."""
        result = self.result(metric, version)
        return None not in (before.result, result) and before.result != result

    def has_other_columns(self, metric: Registered, old: int, new: int) -> bool:
        """Whether what readers open has changed from a version of the base to one here."""
        was = self.base.entries.get(metric.name)
        columns = was and self.contract(self.base_lock, was, old)
        if was is None or columns is None:
            return False
        return was.model != metric.model or columns != self.contract(self.head_lock, metric, new)

    def contract(self, side: Lock, metric: Registered, version: int) -> dict[str, str] | None:
        """Return the columns of the model of a version, in a lock of this comparison."""
        versioned = side.contracts.get(f"{metric.model}_v{version}")
        return side.contracts.get(metric.model) if versioned is None else versioned

    def is_gone(self, metric: Registered, version: int) -> bool:
        """Whether a version's deprecation has come due."""
        entry = metric.deprecation(version)
        when = entry.text("effective_from") if entry else ""
        return bool(when) and date.fromisoformat(when) <= self.today


def wanted_versions(metric: Registered) -> list[int]:
    """Return the versions of a metric that must have a model: open and not deprecated."""
    return [
        version
        for version in metric.opened
        if not metric.replaced_by_correction(version) and not metric.deprecation(version)
    ]
