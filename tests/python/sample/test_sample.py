"""The sample data: the contract, determinism, size, delivery, and the stories it tells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from trustmetrics.sample import generate

STAGING = Path(__file__).parents[3] / "models" / "staging"
ACCEPTED = {
    "string": ("VARCHAR",),
    "integer": ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UINTEGER", "UBIGINT"),
    "double": ("FLOAT", "DOUBLE"),
    "boolean": ("BOOLEAN",),
    "date": ("DATE",),
    "timestamp": ("TIMESTAMP",),
}
# Tables that do not grow with the sample, or only until they cover the whole period.
NOT_IN_PROPORTION = {
    "surfaces",
    "surface_monitors",
    "tool_services",
    "experiments",
    "incidents",
    "postmortem_actions",
    "tool_outages",
}

Query = Callable[[str], list[tuple[Any, ...]]]


def contract() -> dict[str, dict[str, Any]]:
    """The raw tables as the project's sources describe them, by name."""
    tables = {}
    for path in sorted(STAGING.glob("*.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8")).get("sources", []):
            tables.update({table["name"]: table for table in source["tables"]})
    return tables


CONTRACT = contract()


def content(folder: Path) -> dict[str, str]:
    """All rows of all tables of a sample in their order, as text."""
    with duckdb.connect() as connection:
        return {
            path.stem: repr(connection.execute(f"from '{path}'").fetchall())
            for path in sorted(folder.glob("*.parquet"))
        }


def invalid_where(table: dict[str, Any]) -> str:
    """A condition on a row of a table that holds where the row breaks the contract."""
    broken = []
    for column in table["columns"]:
        name, kind = column["name"], column["data_type"]
        meta = column.get("config", {}).get("meta", {})
        if not meta.get("nullable"):
            broken.append(f"{name} is null")
        if "enum" in meta:
            broken.append(f"{name} not in ({', '.join(repr(value) for value in meta['enum'])})")
        if "min" in meta:
            operator = "<=" if meta.get("exclusive_min") else "<"
            broken.append(f"{name} {operator} {meta['min']}")
        if "max" in meta:
            broken.append(f"{name} > {meta['max']}")
        if kind == "double":
            broken.append(f"not isfinite({name})")
        if kind in ("date", "timestamp"):
            broken.append(f"{name} < '2000-01-01' or {name} >= '2100-01-01'")
        if name in ("surface", "region") and table["name"] != "active_accounts":
            broken.append(f"{name} = 'all'")
    ordered = table["config"]["meta"].get("ordered")
    if ordered:
        broken.append(f"{ordered[0]} > {ordered[1]}")
    if table["name"].startswith("prevalence"):
        broken.append("isodow(period_start_date) <> 1")
    if table["name"] == "active_accounts":
        broken.append("date_trunc(period_grain, period_start_date) <> period_start_date")
    return " or ".join(f"coalesce({condition}, false)" for condition in broken)


@pytest.fixture(scope="module")
def smallest(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """The smallest sample there is."""
    folder = tmp_path_factory.mktemp("smallest")
    return folder, generate(folder, seed=1, size=1000)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """A sample of 20,000 rows, made by two threads."""
    folder = tmp_path_factory.mktemp("small")
    return folder, generate(folder, seed=7, size=20_000, threads=2)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """A sample of 100,000 rows."""
    folder = tmp_path_factory.mktemp("large")
    return folder, generate(folder, seed=7, size=100_000)


@pytest.fixture(scope="module")
def query(large: tuple[Path, dict[str, int]]) -> Query:
    """Runs SQL over the newest valid versions of the larger sample; raw rows are in raw_<table>."""
    connection = duckdb.connect()
    for name, table in CONTRACT.items():
        key = ", ".join(table["config"]["meta"]["key"])
        path = large[0] / f"{name}.parquet"
        connection.execute(f"create view raw_{name} as from '{path}'")
        connection.execute(
            f"""
            create table {name} as
            with newest as (
                from raw_{name}
                where is_deleted or not ({invalid_where(table)})
                qualify row_number() over (partition by {key} order by ingested_at desc) = 1
            )
            select * exclude (is_deleted) from newest where is_deleted is not true
            """
        )
    return lambda sql: connection.execute(sql).fetchall()


def test_tables_are_the_contracts(large: tuple[Path, dict[str, int]]) -> None:
    folder, rows = large
    assert sorted(rows) == sorted(CONTRACT) == sorted(path.stem for path in folder.iterdir())
    assert len(rows) == 27
    for name, table in CONTRACT.items():
        found = duckdb.sql(f"describe from '{folder / name}.parquet'").fetchall()
        assert [column for column, *_ in found] == [c["name"] for c in table["columns"]], name
        for (column, kind, *_), expected in zip(found, table["columns"], strict=True):
            assert kind in ACCEPTED[expected["data_type"]], f"{name}.{column} is {kind}"
        counted = duckdb.sql(f"select count(*) from '{folder / name}.parquet'").fetchall()
        assert counted == [(rows[name],)], name


def test_few_rows_break_the_contract_and_some_do(query: Query) -> None:
    broken = {}
    for name, table in CONTRACT.items():
        rule = f"is_deleted is not true and ({invalid_where(table)})"
        broken[name] = query(f"select count(*) from raw_{name} where {rule}")[0][0]
    assert 3 <= sum(broken.values()) <= 40, broken
    assert len([name for name, count in broken.items() if count]) >= 3, broken


def test_versions_of_a_key(query: Query) -> None:
    versions, tombstones, ties, late = query(
        """
        with keys as (
            select
                decision_id,
                count(*) as versions,
                count(distinct ingested_at) as moments,
                bool_or(is_deleted) as is_deleted,
                min(ingested_at) - min(decided_at) > interval 1 day as is_late,
            from raw_decisions
            group by decision_id
        )
        select
            avg((versions > 1)::integer),
            count(*) filter (where is_deleted),
            count(*) filter (where moments < versions),
            avg(is_late::integer),
        from keys
        """
    )[0]
    assert 0.006 < versions < 0.018
    assert tombstones >= 1
    assert ties >= 1
    assert 0.01 < late < 0.03
    assert query("select count(*) from raw_decisions where is_deleted and outcome is not null") == [
        (0,)
    ]


def test_an_appeal_is_pending_before_it_is_resolved(query: Query) -> None:
    assert query(
        """
        select count(*) > 100
        from raw_appeals as pending
        inner join raw_appeals as resolved using (appeal_id)
        where pending.resolved_at is null and pending.outcome is null
            and resolved.resolved_at > pending.ingested_at
            and resolved.ingested_at > resolved.resolved_at
        """
    ) == [(True,)]


def test_some_references_point_to_nothing_and_most_do_not(query: Query) -> None:
    orphans = checked = 0
    for name, table in CONTRACT.items():
        for column in table["columns"]:
            target = column.get("config", {}).get("meta", {}).get("ref")
            if target:
                key = CONTRACT[target]["config"]["meta"]["key"][0]
                checked += query(f"select count({column['name']}) from {name}")[0][0]
                orphans += query(
                    f"""
                    select count({column["name"]}) from {name}
                    anti join raw_{target} on raw_{target}.{key} = {name}.{column["name"]}
                    """
                )[0][0]
    assert checked > 50_000
    assert 0.00005 < orphans / checked < 0.001, orphans


def test_nothing_happens_after_the_period(query: Query) -> None:
    for name, table in CONTRACT.items():
        event = table["config"]["meta"]["event"]
        latest = query(f"select max({event}) < '2026-07-01', max(ingested_at) from {name}")[0]
        assert latest[0], name
        assert f"{latest[1]}" < "2026-07-02 12:00:00", name


def test_a_case_is_decided_then_actioned_then_closed(query: Query) -> None:
    decided, actioned, backwards = query(
        """
        with decided as (
            select case_id, min(decided_at) as decided_at from decisions group by case_id
        ),
        actioned as (
            select case_id, max(actioned_at) as actioned_at
            from enforcement_actions
            where decision_id is not null
            group by case_id
        ),
        closed as (
            select case_id, max(occurred_at) as closed_at
            from case_events
            where event_type = 'closed'
            group by case_id
        )
        select
            count(decided_at) / count(*),
            count(actioned_at) / count(*),
            count(*) filter (
                where decided_at < opened_at or actioned_at < decided_at
                    or closed_at < decided_at
            ),
        from cases
        left join decided using (case_id)
        left join actioned using (case_id)
        left join closed using (case_id)
        """
    )[0]
    assert 0.95 < decided < 1
    assert 0.5 < actioned < 0.8
    assert backwards <= 10  # corrections move an event by a second


def test_only_an_incorrect_decision_has_a_type_of_error(query: Query) -> None:
    verdicts = dict(
        query("select verdict, count(error_type) / count(*) from qa_reviews group by verdict")
    )
    assert verdicts == {"correct": 0, "incorrect": 1}


def test_active_accounts_are_not_additive(query: Query) -> None:
    assert query(
        """
        with days as (
            select
                date_trunc('week', period_start_date)::date as week,
                sum(active_accounts) as added,
                count(*) as days,
            from active_accounts
            where period_grain = 'day' and surface = 'all' and region = 'all'
            group by all
        )
        select count(*) > 50 and bool_and(active_accounts between 0.15 * added and 0.5 * added)
        from active_accounts
        inner join days on days.week = period_start_date and days.days = 7
        where period_grain = 'week' and surface = 'all' and region = 'all'
        """
    ) == [(True,)]
    assert query("select list_sort(list(distinct period_grain)) from active_accounts") == [
        (["day", "month", "quarter", "week"],)
    ]


def test_same_seed_same_rows_whatever_the_threads(
    small: tuple[Path, dict[str, int]], tmp_path: Path
) -> None:
    generate(tmp_path, seed=7, size=20_000, threads=1)
    assert content(tmp_path) == content(small[0])


def test_another_seed_other_rows(smallest: tuple[Path, dict[str, int]], tmp_path: Path) -> None:
    generate(tmp_path, seed=2, size=1000)
    first, second = content(smallest[0]), content(tmp_path)
    same = {name for name in first if first[name] == second[name]}
    assert same <= {"surfaces", "tool_services"}


def test_size_and_proportions(
    small: tuple[Path, dict[str, int]], large: tuple[Path, dict[str, int]]
) -> None:
    for size, (_, rows) in ((20_000, small), (100_000, large)):
        assert abs(sum(rows.values()) / size - 1) < 0.02
    for name in set(CONTRACT) - NOT_IN_PROPORTION:
        ratio = large[1][name] / small[1][name]
        assert 3.5 < ratio < 6.5, f"{name}: {ratio}"


def test_the_smallest_sample_has_all_tables(smallest: tuple[Path, dict[str, int]]) -> None:
    assert len(smallest[1]) == 27
    assert all(smallest[1].values()), smallest[1]


def test_too_small_a_sample_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 1000"):
        generate(tmp_path / "out", 1, 999)
    assert not (tmp_path / "out").exists()


def test_an_interrupted_run_leaves_what_was_there(tmp_path: Path) -> None:
    told = []

    def interrupt(table: str, rows: int) -> None:
        told.append((table, rows))
        if len(told) == 3:
            raise KeyboardInterrupt

    (tmp_path / "cases.parquet").write_text("mine")
    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path, 1, 1000, interrupt)
    assert told == [("surfaces", 7), ("surface_monitors", 8), ("tool_services", 6)]
    assert [path.name for path in tmp_path.iterdir()] == ["cases.parquet"]
    assert (tmp_path / "cases.parquet").read_text() == "mine"


def test_story_1_scam_wave_on_live(query: Query) -> None:
    assert query(
        """
        with scams as (
            select
                surface,
                opened_at between '2026-02-18' and '2026-04-06' as is_wave,
            from cases
            where policy_code in ('SCAM-1', 'SCAM-2')
        )
        select surface
        from scams
        group by surface
        having count(*) filter (where is_wave) / 47
            > 5 * count(*) filter (where not is_wave) / 744
        """
    ) == [("live",)]
    assert query(
        """
        select count(*) from surface_monitors
        where surface = 'live' and active_from < '2026-02-25'
            and (active_to is null or active_to > '2026-02-25')
        """
    ) == [(0,)]


def test_story_2_a_detector_drifts(query: Query) -> None:
    precision = """
        with last_decisions as (
            select case_id, max_by(outcome, (decided_at, decision_id)) as outcome
            from decisions
            group by case_id
        )
        select
            sum((outcome = 'violation')::integer / coalesce(review_probability, 1))
            / sum(1 / coalesce(review_probability, 1))
        from detections
        inner join last_decisions using (case_id)
        where detector_id = 'det_spam_graph' and detected_at
    """
    before = query(f"{precision} < '2025-07-01'")[0][0]
    halfway = query(f"{precision} between '2025-10-01' and '2026-02-01'")[0][0]
    at_last = query(f"{precision} >= '2026-04-01'")[0][0]
    assert before > 0.82
    assert before - 0.05 > halfway > at_last + 0.05
    assert at_last < 0.62


def test_story_3_policies_change(query: Query) -> None:
    assert query(
        """
        select
            count(*) filter (where opened_at < '2026-04-01') > 200
            and count(*) filter (where opened_at >= '2026-04-01') > 30
        from cases
        where policy_code = 'IMP-1'
        """
    ) == [(True,)]
    spike, usual = query(
        """
        select
            count(*) filter (where decided_at between '2025-10-01' and '2025-10-22') / 21,
            count(*) filter (where decided_at not between '2025-09-30' and '2025-10-31') / 760,
        from decisions
        where policy_code = 'HAR-2'
        """
    )[0]
    assert spike > 5 * usual


def test_story_4_a_team_slows_down(query: Query) -> None:
    waits = dict(
        query(
            """
            with actioned as (
                select case_id, min(actioned_at) as actioned_at
                from enforcement_actions
                group by case_id
            )
            select
                case
                    when opened_at between '2026-05-04' and '2026-06-01' then 'slow'
                    when opened_at between '2026-02-01' and '2026-04-15' then 'before'
                    when opened_at > '2026-06-16' then 'after'
                end as phase,
                median(epoch(actioned_at - opened_at)) / 3600 as hours,
            from cases
            inner join actioned using (case_id)
            where queue = 'standard' and severity = 'high'
            group by phase
            """
        )
    )
    assert waits["slow"] > 8 * waits["before"]
    assert waits["after"] < 2 * waits["before"]
    slow, before = query(
        """
        select
            avg(review_hours) filter (where shift_date between '2026-04-20' and '2026-06-14'),
            avg(review_hours) filter (where shift_date < '2026-04-20'),
        from moderator_shifts
        where queue = 'standard'
        """
    )[0]
    assert slow < 0.6 * before


def test_story_5_labels_come_late(query: Query) -> None:
    late, usual, few, many = query(
        """
        with weeks as (
            select
                period_start_date as week,
                count(*) as labels,
                median(epoch(labelled_at - period_start_date)) / 86400 as days,
            from prevalence_labels
            group by period_start_date
        )
        select
            avg(days) filter (where week >= '2026-05-18'),
            avg(days) filter (where week < '2026-05-18'),
            coalesce(sum(labels) filter (where week >= '2026-06-08'), 0) / 3,
            avg(labels) filter (where week < '2026-05-18'),
        from weeks
        """
    )[0]
    assert usual < 9
    assert late > usual + 10
    assert few < 0.4 * many


def test_story_6_appeals_are_overturned(query: Query) -> None:
    shares = dict(
        query(
            """
            select
                resolved_at between '2026-01-05' and '2026-02-05' as is_story,
                avg((appeals.outcome in ('overturned', 'partially_overturned'))::integer),
            from appeals
            inner join decisions using (decision_id)
            where appeals.outcome <> 'withdrawn' and decided_by = 'automated'
            group by is_story
            """
        )
    )
    assert shares[True] > 0.55
    assert shares[False] < 0.35
    assert query(
        """
        select count(*) > 40, min(detected_at) >= '2026-01-05', max(detected_at) < '2026-01-27'
        from detections
        where detector_version = 'v3.1-rc'
        """
    ) == [(True, True, True)]


def test_story_7_rings_share_devices_and_means_of_payment(query: Query) -> None:
    rings, accounts, cases, scams = query(
        """
        with shared as (
            select identifier_hash
            from account_identifiers
            where identifier_type in ('device', 'payment')
            group by identifier_hash
            having count(distinct account_id) >= 4
        ),
        members as (
            select distinct account_id
            from account_identifiers
            semi join shared using (identifier_hash)
        )
        select
            (select count(*) from shared) / 2,
            (select count(*) from members),
            count(*),
            count(*) filter (where policy_code like 'SCAM%'),
        from cases
        inner join members on members.account_id = cases.subject_account_id
        """
    )[0]
    assert rings >= 3
    assert accounts >= 5 * rings
    assert cases > 2.5 * accounts
    assert scams == cases
