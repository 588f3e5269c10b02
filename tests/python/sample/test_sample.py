"""The sample data: the contract, determinism, size, and how rows are delivered."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

import trustmetrics.sample
from tests.python.sample.contract import CONTRACT, Query, invalid_where
from trustmetrics.sample import generate
from trustmetrics.sample.sizes import counts

ACCEPTED = {
    "string": ("VARCHAR",),
    "integer": ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UINTEGER", "UBIGINT"),
    "double": ("FLOAT", "DOUBLE"),
    "boolean": ("BOOLEAN",),
    "date": ("DATE",),
    "timestamp": ("TIMESTAMP",),
}
# Tables that do not grow with the sample, or only until they reach what the platform needs.
NOT_IN_PROPORTION = {
    "surfaces",
    "surface_monitors",
    "tool_services",
    "experiments",
    "incidents",
    "postmortem_actions",
    "tool_outages",
    "moderator_shifts",
    "calibration_ratings",
    "authority_orders",
    "activity_daily",
    "active_accounts",
    "dataset_loads",
    "prevalence_strata",
    "stakeholder_surveys",
}


def content(folder: Path) -> dict[str, str]:
    """All rows of all tables of a sample in their order, as text."""
    with duckdb.connect() as connection:
        return {
            path.stem: repr(connection.execute(f"from '{path}'").fetchall())
            for path in sorted(folder.glob("*.parquet"))
        }


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


def test_a_key_is_of_one_fact(large: tuple[Path, dict[str, int]]) -> None:
    """A fact has its row, one before it ends, and few others; two facts with one key have more."""
    for name, table in CONTRACT.items():
        key = ", ".join(table["config"]["meta"]["key"])
        [(versions,)] = duckdb.sql(
            f"""
            select max(versions)
            from (select count(*) as versions from '{large[0] / name}.parquet' group by {key})
            """
        ).fetchall()
        assert versions <= 5, name


def test_flags_that_were_not_reviewed_are_in_it(query: Query) -> None:
    """As many as the chance of review implies, within what room the sample's size leaves."""
    reviewed = dict(
        query(
            """
            select review_probability, avg((case_id is not null)::integer)
            from detections where review_probability is not null group by all
            """
        )
    )
    assert reviewed.keys() == {0.25, 0.5}
    for probability, share in reviewed.items():
        assert 0.7 * probability < share < 1.3 * probability, reviewed


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


@pytest.mark.slow
def test_same_seed_same_rows_whatever_the_threads(
    small: tuple[Path, dict[str, int]], tmp_path: Path
) -> None:
    generate(tmp_path, seed=7, size=20_000, threads=1)
    assert content(tmp_path) == content(small[0])


@pytest.mark.slow
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
        assert 4 < ratio < 8, f"{name}: {ratio}"


def test_labels_are_as_many_a_week_as_the_study_needs_once_there_is_room() -> None:
    for size in (500_000, 10_000_000):
        assert counts(size)["n_labels"] == 1200 * 456 // 7
    assert counts(100_000)["n_labels"] == 16_000


def test_the_smallest_sample_has_all_tables(smallest: tuple[Path, dict[str, int]]) -> None:
    assert len(smallest[1]) == 27
    assert all(smallest[1].values()), smallest[1]


def test_every_variable_that_the_sql_reads_is_set() -> None:
    """One that nothing sets is NULL, without a word, and so are the ids that are made of it."""
    folder = Path(trustmetrics.sample.__file__).parent
    sql = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.sql")))
    python = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    read = set(re.findall(r"getvariable\('(\w+)'\)", sql + python))
    given = set(re.findall(r"set variable (\w+) ", sql + python)) | counts(10_000).keys()
    given |= set(re.findall(r'_set_variable\(connection, "(\w+)"', python))
    given |= set(re.findall(r'^ {8}"(\w+)": ', python, re.M))
    assert read and read <= given, read - given


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
