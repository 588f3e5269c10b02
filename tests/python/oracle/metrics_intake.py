"""Intake: reports by users."""

from __future__ import annotations

from .cases import World
from .metrics_harm import accounts_exposure, volume_exposure
from .rows import KpiRow, Metric, Subject, per_group, proportion, rates

REPORTS = Metric("report_rate", 0)
REPORTS_PER_VIEWS = Metric("reports_per_million_views", 0)
ACTIONABILITY = Metric("report_actionability_rate", 14)


def user_reports(world: World) -> list[dict]:
    """The reports whose reporter is a user."""
    return [row for row in world.tables["reports"] if row["reporter_type"] == "user"]


def report_rates(world: World) -> list[KpiRow]:
    """Reports by users per 1,000 active accounts, and per million content views."""
    subjects = [
        Subject(
            row["reported_at"],
            {
                "surface": row["surface"],
                "region": row["region"],
                "harm_type": world.harm_type(row["policy_code"], row["reported_at"]),
            },
        )
        for row in user_reports(world)
    ]
    accounts, views = accounts_exposure(world), volume_exposure(world, "content_views")
    return rates(REPORTS, world, 1000, subjects, accounts, ("harm_type",)) + rates(
        REPORTS_PER_VIEWS, world, 1_000_000, subjects, views, ("harm_type",)
    )


def report_actionability_rate(world: World) -> list[KpiRow]:
    """Of the reports by users whose case is decided: the case is a confirmed violation."""
    subjects = []
    for row in user_reports(world):
        case = world.case(row["case_id"])
        if case is not None and case.decided:
            slices = {
                "surface": row["surface"],
                "harm_type": world.harm_type(row["policy_code"], row["reported_at"]),
            }
            subjects.append(Subject(row["reported_at"], slices, case.confirmed))
    return per_group(ACTIONABILITY, world, subjects, proportion)


def rows(world: World) -> list[KpiRow]:
    """The rows of the family."""
    return report_rates(world) + report_actionability_rate(world)
