"""The contract's tables as the sample delivers them: keys, corrections and breaches.

A table's rows come from `sql/tables/<name>.sql`; this module says how they are delivered (see
`sql/delivery.sql`). All expressions are DuckDB SQL over the table's own columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field

BEFORE_TIME = "timestamp '1999-12-31 23:00:00'"


@dataclass(frozen=True)
class Table:
    """One raw table.

    Attributes:
        name: the contract's name.
        key: its key columns, which order the file.
        correction: column -> its value in a corrected version, which must differ.
        breaches: (column, value) pairs; a version that breaks the contract takes one of them.
        opens: columns that are still null in the version delivered when the entity begins; the
            table's SQL then has a column `open_known_at`.
        is_kept: condition on a row that is never deleted by mistake.
        is_reference: delivered once, without corrections, tombstones or breaches.
    """

    name: str
    key: tuple[str, ...]
    correction: dict[str, str] = field(default_factory=dict)
    breaches: tuple[tuple[str, str], ...] = ()
    opens: tuple[str, ...] = ()
    is_kept: str = "false"
    is_reference: bool = False


# In the order of writing. `detections` is last: it takes the rows that are left.
TABLES: tuple[Table, ...] = (
    Table("surfaces", ("surface",), is_reference=True),
    Table("surface_monitors", ("monitor_id",), is_reference=True),
    Table("tool_services", ("service",), is_reference=True),
    Table("experiments", ("experiment_id",), is_reference=True),
    Table(
        "incidents",
        ("incident_id",),
        opens=("contained_at", "resolved_at"),
        is_reference=True,
    ),
    Table(
        "postmortem_actions",
        ("postmortem_action_id",),
        correction={"due_on": "due_on + 7"},
        breaches=(("due_on", "null"), ("created_at", BEFORE_TIME)),
        opens=("closed_at",),
    ),
    Table(
        "tool_outages",
        ("outage_id",),
        correction={"started_at": "started_at - interval 1 minute"},
        breaches=(("ended_at", "started_at - interval 1 hour"), ("planned", "null")),
        opens=("ended_at",),
    ),
    Table(
        "authority_orders",
        ("order_id",),
        correction={"items_concerned": "items_concerned + 1"},
        breaches=(("items_concerned", "-1"), ("order_type", "'other'")),
        opens=("acknowledged_at", "effect_given_at"),
    ),
    Table(
        "stakeholder_surveys",
        ("response_id",),
        correction={"score": "case score when 1 then 2 else score - 1 end"},
        breaches=(("score", "6"), ("score", "0"), ("submitted_at", "null")),
    ),
    Table(
        "activity_daily",
        ("activity_date", "surface", "region"),
        correction={"content_views": "content_views + 1 + content_views // 300"},
        breaches=(("surface", "'all'"), ("content_views", "-content_views - 1")),
    ),
    Table(
        "active_accounts",
        ("period_grain", "period_start_date", "surface", "region"),
        correction={"active_accounts": "active_accounts + 1 + active_accounts // 200"},
        breaches=(
            ("active_accounts", "-1"),
            (
                "period_start_date",
                "period_start_date + case period_grain when 'day' then -20000 else 1 end",
            ),
        ),
    ),
    Table(
        "dataset_loads",
        ("dataset", "partition_date"),
        correction={"rows_rejected": "coalesce(rows_rejected, 0) + 1"},
        breaches=(("rows_rejected", "-1"), ("expected_at", "null")),
    ),
    Table(
        "prevalence_strata",
        ("period_start_date", "surface", "stratum"),
        correction={"population_views": "population_views + 1 + population_views // 100"},
        breaches=(("population_views", "0"), ("period_start_date", "period_start_date + 2")),
    ),
    Table(
        "prevalence_labels",
        ("sample_id",),
        correction={
            "label": "case label when 'undecided' then 'benign' else 'undecided' end",
            "policy_code": "null",
        },
        breaches=(
            ("label", "'unsure'"),
            ("period_start_date", "period_start_date + 1"),
            ("surface", "'all'"),
        ),
    ),
    Table(
        "calibration_ratings",
        ("session_id", "item_id", "moderator_id"),
        correction={
            "rating": "case rating when 'violation' then 'no_violation' else 'violation' end"
        },
        breaches=(("phase", "'during'"), ("rating", "null")),
    ),
    Table(
        "moderator_shifts",
        ("moderator_id", "shift_date", "queue"),
        correction={"review_hours": "review_hours + 0.25"},
        breaches=(("review_hours", "25.5"), ("review_hours", "'nan'::double")),
    ),
    Table(
        "accounts",
        ("account_id",),
        correction={
            "account_type": "case account_type when 'consumer' then 'business' else 'consumer' end"
        },
        breaches=(("account_type", "'bot'"), ("region", "null"), ("created_at", BEFORE_TIME)),
    ),
    Table(
        "account_identifiers",
        ("account_id", "identifier_type", "identifier_hash"),
        correction={"first_seen_at": "first_seen_at - interval 1 day"},
        breaches=(
            ("identifier_type", "'cookie'"),
            ("last_seen_at", "first_seen_at - interval 2 day"),
        ),
    ),
    Table(
        "experiment_units",
        ("experiment_id", "account_id"),
        correction={"harm_events": "harm_events + 1"},
        breaches=(("harm_events", "-1"), ("variant", "'holdout'")),
    ),
    Table(
        "cases",
        ("case_id",),
        correction={
            "severity": (
                "case severity when 'medium' then 'low' when 'critical' then 'high' "
                "else 'medium' end"
            )
        },
        breaches=(
            ("severity", "'urgent'"),
            ("surface", "'all'"),
            ("policy_code", "null"),
            ("opened_at", BEFORE_TIME),
        ),
    ),
    Table(
        "case_events",
        ("case_event_id",),
        correction={"occurred_at": "occurred_at - interval 1 second"},
        breaches=(("event_type", "'parked'"), ("occurred_at", "null"), ("reason", "'mood'")),
        # A case whose closing is lost stays open for good, and a few would swamp the backlog.
        is_kept="event_type = 'closed'",
    ),
    Table(
        "decisions",
        ("decision_id",),
        correction={
            "outcome": "case outcome when 'violation' then 'no_violation' else 'violation' end"
        },
        breaches=(("outcome", "'maybe'"), ("case_id", "null"), ("decided_by", "'committee'")),
    ),
    Table(
        "enforcement_actions",
        ("action_id",),
        correction={
            "legal_ground": (
                "case legal_ground when 'illegal_content' then 'incompatible_content' "
                "else 'illegal_content' end"
            )
        },
        opens=("ended_at",),
        breaches=(
            ("ended_at", "actioned_at - interval 1 day"),
            ("action_type", "'shadow_ban'"),
            ("automated", "null"),
        ),
    ),
    Table(
        "appeals",
        ("appeal_id",),
        correction={
            "channel": "case channel when 'internal' then 'out_of_court' else 'internal' end"
        },
        breaches=(("outcome", "'settled'"), ("filed_at", "null")),
        opens=("resolved_at", "outcome"),
    ),
    Table(
        "qa_reviews",
        ("qa_review_id",),
        correction={
            "verdict": "case verdict when 'correct' then 'incorrect' else 'correct' end",
            "error_type": "case verdict when 'correct' then 'process' end",
        },
        breaches=(("inclusion_probability", "0.0"), ("inclusion_probability", "1.2")),
    ),
    Table(
        "reports",
        ("report_id",),
        correction={
            "reporter_type": (
                "case reporter_type when 'user' then 'trusted_flagger' else 'user' end"
            )
        },
        breaches=(
            ("reporter_type", "'bot'"),
            ("surface", "'all'"),
            ("subject_account_id", "null"),
            ("reported_at", BEFORE_TIME),
        ),
    ),
    Table(
        "detections",
        ("detection_id",),
        correction={"detector_version": "detector_version || '.1'"},
        breaches=(
            ("score", "1.5"),
            ("score", "'nan'::double"),
            ("review_probability", "0.0"),
            ("region", "'all'"),
            ("detector_id", "null"),
        ),
    ),
)
