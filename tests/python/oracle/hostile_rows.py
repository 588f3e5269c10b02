"""One row of each raw table, drawn so that the rows meet one another."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from .hostile_clock import MICROSECOND, Clock, plan
from .measured import REQUIRED
from .periods import GRAINS, midnight, period_end, period_start

SURFACES = ("feed", "chat", "Feed", "straße", 'zz,"top"')
REGIONS = ("eu", "us", "région")
CODES = ("SCAM-1", "SCAM-1", "HAR-1", "IMP-1", "IMP-1", "IMP-1", "NOPE-9", "scam-1")
QUEUES = ("standard", "standard", "standard", "escalation", "Standard", "unknown")
STRATA = ("high", "high", "High", "é")
ENUM_WEIGHTS = {
    "severity": ("critical", "critical", "high", "high", "high", "medium", "low"),
    "reporter_type": ("user", "user", "user", "trusted_flagger", "authority", "internal"),
    "event_type": ("closed", "closed", "reopened", "retriaged", "assigned", "escalated"),
    "reason": ("error", "error", "error", None, "new_evidence", "appeal", "other"),
    "label": ("violating", "violating", "benign", "benign", "undecided"),
    "verdict": ("correct", "correct", "incorrect"),
    "risk_tier": ("high", "high", "medium", "low"),
    "action_type": ("content_removed", "warning", "account_suspended", "account_terminated"),
}
DECISION_OUTCOMES = ("violation",) * 6 + (
    "no_violation",
    "no_violation",
    "insufficient_information",
)
APPEAL_OUTCOMES = (
    "upheld",
    "overturned",
    "overturned",
    "partially_overturned",
    "withdrawn",
    None,
)
METRICS = (
    *sorted(metric for metrics in REQUIRED.values() for metric in metrics),
    "appeal_overturn_rate",
    "detection_recall_estimate",
    "incident_containment_p50_hours",
    "recurrence_rate_30d",
    "stakeholder_satisfaction",
    "violative_view_rate",
)
INCIDENT_SEVERITIES = ("sev1", "sev1", "sev2", "sev2", "sev3", "sev4")
PROBABILITIES = (1.0, 0.5, 0.25, 0.1, 0.3, 1 / 3, 0.01)


class Maker:
    """Makes the rows of one dataset."""

    def __init__(self, seed: int, scale: int) -> None:
        start, days, self.as_of = plan(seed)
        self.rng = random.Random(f"rows {seed} {scale}")
        self.clock = Clock(self.rng, start, days, self.as_of)
        self.start, self.days = start, days
        # Few, so that most metrics keep their rows.
        self.unmeasured = self.rng.sample(METRICS, 3)
        self.n = 2 if seed % 17 == 16 else 60 * scale
        self.ids = {
            "accounts": [f"a{i}" for i in range(4 + scale)] + ["A1", "ä1"],
            "cases": [f"c{i}" for i in range(self.n)] + ["C1", "ç1"],
            "decisions": [f"d{i}" for i in range(self.n)] + ["D1", "ð1"],
            "incidents": [f"i{i}" for i in range(6)],
            "surfaces": list(SURFACES),
            "experiments": ["e1", "e2", "E2", "é2", "e4"],
        }
        self.case_moments: dict[str, datetime] = {}
        self.case_accounts: dict[str, str | None] = {}
        self.decision_moments: dict[str, tuple[str, datetime]] = {}
        self.last: dict[str, tuple[str, datetime]] = {}
        self.makers: dict[str, Callable[[int], dict[str, Any]]] = {
            name.removeprefix("make_"): getattr(self, name)
            for name in dir(self)
            if name.startswith("make_")
        }

    def ref(self, table: str, null: float = 0.0) -> str | None:
        """The key of a referenced row; now and then of none, or NULL."""
        if self.rng.random() < null:
            return None
        return "gone" if self.rng.random() < 0.04 else self.rng.choice(self.ids[table])

    def pick(self, *options: Any) -> Any:
        """One of the options."""
        return self.rng.choice(options)

    def case_and_moment(self) -> tuple[str, datetime]:
        """A case that exists (mostly), and a moment in its life."""
        case_id = str(self.ref("cases"))
        opened = self.case_moments.get(case_id) or self.clock.moment()
        return case_id, self.clock.later(opened)

    def twin(self, table: str, case_id: str, moment: datetime) -> tuple[str, datetime]:
        """The case and moment, now and then those of the table's row before: then ids decide."""
        if table in self.last and self.rng.random() < 0.15:
            return self.last[table]
        self.last[table] = (case_id, moment)
        return case_id, moment

    def decision_and_moment(self) -> tuple[str, str, datetime]:
        """A decision that exists (mostly), its case and a moment after it."""
        decision_id = str(self.ref("decisions"))
        known = self.decision_moments.get(decision_id)
        case_id, decided = known or self.case_and_moment()
        if self.rng.random() < 0.05:
            case_id = str(self.ref("cases"))
        return decision_id, case_id, self.clock.later(decided)

    def code(self) -> str:
        """A policy code, known or not."""
        return self.rng.choice(CODES)

    def make_active_accounts(self, i: int) -> dict[str, Any]:
        grain = self.rng.choice(GRAINS)
        region = self.pick("all", "all", "all", "all", *REGIONS)
        surface = self.pick("all", "all", "all", "feed", "chat", "Feed")
        return {
            "period_grain": grain,
            "period_start_date": period_start(grain, self.clock.day()),
            "surface": surface,
            "region": region,
            "active_accounts": self.pick(0, 1, 7, 100, 1000, 123_456),
        }

    def make_activity_daily(self, i: int) -> dict[str, Any]:
        def volume() -> int:
            return self.pick(0, 0, 1, 50, 12_345, 10**9)

        return {
            "activity_date": self.clock.day(),
            "surface": self.pick(*SURFACES),
            "region": self.pick(*REGIONS),
            "content_views": volume(),
            "messages_sent": volume(),
            "transactions": volume(),
            "new_accounts": volume(),
            "links_shared": volume(),
            "payment_disputes": volume(),
        }

    def make_accounts(self, i: int) -> dict[str, Any]:
        return {
            "account_id": self.ids["accounts"][i % len(self.ids["accounts"])],
            "created_at": self.clock.moment(),
            "account_type": self.pick("consumer", "business"),
            "region": self.pick(*REGIONS),
        }

    def make_account_identifiers(self, i: int) -> dict[str, Any]:
        first = self.clock.moment()
        return {
            "account_id": self.ref("accounts"),
            "identifier_type": self.pick("device", "ip", "payment", "phone", "email"),
            "identifier_hash": self.pick("h1", "h2", "H1", "h3"),
            "first_seen_at": first,
            "last_seen_at": max(first, self.clock.later(first)),
        }

    def make_cases(self, i: int) -> dict[str, Any]:
        opened = self.clock.moment()
        case_id = self.ids["cases"][i % len(self.ids["cases"])]
        account = self.ref("accounts")
        self.case_moments[case_id], self.case_accounts[case_id] = opened, account
        return {
            "case_id": case_id,
            "opened_at": opened,
            "occurred_at": self.pick(None, None, self.clock.moment(), self.clock.later(opened)),
            "queue": self.pick(*QUEUES),
            "severity": self.pick(*ENUM_WEIGHTS["severity"]),
            "policy_code": self.code(),
            "surface": self.pick("feed", "feed", "chat", "Feed"),
            "region": self.pick("eu", *REGIONS),
            "subject_account_id": account,
            "content_id": self.pick(None, "x1", "x2"),
        }

    def make_reports(self, i: int) -> dict[str, Any]:
        case_id = self.ref("cases", null=0.1)
        opened = self.case_moments.get(str(case_id)) or self.clock.moment()
        return {
            "report_id": f"r{i}",
            "reported_at": self.pick(opened, self.clock.later(opened), self.clock.moment()),
            "reporter_type": self.pick(*ENUM_WEIGHTS["reporter_type"]),
            "reporter_id": self.pick(None, "u1", "u2"),
            "content_id": self.pick(None, "x1"),
            "subject_account_id": self.ref("accounts"),
            "surface": self.pick(*SURFACES),
            "region": self.pick(*REGIONS),
            "policy_code": self.code(),
            "case_id": case_id,
        }

    def make_detections(self, i: int) -> dict[str, Any]:
        case_id = self.ref("cases", null=0.1)
        opened = self.case_moments.get(str(case_id)) or self.clock.moment()
        before = opened - timedelta(seconds=self.rng.randrange(200_000))
        return {
            "detection_id": f"t{i}",
            "detected_at": self.pick(opened, before, self.clock.later(opened)),
            "detector_id": self.pick("hash", "Hash", "nlp", "unknown"),
            "detector_version": "1",
            "content_id": self.pick(None, "x1"),
            "subject_account_id": self.ref("accounts"),
            "surface": self.pick(*SURFACES),
            "region": self.pick(*REGIONS),
            "policy_code": self.code(),
            "score": self.pick(None, 0.0, 0.7, 1.0),
            "threshold": self.pick(None, 0.5),
            "review_probability": self.pick(None, *PROBABILITIES),
            "case_id": case_id,
        }

    def make_case_events(self, i: int) -> dict[str, Any]:
        case_id, moment = self.twin("case_events", *self.case_and_moment())
        return {
            "case_event_id": self.pick(f"v{i}", f"V{i}", f"ü{i}"),
            "case_id": case_id,
            "event_type": self.pick(*ENUM_WEIGHTS["event_type"]),
            "occurred_at": moment,
            "actor_id": self.pick(None, "m1"),
            "reason": self.pick(*ENUM_WEIGHTS["reason"]),
        }

    def make_decisions(self, i: int) -> dict[str, Any]:
        decision_id = self.ids["decisions"][i % len(self.ids["decisions"])]
        case_id, moment = self.twin("decisions", *self.case_and_moment())
        self.decision_moments[decision_id] = (case_id, moment)
        return {
            "decision_id": decision_id,
            "case_id": case_id,
            "decided_at": moment,
            "outcome": self.pick(*DECISION_OUTCOMES),
            "policy_code": self.pick(None, self.code(), self.code()),
            "decided_by": self.pick("human", "human", "automated"),
            "moderator_id": self.pick(None, "m1", "m2"),
        }

    def make_enforcement_actions(self, i: int) -> dict[str, Any]:
        decision_id, case_id, moment = self.decision_and_moment()
        case_id, moment = self.twin("enforcement_actions", case_id, moment)
        account = self.case_accounts.get(case_id) or self.ref("accounts")
        return {
            "action_id": self.pick(f"n{i}", f"N{i}"),
            "decision_id": self.pick(None, decision_id, decision_id, decision_id),
            "case_id": case_id,
            "actioned_at": moment,
            "ended_at": self.pick(None, moment, moment + timedelta(days=9)),
            "action_type": self.pick(*ENUM_WEIGHTS["action_type"]),
            "subject_account_id": self.pick(account, account, self.ref("accounts")),
            "content_id": None,
            "automated": self.pick(True, False),
            "detector_id": self.pick(None, "hash"),
            "legal_ground": self.pick("illegal_content", "incompatible_content"),
        }

    def make_appeals(self, i: int) -> dict[str, Any]:
        decision_id, _, filed = self.decision_and_moment()
        return {
            "appeal_id": f"p{i}",
            "decision_id": decision_id,
            "filed_at": filed,
            "resolved_at": self.pick(None, *[self.clock.later(filed) for _ in range(4)]),
            "outcome": self.pick(*APPEAL_OUTCOMES),
            "channel": self.pick("internal", "out_of_court"),
            "appellant_type": self.pick("affected_user", "reporter"),
        }

    def make_prevalence_strata(self, i: int) -> dict[str, Any]:
        return {
            "period_start_date": period_start("week", self.clock.day()),
            "surface": self.pick("feed", "feed", "Feed", "chat"),
            "stratum": self.pick(*STRATA),
            "population_views": self.pick(1, 3, 1000, 999_983),
        }

    def make_prevalence_labels(self, i: int) -> dict[str, Any]:
        week = period_start("week", self.clock.day())
        return {
            "sample_id": f"s{i}",
            "period_start_date": week,
            "surface": self.pick("feed", "feed", "Feed", "chat"),
            "stratum": self.pick(*STRATA),
            "content_id": f"x{i}",
            "label": self.pick(*ENUM_WEIGHTS["label"]),
            "policy_code": self.pick(None, self.code(), self.code()),
            "labelled_at": self.clock.later(midnight(week)),
        }

    def make_qa_reviews(self, i: int) -> dict[str, Any]:
        decision_id, _, moment = self.decision_and_moment()
        return {
            "qa_review_id": f"q{i}",
            "decision_id": decision_id,
            "reviewed_at": moment,
            "reviewer_id": "m9",
            "verdict": self.pick(*ENUM_WEIGHTS["verdict"]),
            "error_type": self.pick(None, "process", "wrong_policy"),
            "inclusion_probability": self.pick(*PROBABILITIES),
        }

    def make_calibration_ratings(self, i: int) -> dict[str, Any]:
        session, phase = self.pick(0, 0, 1, 1, 2, 3), self.pick("before", "after")
        usual = ("g1", "G1", "gé", "g1")[session]
        return {
            "programme_id": usual if self.rng.random() < 0.9 else "g2",
            "session_id": f"{phase}{session}",
            "session_date": self.clock.day(),
            "phase": phase if self.rng.random() < 0.9 else self.pick("before", "after"),
            "item_id": self.pick("1", "2"),
            "moderator_id": self.pick("m1", "m2", "m3", "M3"),
            "rating": self.pick("violation", "violation", "ok", "OK"),
        }

    def make_moderator_shifts(self, i: int) -> dict[str, Any]:
        return {
            "moderator_id": self.pick("m1", "m2", "M2"),
            "shift_date": self.clock.day(),
            "queue": self.pick(*QUEUES),
            "review_hours": self.pick(0.0, 0.1, 0.2, 1.5, 7.75, 24.0),
        }

    def make_experiments(self, i: int) -> dict[str, Any]:
        started = self.clock.day()
        ended = started + timedelta(days=self.rng.randrange(40))
        return {
            "experiment_id": self.ids["experiments"][i % len(self.ids["experiments"])],
            "name": "friction",
            "started_on": min(started, self.as_of.date()),
            "ended_on": self.pick(None, ended, max(started, self.as_of.date())),
            "expected_treatment_share": 0.5,
            "friction_guardrail": -0.02,
        }

    def make_experiment_units(self, i: int) -> dict[str, Any]:
        return {
            "experiment_id": self.ref("experiments"),
            "account_id": f"a{i}",
            "variant": self.pick("control", "treatment"),
            "assigned_at": self.clock.moment(),
            "converted": self.pick(True, False),
            "harm_events": self.pick(0, 1, 2),
            "pre_harm_events": self.pick(None, 0, 3),
        }

    def make_incidents(self, i: int) -> dict[str, Any]:
        declared = self.clock.moment()
        return {
            "incident_id": f"i{i}",
            "severity": self.pick(*INCIDENT_SEVERITIES),
            "policy_code": self.pick(None, self.code()),
            "surface": self.pick(None, *SURFACES),
            "declared_at": declared,
            "contained_at": self.pick(None, self.clock.later(declared), self.clock.later(declared)),
            "resolved_at": self.pick(None, self.clock.later(declared)),
        }

    def make_postmortem_actions(self, i: int) -> dict[str, Any]:
        created = self.clock.moment()
        due = self.pick(self.clock.day(), created.date(), self.as_of.date())
        on_the_day = midnight(due) + timedelta(days=1) - MICROSECOND
        return {
            "postmortem_action_id": f"pm{i}",
            "incident_id": self.ref("incidents"),
            "created_at": created,
            "due_on": due,
            "closed_at": self.pick(
                None, on_the_day, on_the_day + MICROSECOND, self.clock.later(created, 200)
            ),
        }

    def make_surfaces(self, i: int) -> dict[str, Any]:
        launched = self.clock.day()
        retired = self.pick(None, None, launched, launched + timedelta(days=20), self.clock.day())
        return {
            "surface": SURFACES[i % len(SURFACES)],
            "risk_tier": self.pick(*ENUM_WEIGHTS["risk_tier"]),
            "launched_on": launched,
            "retired_on": max(launched, retired) if retired else None,
        }

    def make_surface_monitors(self, i: int) -> dict[str, Any]:
        since = self.clock.moment()
        edge = period_end(self.rng.choice(GRAINS), since.date())
        until = self.pick(None, since, edge, self.clock.later(since, 300))
        return {
            "monitor_id": f"w{i}",
            "surface": self.ref("surfaces"),
            "active_from": since,
            "active_to": max(since, until) if until else None,
        }

    def make_dataset_loads(self, i: int) -> dict[str, Any]:
        expected = self.clock.moment()
        return {
            "dataset": self.pick("cases", "Cases", "reports"),
            "partition_date": self.clock.day(),
            "expected_at": expected,
            "completed_at": self.pick(
                None,
                expected,
                expected + MICROSECOND,
                expected - timedelta(hours=1),
                self.clock.moment(),
            ),
            "rows_loaded": self.pick(None, 0, 5),
            "rows_rejected": self.pick(None, 0, 5),
        }

    def make_tool_outages(self, i: int) -> dict[str, Any]:
        started = self.clock.moment()
        ended = self.pick(None, self.clock.later(started, 20), self.clock.later(started, 20))
        return {
            "outage_id": f"o{i}",
            "service": self.pick("review", "review", "Review", "hash-db", "gone"),
            "started_at": started,
            "ended_at": max(started, ended) if ended and self.rng.random() < 0.9 else started,
            "planned": self.rng.random() < 0.25,
        }

    def make_tool_services(self, i: int) -> dict[str, Any]:
        services = ("review", "Review", "hash-db", "mail")
        return {
            "service": services[i % len(services)],
            "critical": self.rng.random() < 0.8,
            "in_service_from": self.pick(self.start, self.clock.day()),
        }

    def make_stakeholder_surveys(self, i: int) -> dict[str, Any]:
        return {
            "response_id": f"y{i}",
            "submitted_at": self.clock.moment(),
            "stakeholder_group": self.pick("legal", "Legal", "all"),
            "score": self.rng.randint(1, 5),
        }

    def make_authority_orders(self, i: int) -> dict[str, Any]:
        received = self.clock.moment()
        return {
            "order_id": f"z{i}",
            "order_type": self.pick("act_against_illegal_content", "provide_information"),
            "member_state": self.pick("IE", "DE"),
            "policy_code": self.code(),
            "received_at": received,
            "acknowledged_at": self.pick(None, self.clock.later(received)),
            "effect_given_at": self.pick(None, self.clock.later(received)),
            "items_concerned": self.pick(0, 1, 4),
        }

    def make_not_measured(self, i: int) -> dict[str, Any]:
        known = self.pick(*self.unmeasured)
        return {
            "metric": self.pick(known, known.upper(), f"{known} ", "no_such_metric", "all"),
            "declared_on": self.pick(self.start, self.clock.day(), self.as_of.date()),
            "reason": self.pick("not logged", "granted appeals, 'no' others"),
        }
