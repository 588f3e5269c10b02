"""Small registers and fingerprints, written down, as the gate's rules look at them; no dbt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

import yaml

from trustmetrics.gate.comparison import Comparison, Seed, State
from trustmetrics.gate.finding import Finding
from trustmetrics.gate.rules import findings
from trustmetrics.register.load import parse_register
from trustmetrics.register.lock import Lock, Locked

TODAY = date(2026, 6, 1)
PAST, FUTURE = "2026-05-31", "2026-06-02"
COLUMNS = {"month": "date", "value": "double"}


def entry(version: int, change: str, **fields: Any) -> dict[str, Any]:
    """An entry of a history, complete but for what is given otherwise."""
    complete = {
        "version": version,
        "change": change,
        "reason": "the council asked for it",
        "decided_by": "council",
        "decided_on": "2026-01-01",
        "effective_from": "2026-01-01",
        "restates_history": False,
    }
    return complete | fields


INTRODUCED = entry(1, "introduced")
CORRECTED = entry(2, "corrective")
BROKEN = entry(2, "breaking")
REFACTORED = entry(1, "refactor")


def gone(version: int, on: str) -> dict[str, Any]:
    """The deprecation of a version as of a date."""
    return entry(version, "deprecated", effective_from=on)


def means(logic: str, result: str | None = None, **seeds: str) -> Locked:
    """A fingerprint, in words."""
    return Locked(logic, seeds, f"{logic} {sorted(seeds.items())}", result)


@dataclass(frozen=True)
class Metric:
    """A file of the register, and what its model's versions mean.

    Attributes:
        name: the metric's id, and its model's name.
        history: the entries.
        meanings: by version; a version without a model has none.
        columns: of its model, with their types.
        fields: of the file, on top of owner and model.
    """

    name: str
    history: tuple[dict[str, Any], ...] = (INTRODUCED,)
    meanings: Mapping[int, Locked] = field(default_factory=lambda: {1: means("paid")})
    columns: Mapping[str, str] = field(default_factory=lambda: COLUMNS)
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The file."""
        said = {"metric": self.name, "owner": "finance", "model": self.name, **self.fields}
        return yaml.safe_dump({**said, "versions": list(self.history)})

    @property
    def model(self) -> str:
        """The model that the file names."""
        return self.fields.get("model", self.name)


SALES = Metric("sales")
PAID, BILLED = means("paid"), means("billed")
CORRECTION = replace(SALES, history=(INTRODUCED, CORRECTED), meanings={2: BILLED})
BREAK = replace(SALES, history=(INTRODUCED, BROKEN), meanings={1: PAID, 2: BILLED})
REFACTOR = replace(SALES, history=(INTRODUCED, REFACTORED), meanings={1: BILLED})
LEAF = replace(SALES, fields={"kind": "leaf"})


@dataclass(frozen=True)
class Tree:
    """A project at one commit.

    Attributes:
        metrics: its register.
        settings: metrics/_settings.yml.
        contracts: of models beside the metrics' own.
        engines: digest of each macro of another engine; every metric reaches all.
        words: its vocabularies.
    """

    metrics: tuple[Metric, ...]
    settings: str = "{}"
    contracts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    engines: Mapping[str, str] = field(default_factory=dict)
    words: tuple[Words, ...] = ()

    @property
    def lock(self) -> Lock:
        """What its lock file says once it is made."""
        return Lock(
            "canon",
            {(m.name, v): locked for m in self.metrics for v, locked in m.meanings.items()},
            {m.model: dict(m.columns) for m in self.metrics if m.meanings}
            | {name: dict(columns) for name, columns in self.contracts.items()},
            dict(self.engines),
            "sample",
            {one.name: str(one.rows) for one in self.words},
        )

    @property
    def files(self) -> dict[str, str]:
        """The texts of its register."""
        words = {f"vocabularies/{one.name}.yml": one.text for one in self.words}
        metrics = {f"{m.name}.yml": m.text for m in self.metrics}
        return words | metrics | {"_settings.yml": self.settings}


@dataclass(frozen=True)
class Words:
    """A vocabulary of the register, and its seed.

    Attributes:
        rows: of the seed, by the columns code, kind and until; None: the project has no such seed.
        history: the entries.
        fields: of the file, on top of name, owner and code.
        name: the seed's.
    """

    rows: tuple[tuple[str, str, str | None], ...] | None = (("a", "fish", None),)
    history: tuple[dict[str, Any], ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    name: str = "codes"

    @property
    def text(self) -> str:
        """The file."""
        said = {"vocabulary": self.name, "owner": "policy", "code": ["code"], **self.fields}
        return yaml.safe_dump({**said, "changes": [word("introduced"), *self.history]})

    @property
    def dicts(self) -> list[dict[str, object]]:
        """The rows as they are read."""
        return [dict(zip(("code", "kind", "until"), row, strict=True)) for row in self.rows or ()]


def word(change: str, *codes: Any, **fields: Any) -> dict[str, Any]:
    """An entry of a vocabulary's history, complete but for what is given otherwise."""
    complete = {name: text for name, text in entry(1, change).items() if name != "version"}
    return complete | ({"codes": list(codes)} if codes else {}) | fields


def tree(*metrics: Metric, **parts: Any) -> Tree:
    """A project with these metrics."""
    return Tree(metrics, **parts)


ONE_SALE = tree(SALES)


def held(base: Tree, head: Tree, **changes: Any) -> Comparison:
    """A working tree held against its base, its lock synced; changes: of comparison or state."""
    made = head.lock
    results = changes.get("results", {})
    fresh = {key: replace(locked, result=results.get(key)) for key, locked in made.versions.items()}
    written = {
        key: replace(locked, result=locked.result or results.get(key))
        for key, locked in made.versions.items()
    }
    state = State(
        replace(made, versions=fresh),
        {m.model: [None] for m in head.metrics},
        engines_of={m.name: sorted(head.engines) for m in head.metrics},
        seeds={
            one.name: Seed(f"{one.name}.csv", {}, ",") for one in head.words if one.rows is not None
        },
    )
    before = {one.name: one.dicts for one in base.words if one.rows is not None}
    rows = {
        one.name: (before.get(one.name), one.dicts) for one in head.words if one.rows is not None
    }
    of_state = {one.name for one in fields(State)} & changes.keys()
    compared = Comparison(
        parse_register(base.files),
        parse_register(head.files),
        base.lock,
        replace(state, **{name: changes.pop(name) for name in of_state}),
        # A sync keeps what was written of versions whose model has gone.
        replace(made, versions={**base.lock.versions, **written}),
        today=TODAY,
        rows=rows,
    )
    return replace(compared, **changes)


@dataclass(frozen=True)
class Pair:
    """A fault and the same without it.

    Attributes:
        id: of the finding.
        way: which way of making the fault it is.
        names: words that the finding says of it.
        bad: has the fault and no other.
        good: has none.
        subject: what the finding is about.
    """

    id: str
    way: str
    names: str
    bad: Comparison
    good: Comparison
    subject: str = "sales"


def found(comparison: Comparison) -> list[tuple[str, str]]:
    """Id and subject of everything that the rules find."""
    return [(finding.id, finding.subject) for finding in findings(comparison)]


def only(comparison: Comparison) -> Finding:
    """The one thing that the rules find; fails where there are more or none."""
    listed = findings(comparison)
    assert len(listed) == 1, listed
    return listed[0]
