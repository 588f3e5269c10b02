"""The life of a case, and everything that exists at as_of, in one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from .contract import Row, load
from .entities import Entity, default_as_of, entities, valid_rows
from .periods import day_of

Seeds = Mapping[str, Sequence[Mapping[str, Any]]]
UNKNOWN, UNMAPPED = "unknown", "unmapped"


def by_bytes(text: str) -> bytes:
    """Strings are ordered by their bytes."""
    return text.encode()


def harm_type(seeds: Seeds, code: str | None, moment: date | datetime) -> str:
    """The taxonomy's harm type of a code on a day, both ends of its validity included."""
    if code is None:
        return UNKNOWN
    day = day_of(moment)
    for entry in seeds["policy_taxonomy"]:
        since, until = _date(entry["valid_from"]), _date(entry["valid_to"])
        in_force = (since is None or since <= day) and (until is None or day <= until)
        if entry["policy_code"] == code and in_force:
            return str(entry["harm_type"])
    return UNMAPPED


def _date(cell: Any) -> date | None:
    """A seed's date, which may be text, a date or empty."""
    if cell is None or cell == "":
        return None
    return cell if isinstance(cell, date) else date.fromisoformat(cell)


@dataclass
class Case:
    """One case with what hangs on it."""

    row: Entity
    seeds: Seeds
    as_of: datetime
    reports: list[Entity] = field(default_factory=list)
    detections: list[Entity] = field(default_factory=list)
    decisions: list[Entity] = field(default_factory=list)
    appeals: list[Entity] = field(default_factory=list)
    actions: list[Entity] = field(default_factory=list)
    events: list[Entity] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The case's key."""
        return str(self.row["case_id"])

    @cached_property
    def first_signal(self) -> datetime:
        """The least of the linked reports, the linked detections and the opening."""
        signals = [r["reported_at"] for r in self.reports]
        signals += [d["detected_at"] for d in self.detections]
        return min([*signals, self.row["opened_at"]])

    @cached_property
    def occurred(self) -> datetime:
        """When the harm took place, else the first signal."""
        return self.row["occurred_at"] or self.first_signal

    @cached_property
    def last_decision(self) -> Entity | None:
        """The decision with the greatest (decided_at, decision_id)."""
        return max(
            self.decisions,
            key=lambda d: (d["decided_at"], by_bytes(d["decision_id"])),
            default=None,
        )

    @cached_property
    def disposition(self) -> str:
        """Undecided; overturned by an appeal of the last decision; else that decision's outcome."""
        last = self.last_decision
        if last is None:
            return "undecided"
        overturned = any(
            a["decision_id"] == last["decision_id"] and resolved(a) and a["outcome"] == "overturned"
            for a in self.appeals
        )
        return "overturned" if overturned else str(last["outcome"])

    @property
    def decided(self) -> bool:
        """Whether there is any decision, insufficient information included."""
        return self.last_decision is not None

    @property
    def confirmed(self) -> bool:
        """A confirmed violation."""
        return self.disposition == "violation"

    @cached_property
    def proactive(self) -> bool:
        """Detected by a machine no later than by the first linked report."""
        if not self.detections:
            return False
        detected = min(d["detected_at"] for d in self.detections)
        return not self.reports or detected <= min(r["reported_at"] for r in self.reports)

    @cached_property
    def first_action(self) -> Entity | None:
        """The action with the least (actioned_at, action_id)."""
        return first_action(self.actions)

    @cached_property
    def closed_at(self) -> datetime | None:
        """The closing time as of as_of, None where the case is not closed."""
        return closing_time(self.events)

    @cached_property
    def harm_type(self) -> str:
        """The last decision's code at its date, or the case's own; the case's at its opening."""
        last = self.last_decision
        if last is None:
            return harm_type(self.seeds, self.row["policy_code"], self.row["opened_at"])
        code = last["policy_code"] if last["policy_code"] is not None else self.row["policy_code"]
        return harm_type(self.seeds, code, last["decided_at"])

    def dimension(self, name: str) -> str:
        """The case's value of a slice's dimension."""
        return self.harm_type if name == "harm_type" else str(self.row[name])


def resolved(appeal: Entity) -> bool:
    """An appeal is resolved where its resolved_at and its outcome are both present."""
    return appeal["resolved_at"] is not None and appeal["outcome"] is not None


def first_action(actions: Sequence[Entity]) -> Entity | None:
    """The action with the least (actioned_at, action_id)."""
    return min(actions, key=lambda a: (a["actioned_at"], by_bytes(a["action_id"])), default=None)


def closing_time(events: Sequence[Entity]) -> datetime | None:
    """When the last of the closing and reopening events is a closing: its time."""
    turns = [e for e in events if e["event_type"] in ("closed", "reopened")]
    last = max(turns, key=lambda e: (e["occurred_at"], by_bytes(e["case_event_id"])), default=None)
    return last["occurred_at"] if last and last["event_type"] == "closed" else None


@dataclass
class World:
    """What exists at as_of."""

    as_of: datetime
    seeds: Seeds
    tables: dict[str, list[Entity]]
    cases: dict[str, Case]

    @property
    def confirmed(self) -> list[Case]:
        """The confirmed violations."""
        return [case for case in self.cases.values() if case.confirmed]

    def case(self, case_id: str | None) -> Case | None:
        """The case of that id, None where there is no id or no such case."""
        return None if case_id is None else self.cases.get(case_id)

    def find(self, table: str, column: str, value: str) -> Entity | None:
        """The entity of a table whose key column has that value."""
        return next((row for row in self.tables[table] if row[column] == value), None)

    def harm_type(self, code: str | None, moment: date | datetime) -> str:
        """The harm type of a report's, detection's or label's own code at its own time."""
        return harm_type(self.seeds, code, moment)

    def case_slices(self, case: Case | None, names: Sequence[str]) -> dict[str, str]:
        """The case's slice values; all unknown where the case is missing."""
        return {name: case.dimension(name) if case else UNKNOWN for name in names}

    def sla_seconds(self, severity: str) -> float | None:
        """The severity's SLA in seconds, None where it has none."""
        for entry in self.seeds["action_sla"]:
            if entry["severity"] == severity:
                return float(entry["sla_hours"]) * 3600
        return None


def _attach(case_by_id: dict[str, Case], rows: Sequence[Entity], kind: str) -> None:
    """Hang each row on the case that it names, where there is such a case."""
    for row in rows:
        case = case_by_id.get(row["case_id"])
        if case is not None:
            getattr(case, kind).append(row)


def world(raw: Mapping[str, Sequence[Row]], as_of: datetime | None, seeds: Seeds) -> World | None:
    """Everything that exists at as_of (by default the last ingestion); None without valid rows."""
    valid = valid_rows(raw)
    latest = default_as_of(valid)
    if latest is None:
        return None
    now = as_of or latest
    tables = {name: entities(table, valid[name], now) for name, table in load().items()}
    cases = {row["case_id"]: Case(row, seeds, now) for row in tables["cases"]}
    _attach(cases, tables["reports"], "reports")
    _attach(cases, tables["detections"], "detections")
    _attach(cases, tables["decisions"], "decisions")
    _attach(cases, tables["enforcement_actions"], "actions")
    _attach(cases, tables["case_events"], "events")
    for appeal in tables["appeals"]:
        for case in cases.values():
            if any(d["decision_id"] == appeal["decision_id"] for d in case.decisions):
                case.appeals.append(appeal)
    return World(now, seeds, tables, cases)
