"""A database of the relations that the analyses read, filled by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from types import TracebackType

import duckdb

# The columns that the analyses read; test_analyses holds them against a real build.
RELATIONS = {
    "staging.as_of": "as_of timestamp",
    "staging.stg_reports": (
        "report_id varchar, reported_at timestamp, reporter_type varchar, reporter_id varchar, "
        "content_id varchar, subject_account_id varchar, surface varchar, policy_code varchar, "
        "case_id varchar"
    ),
    "staging.stg_accounts": "account_id varchar, created_at timestamp, account_type varchar",
    "staging.stg_account_identifiers": (
        "account_id varchar, identifier_type varchar, identifier_hash varchar"
    ),
    "staging.stg_activity_daily": (
        "activity_date date, surface varchar, content_views bigint, new_accounts bigint"
    ),
    "staging.stg_detections": (
        "detection_id varchar, detected_at timestamp, detector_id varchar, "
        "detector_version varchar, surface varchar, score double"
    ),
    "staging.stg_surfaces": "surface varchar, launched_on date, retired_on date",
    "staging.stg_surface_monitors": ("surface varchar, active_from timestamp, active_to timestamp"),
    "staging.stg_incidents": (
        "severity varchar, policy_code varchar, surface varchar, declared_at timestamp, "
        "contained_at timestamp"
    ),
    "staging.stg_enforcement_actions": (
        "subject_account_id varchar, action_type varchar, actioned_at timestamp"
    ),
    "staging.stg_qa_reviews": (
        "decision_id varchar, verdict varchar, inclusion_probability double"
    ),
    "staging.stg_decisions": (
        "decision_id varchar, case_id varchar, decided_at timestamp, decided_by varchar, "
        "moderator_id varchar"
    ),
    "intermediate.int_cases": (
        "case_id varchar, subject_account_id varchar, queue varchar, harm_type varchar, "
        "opened_at timestamp, occurred_at timestamp, is_decided boolean, is_confirmed boolean"
    ),
    "intermediate.int_account_exposures": (
        "period_grain varchar, period_start date, slice varchar, slice_value varchar, "
        "exposure bigint"
    ),
    "intermediate.int_reviewed_detections": (
        "detection_id varchar, weight double, is_confirmed boolean"
    ),
    "intermediate.int_resolved_appeals": (
        "decision_id varchar, outcome varchar, resolved_at timestamp"
    ),
    "intermediate.int_calibration_items": (
        "phase varchar, session_id varchar, item_id varchar, rating_count bigint, "
        "last_session_on date"
    ),
    "seeds.policy_taxonomy": (
        "policy_code varchar, harm_type varchar, valid_from date, valid_to date"
    ),
}
OUTCOMES = {"confirmed": (True, True), "otherwise": (True, False), "undecided": (False, False)}


class Made:
    """A database being filled; used as a context, it is closed at the end."""

    def __init__(self, path: Path, as_of: datetime) -> None:
        """path: where no file is yet; as_of: of the build that it stands for."""
        self.path = path
        self._connection = duckdb.connect(str(path))
        self._groups: list[tuple[object, ...]] = []
        self._exposures: list[tuple[object, ...]] = []
        self._named = 0
        for name, columns in RELATIONS.items():
            self.run(f"create schema if not exists {name.partition('.')[0]}")
            self.run(f"create table {name} ({columns})")
        self.run(f"insert into staging.as_of values ('{as_of}')")
        self.run(
            "insert into seeds.policy_taxonomy values "
            "('SPAM-1', 'spam', '2020-01-01', null), ('SCAM-1', 'scam', '2020-01-01', null)"
        )

    def __enter__(self) -> Made:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._flush()
        self._connection.close()

    def run(self, sql: str) -> None:
        """Run a statement, after what was added before it."""
        self._flush()
        self._connection.execute(sql)

    def reports(
        self,
        week: date,
        count: int,
        *,
        items: int | None = None,
        reporters: int | None = None,
        surface: str = "feed",
        code: str = "SPAM-1",
        outcome: str = "confirmed",
        created: str = "2020-01-01",
    ) -> None:
        """Add reports of a week: on so many items, by so many reporters (each its own: None).

        Each item has an account and a case of its own. outcome: of OUTCOMES, or no_case.
        """
        self._named += 1
        self._groups.append(
            (
                f"g{self._named}_", week, count, items or count, reporters or count, surface, code,
                created, outcome != "no_case", *OUTCOMES.get(outcome, (False, False)),
            )
        )  # fmt: skip

    def _flush(self) -> None:
        """Insert what was added all at once, which takes a tenth of the time."""
        run = self._connection.execute
        if self._exposures:
            run(f"insert into intermediate.int_account_exposures values {_rows(self._exposures)}")
            self._exposures = []
        if not self._groups:
            return
        run(
            f"""
            create or replace temp table groups as
            select * from (values {_rows(self._groups)}) as listed (
                name, week, count, items, reporters, surface, code, created, has_case, is_decided,
                is_confirmed
            )
            """
        )
        self._groups = []
        run(
            """
            insert into staging.stg_reports
            select
                name || 'r' || i, week::timestamp + (i % 7) * interval 1 day, 'user',
                name || 'u' || (i % reporters), name || 'i' || (i % items),
                name || 'a' || (i % items), surface, code,
                case when has_case then name || 'c' || (i % items) end
            from groups, range(count) as counted (i)
            """
        )
        run(
            """
            insert into staging.stg_accounts
            select name || 'a' || i, created, 'consumer' from groups, range(items) as counted (i)
            """
        )
        run(
            """
            insert into intermediate.int_cases
            select
                name || 'c' || i, name || 'a' || i, 'standard', 'spam', week, week, is_decided,
                is_confirmed
            from groups, range(items) as counted (i)
            where has_case
            """
        )

    def accounts(self, week: date, count: int, surface: str = "") -> None:
        """Say how many accounts were active in a week, overall or on a surface."""
        slice_name, value = ("surface", surface) if surface else ("overall", "all")
        self._exposures.append(("week", week, slice_name, value, count))


def _rows(rows: list[tuple[object, ...]]) -> str:
    return ", ".join("(" + ", ".join(map(_literal, row)) + ")" for row in rows)


def _literal(value: object) -> str:
    return str(value) if isinstance(value, bool | int) else f"'{value}'"


def weeks_before(week: date, count: int) -> list[date]:
    """The Mondays of so many weeks before a week, the earliest first."""
    return [week - timedelta(days=7 * back) for back in range(count, 0, -1)]
