"""Base and head side by side: what moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from trustmetrics.register.load import Entry, Register, Registered
from trustmetrics.register.lock import Lock, Locked


@dataclass
class Comparison:
    """A change, as the rules look at it.

    Attributes:
        base: the register on the base; empty where there was none.
        head: the register in the working tree.
        base_lock: the fingerprints on the base, made by the same canonicaliser.
        head_lock: those of the working tree, made now.
        written_lock: what metrics/fingerprints.lock.yml says; None where it is missing.
        model_versions: per model, its dbt versions in the working tree; None: it has none.
        stated_versions: what a model's version column says, by (metric, version).
        engines_of: per metric, the macros of other engines that its models reach.
        unregistered: models tagged as metrics that no entry names.
        unpublished: versions that the published model does not pass on as they are.
        stale_files: generated files that are not what the register makes of them.
        deleted_names: new metrics whose file the history has deleted before.
        today: the date that deprecations are held against.
        base_commit: the base's commit, for a command that goes back to it.
        results: fresh result fingerprints, by (metric, version); what was not made is missing.
        unproven: why a refactor's results cannot be held against the base's, by (metric, version).
    """

    base: Register
    head: Register
    base_lock: Lock
    head_lock: Lock
    written_lock: Lock | None
    model_versions: Mapping[str, list[int | None]]
    stated_versions: Mapping[tuple[str, int], int | None] = field(default_factory=dict)
    engines_of: Mapping[str, list[str]] = field(default_factory=dict)
    unregistered: list[str] = field(default_factory=list)
    unpublished: list[tuple[str, int]] = field(default_factory=list)
    stale_files: list[str] = field(default_factory=list)
    deleted_names: list[str] = field(default_factory=list)
    today: date = field(default_factory=date.today)
    base_commit: str = "HEAD"
    results: Mapping[tuple[str, int], str] = field(default_factory=dict)
    unproven: dict[tuple[str, int], str] = field(default_factory=dict)

    def restore(self, path: str) -> str:
        """Return the command that goes back, hunk by hunk, to what a file was on the base."""
        return f"git checkout -p {self.base_commit[:12]} -- {path}"

    def new_entries(self, metric: Registered) -> tuple[Entry, ...]:
        """Return the entries that the base does not have, by their place."""
        before = self.base.entries.get(metric.name)
        return metric.entries[len(before.entries) if before else 0 :]

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
        return [
            name
            for name in self.engines_of.get(metric, ())
            if self.base_lock.engines.get(name) != self.head_lock.engines.get(name)
        ]

    def contract(self, side: Lock, metric: Registered, version: int) -> dict[str, str] | None:
        """Return the columns of the model of a version, in a lock of this comparison."""
        versioned = side.contracts.get(f"{metric.model}_v{version}")
        return side.contracts.get(metric.model) if versioned is None else versioned

    def moved(self, metric: str, version: int) -> bool:
        """Whether the meaning of a version that the base had is another one now."""
        before, now = self.was(metric, version), self.is_(metric, version)
        if before is None or now is None:
            return False
        return before.meaning != now.meaning or bool(self.changed_engines(metric))

    def all_moved(self) -> list[tuple[str, int]]:
        """Return every (metric, version) that moved."""
        return [key for key in sorted(self.head_lock.versions) if self.moved(*key)]

    def entry_of(self, metric: str, version: int, change: str) -> Entry | None:
        """Return a new entry of a kind about a version."""
        registered = self.head.entries[metric]
        found = (e for e in self.new_entries(registered) if e.version == version)
        return next((entry for entry in found if entry.change == change), None)

    def is_due(self, entry: Entry) -> bool:
        """Whether a deprecation's date has come."""
        return bool(entry.text("effective_from")) and (
            date.fromisoformat(entry.text("effective_from")) <= self.today
        )
