"""The analyses in analyses/ on a build of sample data: each runs, and says what its rows say."""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.python import check_build
from tests.python.analyses.made import RELATIONS
from tests.python.helpers import DATABASE, ROOT, DbtHere
from trustmetrics.investigate.database import Database, Row, opened

NAMES = sorted(path.stem for path in (ROOT / "analyses").glob("*.sql"))
Analyse = Callable[..., list[Row]]


@pytest.fixture(scope="module")
def analyses() -> Iterator[Database]:
    """The check build."""
    check_build.ensure()
    with opened(check_build.DATABASE) as found:
        yield found


@pytest.fixture(scope="module")
def query(analyses: Database) -> Callable[[str], list[tuple[Any, ...]]]:
    """The rows of a query on the build."""
    return lambda sql: analyses.connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def analyse(analyses: Database) -> Analyse:
    """The rows of an analysis: call it with a name and variables."""
    return analyses.analyse


def by_slice(rows: list[Row]) -> dict[str, dict[str, Row]]:
    """Rows of slices by slice and value."""
    slices: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        assert row["slice_value"] not in slices[row["slice"]], f"twice: {row}"
        slices[row["slice"]][row["slice_value"]] = row
    return slices


def near(value: float) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-9)


def wilson(share: float, size: float) -> tuple[float, float]:
    """Wilson's interval, as docs/methodology.md has it."""
    z = 1.959963984540054
    centre = (share + z * z / (2 * size)) / (1 + z * z / size)
    half = z * math.sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    half /= 1 + z * z / size
    return max(centre - half, 0), min(centre + half, 1)


@pytest.mark.parametrize("name", NAMES)
def test_runs_without_variables_and_is_documented(name: str, analyse: Analyse) -> None:
    rows = analyse(name)
    assert rows or name == "case_file"
    listed = (ROOT / "docs" / "analyses" / "README.md").read_text(encoding="utf-8")
    [page] = set(re.findall(rf"\[{name}\]\((\w+\.md)[)#]", listed))
    assert f"`{name}`" in (ROOT / "docs" / "analyses" / page).read_text(encoding="utf-8")


def test_a_quote_in_a_variable_is_a_value(analyse: Analyse) -> None:
    assert analyse("abuse_spike", surface="o'clock") == []
    assert analyse("detector_threshold", detector_id="' or '1' = '1") == []
    assert analyse("case_file", case_id="' or '1' = '1") == []


VARIABLES = {
    "abuse_spike": {"week": "2026-02-16", "surface": "o'clock", "baseline_weeks": 6},
    "abuse_spike_beside": {"week": "2026-02-16", "surface": "live"},
    "abuse_spike_near": {"surface": "live", "near_days": 7},
    "abuse_spike_weeks": {"rise": 0.1},
    "case_file": {"case_id": "c1"},
    "detector_threshold": {"detector_id": "d", "since": "2026-01-01", "steps": 10},
    "repeat_offenders": {"days": 30, "identifier_types": ["device", "ip"]},
    "reviewer_disagreement": {"since": "2026-01-01", "before": "2026-02-01", "items": 3},
}


@pytest.mark.slow
def test_dbt_compiles_to_the_same(
    analyses: Database, dbt_here: DbtHere, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The command renders the analyses without dbt."""
    # Compiled SQL names the catalog alone; dbt could not open the file that is open here.
    elsewhere = {"TRUSTMETRICS_DATABASE": str(tmp_path_factory.mktemp("analyses") / DATABASE)}
    assert VARIABLES.keys() == set(NAMES)
    merged = {name: value for given in VARIABLES.values() for name, value in given.items()}
    for variables in ({}, merged):
        arguments = ["--select", "path:analyses", "--vars", json.dumps(variables)]
        done = dbt_here.invoke(["compile", *arguments], elsewhere)
        assert done.success, done.exception or [node.message for node in done.result]
        compiled = {one.node.name: one.node.compiled_code for one in done.result.results}
        assert compiled.keys() == set(NAMES)
        for name in NAMES:
            assert without_layout(analyses.sql(name, **variables)) == without_layout(
                compiled[name]
            ), name


def without_layout(sql: str) -> str:
    """SQL without quotes of names and without spaces, which the two may set otherwise."""
    return re.sub(r"[\s\"]+", "", sql)


def test_what_is_made_by_hand_is_what_a_build_makes(analyses: Database) -> None:
    """The relations that other tests fill by hand have these columns, of these types."""
    for relation, columns in RELATIONS.items():
        real = {
            row["column_name"]: row["column_type"].lower()
            for row in analyses.rows(f"describe {relation}")
        }
        for column in columns.split(", "):
            name, _, kind = column.partition(" ")
            assert real.get(name) in (kind, {"bigint": "hugeint"}.get(kind)), (relation, name)


# abuse_spike


@pytest.fixture(scope="module")
def last_week(analyse: Analyse) -> dict[str, dict[str, Row]]:
    return by_slice(analyse("abuse_spike"))


def weekly_counts(query: Any, condition: str) -> dict[date, int]:
    """Reports of each week, straight from staging."""
    return Counter(
        dict(
            query(
                f"""
                select date_trunc('week', reported_at)::date, count(*)
                from staging.stg_reports where {condition} group by all
                """
            )
        )
    )


def test_the_last_complete_week_is_the_default(
    query: Any, last_week: dict[str, dict[str, Row]]
) -> None:
    [(as_of,)] = query("select as_of::date from staging.as_of")
    expected = as_of - timedelta(days=as_of.weekday() + 7)
    found = {
        (row["week_start"], row["is_complete"])
        for values in last_week.values()
        for row in values.values()
    }
    assert found == {(expected, True)}


def test_slices_count_the_reports(query: Any, last_week: dict[str, dict[str, Row]]) -> None:
    created = "(select created_at from staging.stg_accounts where account_id = subject_account_id)"
    last = """(
        select max_by(
            case
                when decisions.decision_id in (
                    select decision_id from staging.stg_appeals where outcome = 'overturned'
                ) then 'overturned'
                else decisions.outcome
            end,
            (decisions.decided_at, decisions.decision_id)
        )
        from staging.stg_decisions as decisions
        where decisions.case_id = stg_reports.case_id
    )"""
    known = "case_id in (select case_id from staging.stg_cases)"
    surface = max(last_week["surface"], key=lambda name: last_week["surface"][name]["observed"])
    scam = "policy_code in ('SCAM-1', 'SCAM-2')"
    expected = {
        ("overall", "all"): "true",
        ("surface", surface): f"surface = '{surface}'",
        ("harm_type", "scam"): scam,
        ("surface_harm_type", f"{surface} / scam"): f"surface = '{surface}' and {scam}",
        ("reporter_type", "user"): "reporter_type = 'user'",
        ("account_age", "old"): f"epoch(reported_at) - epoch({created}) >= 30 * 86400 + 1",
        ("case_outcome", "no_case"): "case_id is null",
        ("case_outcome", "confirmed"): f"{known} and {last} = 'violation'",
        ("case_outcome", "decided_otherwise"): f"{known} and {last} <> 'violation'",
    }
    week = last_week["overall"]["all"]["week_start"]
    for (name, value), condition in expected.items():
        row = last_week[name].get(value, {"observed": 0})
        assert row["observed"] == weekly_counts(query, condition)[week], (name, value)


def test_the_split_is_volume_at_the_old_rate_and_rate_at_the_new_volume(
    query: Any, last_week: dict[str, dict[str, Row]]
) -> None:
    """Of the weeks whose mean is the usual exposure, whichever these are."""
    found = 0
    for row in (last_week["overall"]["all"], *last_week["surface"].values()):
        if row["exposure"] is None:
            continue
        found += 1
        [(accounts,)] = query(
            f"""
            select active_accounts from staging.stg_active_accounts
            where period_grain = 'week' and region = 'all'
                and surface = '{row["slice_value"]}' and period_start_date = '{row["week_start"]}'
            """
        )
        assert row["exposure"] == accounts
        rate = row["usual"] / row["usual_exposure"]
        assert row["change_from_exposure"] == near((accounts - row["usual_exposure"]) * rate)
        assert row["change_from_rate"] == near(row["observed"] - accounts * rate)
    assert found > 2


def test_of_one_surface_the_whole_is_that_surface(
    analyse: Analyse, last_week: dict[str, dict[str, Row]]
) -> None:
    name = max(last_week["surface"], key=lambda name: last_week["surface"][name]["observed"])
    asked = by_slice(analyse("abuse_spike", surface=name))
    assert list(asked["surface"]) == [name]
    expected = last_week["surface"][name] | {"share_of_change": 1}
    assert asked["surface"][name] == pytest.approx(expected)
    alike = asked["overall"]["all"] | {"slice": "surface", "slice_value": name}
    assert alike == pytest.approx(asked["surface"][name])


def test_a_week_in_the_middle_of_which_the_data_end_is_not_complete(
    query: Any, analyse: Analyse
) -> None:
    [(as_of,)] = query("select as_of::date from staging.as_of")
    rows = analyse("abuse_spike", week=str(as_of))
    assert {row["is_complete"] for row in rows} == {False}


# case_file

BY_CASE = {
    "reports": "report_id",
    "detections": "detection_id",
    "cases": "case_id",
    "case_events": "case_event_id",
    "decisions": "decision_id",
    "enforcement_actions": "action_id",
}
BY_DECISION = {"appeals": "appeal_id", "qa_reviews": "qa_review_id"}


def keys_of(query: Any, schema: str, prefix: str, case_id: str) -> dict[str, set[str]]:
    """Per table the keys of the rows that name the case, or a decision that any row gives it."""

    def asked(table: str, key: str, condition: str) -> set[str]:
        sql = f"select distinct {key} from {schema}.{prefix}{table} where {condition}"
        return {row[0] for row in query(sql)}

    keys = {table: asked(table, key, f"case_id = '{case_id}'") for table, key in BY_CASE.items()}
    decisions = f"(select decision_id from raw.decisions where case_id = '{case_id}')"
    for table, key in BY_DECISION.items():
        keys[table] = asked(table, key, f"decision_id in {decisions}")
    return keys


@pytest.fixture(scope="module")
def chosen(query: Any) -> list[str]:
    """Cases worth a look: tombstones, rejected rows, corrections, ties, appeals, reviews."""
    versions = " union all ".join(
        f"select '{table}' as t, {key} as k, case_id, ingested_at, is_deleted from raw.{table}"
        for table, key in BY_CASE.items()
    )
    query(
        f"""
        create temp table keys as
        select t, k, max(case_id) as case_id, count(*) as versions,
            bool_or(is_deleted) as is_deleted,
            count(distinct case_id) > 1 as is_moved,
            count(*) > count(distinct ingested_at) as is_tied,
        from ({versions}) group by t, k
        """
    )
    conditions = ("is_deleted", "versions > 1", "is_tied", "is_moved", "t = 'reports'")
    cases = [
        query(
            f"""
            select case_id from keys
            where {condition} and case_id in (select case_id from staging.stg_cases)
            group by case_id order by count(*) desc, case_id limit 2
            """,
        )
        for condition in conditions
    ]
    cases += [
        query(
            f"select distinct case_id from staging.base_{table} "
            "where breaches is not null and case_id is not null order by all limit 1"
        )
        for table in BY_CASE
    ]
    cases.append(
        query(
            """
            select decisions.case_id
            from staging.stg_appeals as appeals
            inner join staging.stg_decisions as decisions using (decision_id)
            inner join staging.stg_qa_reviews using (decision_id)
            inner join staging.stg_enforcement_actions as actions using (decision_id)
            where appeals.resolved_at is not null and actions.ended_at is not null
            order by all limit 3
            """,
        )
    )
    return sorted({case_id for found in cases for (case_id,) in found})


@pytest.fixture(scope="module")
def files(analyses: Database, chosen: list[str]) -> dict[str, list[Row]]:
    """The file of each chosen case; rendered once, for only the id differs."""
    sql = analyses.sql("case_file", case_id="THE CASE")
    return {case_id: analyses.rows(sql.replace("THE CASE", case_id)) for case_id in chosen}


def test_a_case_file_has_every_raw_row_and_no_other(
    query: Any, files: dict[str, list[Row]]
) -> None:
    statuses = Counter()
    for case_id, lines in files.items():
        expected: Counter[tuple[Any, ...]] = Counter()
        for table, keys in keys_of(query, "raw", "", case_id).items():
            key = (BY_CASE | BY_DECISION)[table]
            listed = ", ".join(f"'{value}'" for value in keys) or "''"
            sql = f"select {key}, ingested_at from raw.{table} where {key} in ({listed})"
            expected.update((table, *row) for row in query(sql))
        moments = ("occurred", "action_ended", "appeal_resolved", "as_of")
        found = Counter(
            (line["table_name"], line["row_id"], line["ingested_at"])
            for line in lines
            if line["moment"] not in moments
        )
        assert found == expected, case_id
        statuses.update(line["row_status"] for line in lines)
    rejected = any(
        query(
            f"select 1 from staging.base_{table} where breaches is not null and case_id is not null"
        )
        for table in BY_CASE
    )
    assert statuses.keys() >= {"counts", "superseded", "deleted", "repeated", "derived"}
    # A small sample has a handful of breaches, not always one of a case.
    assert ("rejected" in statuses) is rejected


def test_what_counts_in_a_case_file_is_what_staging_has(
    query: Any, files: dict[str, list[Row]]
) -> None:
    for case_id, lines in files.items():
        entities = keys_of(query, "staging", "stg_", case_id)
        counting = defaultdict(set)
        for line in lines:
            if line["row_status"] == "counts":
                counting[line["table_name"]].add((line["row_id"], line["ingested_at"]))
        for table, keys in entities.items():
            key = (BY_CASE | BY_DECISION)[table]
            listed = ", ".join(f"'{value}'" for value in keys) or "''"
            sql = f"select {key}, ingested_at from staging.stg_{table} where {key} in ({listed})"
            assert counting[table] == set(query(sql)), (case_id, table)


def test_a_case_file_is_in_time_order_and_ends_with_how_the_case_counts(
    query: Any, files: dict[str, list[Row]]
) -> None:
    for case_id, lines in files.items():
        times = [line["happened_at"] for line in lines if line["happened_at"]]
        assert times == sorted(times), case_id
        assert [line["line_number"] for line in lines] == list(range(1, len(lines) + 1))
        [(disposition,)] = query(
            f"""
            select coalesce(
                case
                    when max_by(decision_id, (decided_at, decision_id)) in (
                        select decision_id from staging.stg_appeals where outcome = 'overturned'
                    ) then 'overturned'
                    else max_by(outcome, (decided_at, decision_id))
                end,
                'undecided'
            )
            from staging.stg_decisions where case_id = '{case_id}'
            """,
        )
        assert lines[-1]["row_status"] == "derived"
        assert lines[-1]["detail"].split()[0] == f"disposition={disposition}"


# repeat_offenders


@pytest.fixture(scope="module")
def offenders(analyse: Analyse) -> list[Row]:
    return analyse("repeat_offenders", min_violations=1)


def confirmed(query: Any) -> dict[str, list[Any]]:
    """When each account's confirmed violations occurred, by plain SQL from staging."""
    found = defaultdict(list)
    for account_id, occurred_at in query(
        """
        with decided as (
            select case_id, arg_max(decision_id, (decided_at, decision_id)) as decision_id
            from staging.stg_decisions group by case_id
        ),
        signals as (
            select case_id, reported_at as signal_at from staging.stg_reports
            union all select case_id, detected_at from staging.stg_detections
            union all select case_id, opened_at from staging.stg_cases
        )
        select
            cases.subject_account_id,
            coalesce(
                cases.occurred_at,
                (select min(signal_at) from signals where signals.case_id = cases.case_id)
            ) as occurred_at
        from staging.stg_cases as cases
        inner join decided using (case_id)
        inner join staging.stg_decisions as decisions using (decision_id)
        where decisions.outcome = 'violation' and decision_id not in (
            select decision_id from staging.stg_appeals where outcome = 'overturned'
        )
        order by all
        """,
    ):
        found[account_id].append(occurred_at)
    return found


def test_offenders_and_the_time_between(query: Any, offenders: list[Row]) -> None:
    times = confirmed(query)
    assert {row["account_id"]: row["confirmed_violations"] for row in offenders} == {
        account_id: len(found) for account_id, found in times.items()
    }
    counts = [row["confirmed_violations"] for row in offenders]
    assert counts == sorted(counts, reverse=True) and counts[0] > 3
    actions = defaultdict(list)
    for account_id, actioned_at in query(
        "select subject_account_id, actioned_at from staging.stg_enforcement_actions",
    ):
        actions[account_id].append(actioned_at)
    for row in offenders:
        found = times[row["account_id"]]
        gaps = [int((later - earlier).total_seconds()) for earlier, later in pairwise(found)]
        assert row["shortest_gap_days"] == (near(min(gaps) / 86400) if gaps else None)
        assert row["mean_gap_days"] == (near(sum(gaps) / len(gaps) / 86400) if gaps else None)
        measures = actions[row["account_id"]]
        after = sum(time > min(measures) for time in found) if measures else 0
        assert (row["actions"], row["violations_after_action"]) == (len(measures), after)


def test_who_is_named_by_default_has_two_violations(analyse: Analyse, offenders: list[Row]) -> None:
    assert analyse("repeat_offenders") == [
        row for row in offenders if row["confirmed_violations"] >= 2
    ]


def test_only_the_violations_of_some_days(query: Any, analyse: Analyse) -> None:
    [(as_of,)] = query("select as_of from staging.as_of")
    recent = {
        account_id: len(times)
        for account_id, found in confirmed(query).items()
        if (times := [time for time in found if time > as_of - timedelta(days=90)])
    }
    rows = analyse("repeat_offenders", min_violations=1, days=90)
    assert recent
    assert {row["account_id"]: row["confirmed_violations"] for row in rows} == recent


def test_links_are_those_of_shared_identifiers(
    query: Any, analyse: Analyse, offenders: list[Row]
) -> None:
    def linked(types: tuple[str, ...]) -> dict[str, set[str]]:
        holders = defaultdict(set)
        for account_id, kind, value in query(
            """
            select account_id, identifier_type, identifier_hash
            from staging.stg_account_identifiers
            """,
        ):
            if kind in types:
                holders[kind, value].add(account_id)
        links = defaultdict(set)
        for accounts in holders.values():
            for account_id in accounts:
                links[account_id] |= accounts - {account_id}
        return links

    violations = {row["account_id"]: row["confirmed_violations"] for row in offenders}
    links = linked(("device", "payment", "phone", "email"))
    for row in offenders:
        others = links[row["account_id"]]
        assert row["linked_accounts"] == len(others)
        assert row["linked_offenders"] == len(others & violations.keys())
        assert row["linked_violations"] == sum(violations.get(other, 0) for other in others)
        group = min(others | {row["account_id"]}) if others else None
        assert row["link_group"] == group
    rings = Counter(row["link_group"] for row in offenders if row["linked_accounts"] >= 4)
    assert len(rings) >= 2 and min(rings.values()) >= 4, "the sample's rings"
    by_payment = {
        row["account_id"]: row["linked_accounts"]
        for row in analyse("repeat_offenders", min_violations=1, identifier_types="payment")
    }
    payments = linked(("payment",))
    assert by_payment == {account_id: len(payments[account_id]) for account_id in by_payment}
    assert not any(
        row["linked_accounts"]
        for row in analyse("repeat_offenders", min_violations=1, max_holders=3)
    )


# detector_threshold


def flags_of(query: Any, detector_id: str, since: str, before: str) -> list[tuple]:
    """Score, weight where decided, and whether confirmed, of a detector's flags."""
    return query(
        f"""
        with decided as (
            select
                case_id,
                arg_max(decision_id, (decided_at, decision_id)) as decision_id,
                arg_max(outcome, (decided_at, decision_id)) as outcome
            from staging.stg_decisions
            inner join staging.stg_cases using (case_id)
            group by case_id
        )
        select
            score,
            case when outcome is not null then 1 / coalesce(review_probability, 1) end,
            outcome = 'violation' and decision_id not in (
                select decision_id from staging.stg_appeals where outcome = 'overturned'
            )
        from staging.stg_detections
        left join decided using (case_id)
        where detector_id = '{detector_id}'
            and detected_at >= '{since}' and detected_at < '{before}'
        """,
    )


def test_precision_at_each_threshold(query: Any, analyse: Analyse) -> None:
    """Of the detector with the most flags, in the year before the last month."""
    [(detector, last)] = query(
        """
        select detector_id, date_trunc('month', max(detected_at))::date
        from staging.stg_detections group by 1 order by count(*) desc, 1 limit 1
        """
    )
    span = {"since": str(last - timedelta(days=365)), "before": str(last)}
    flags = flags_of(query, detector, **span)
    rows = analyse("detector_threshold", detector_id=detector, **span)
    assert rows[0]["threshold"] is None and rows[1]["threshold"] is not None
    assert len(rows) >= 8
    scored = [flag for flag in flags if flag[0] is not None]
    assert len(scored) < len(flags)
    for row in rows:
        threshold = row["threshold"]
        kept = flags if threshold is None else [flag for flag in scored if flag[0] >= threshold]
        decided = [flag for flag in kept if flag[1] is not None]
        weights = [weight for _, weight, _ in decided]
        right = sum(weight for _, weight, is_confirmed in decided if is_confirmed)
        assert row["flags"] == len(kept)
        assert row["decided_flags"] == len(decided)
        assert row["confirmed_flags"] == sum(bool(flag[2]) for flag in decided)
        assert row["confirmed_estimate"] == near(right)
        assert row["precision_estimate"] == near(right / sum(weights))
        size = sum(weights) ** 2 / sum(weight**2 for weight in weights)
        low, high = wilson(right / sum(weights), size)
        assert (row["ci_lower"], row["ci_upper"]) == (near(low), near(high))
        if threshold is None:
            assert row["lost_flags"] is None
            continue
        lost = [flag for flag in scored if flag[0] < threshold]
        lost_weights = [weight for _, weight, _ in lost if weight is not None]
        lost_right = sum(weight for _, weight, is_confirmed in lost if weight and is_confirmed)
        assert row["lost_flags"] == len(lost)
        assert row["lost_confirmed_estimate"] == near(lost_right)
        assert row["lost_precision"] == (
            near(lost_right / sum(lost_weights)) if lost_weights else None
        )
        if lost_weights:
            size = sum(lost_weights) ** 2 / sum(weight**2 for weight in lost_weights)
            low, high = wilson(lost_right / sum(lost_weights), size)
            assert (row["lost_ci_lower"], row["lost_ci_upper"]) == (near(low), near(high))
        assert row["confirmed_kept_share"] == near(right / (right + lost_right))


def test_without_a_threshold_precision_is_the_metric(query: Any, analyse: Analyse) -> None:
    """Over one quarter, for every detector, down to the interval."""
    [(first, end)] = query(
        """
        select (date_trunc('quarter', as_of) - interval 3 month)::date,
            date_trunc('quarter', as_of)::date
        from staging.as_of
        """
    )
    published = {
        row[0]: row[1:]
        for row in query(
            f"""
            select slice_value, value, ci_lower, ci_upper, sample_size
            from marts.detection_precision_v1
            where period_grain = 'quarter' and period_start = '{first}'
                and slice = 'detector_id'
            """,
        )
    }
    rows = analyse("detector_threshold", since=str(first), before=str(end))
    found = {
        row["detector_id"]: tuple(
            row[name] for name in ("precision_estimate", "ci_lower", "ci_upper", "decided_flags")
        )
        for row in rows
        if row["threshold"] is None and row["decided_flags"]
    }
    assert len(found) > 4
    assert found.keys() == published.keys()
    for detector_id, values in found.items():
        assert values == pytest.approx(published[detector_id]), detector_id


# reviewer_disagreement


def test_second_opinions(query: Any, analyse: Analyse) -> None:
    slices = defaultdict(dict)
    for source in ("qa", "appeal", "calibration"):
        rows = [row for row in analyse("reviewer_disagreement") if row["source"] == source]
        slices[source] = by_slice(rows)
    reviews = query(
        """
        select
            case decisions.decided_by when 'automated' then 'automated'
                else coalesce(decisions.moderator_id, 'unknown') end,
            coalesce(cases.queue, 'unknown'),
            reviews.verdict = 'incorrect',
            1 / reviews.inclusion_probability
        from staging.stg_qa_reviews as reviews
        inner join staging.stg_decisions as decisions using (decision_id)
        left join staging.stg_cases as cases using (case_id)
        """,
    )
    appeals = query(
        """
        select
            case when decisions.decided_by = 'automated' then 'automated'
                else coalesce(decisions.moderator_id, 'unknown') end,
            coalesce(cases.queue, 'unknown'),
            appeals.outcome in ('overturned', 'partially_overturned'),
            1
        from staging.stg_appeals as appeals
        left join staging.stg_decisions as decisions using (decision_id)
        left join staging.stg_cases as cases using (case_id)
        where appeals.outcome <> 'withdrawn' and appeals.resolved_at is not null
        """,
    )
    for source, opinions in (("qa", reviews), ("appeal", appeals)):
        whole = sum(o[3] for o in opinions if o[2]) / sum(o[3] for o in opinions)
        expected = defaultdict(list)
        for decider, queue, is_otherwise, weight in opinions:
            for key in (("overall", "all"), ("decider", decider), ("queue", queue)):
                expected[key].append((is_otherwise, weight))
        found = {
            (name, value)
            for name in ("overall", "decider", "queue")
            for value in slices[source][name]
        }
        assert found == expected.keys()
        for (name, value), drawn in expected.items():
            row = slices[source][name][value]
            weights = [weight for _, weight in drawn]
            share = sum(weight for is_otherwise, weight in drawn if is_otherwise) / sum(weights)
            low, high = wilson(share, sum(weights) ** 2 / sum(w * w for w in weights))
            assert row["opinions"] == len(drawn)
            assert row["otherwise"] == sum(is_otherwise for is_otherwise, _ in drawn)
            assert row["otherwise_share"] == near(share)
            assert (row["ci_lower"], row["ci_upper"]) == (near(low), near(high))
            if name != "overall":
                apart = {True: "not told apart"}
                apart |= {low > whole: "above"} if low > whole else {}
                apart |= {high < whole: "below"} if high < whole else {}
                assert row["against_overall"] == apart[True]
        by_harm = slices[source]["harm_type"].values()
        assert sum(row["opinions"] for row in by_harm) == len(opinions)


def test_items_with_the_lowest_agreement(query: Any, analyse: Analyse) -> None:
    ratings = defaultdict(Counter)
    for phase, session_id, item_id, rating in query(
        """
        select phase, session_id, item_id, rating from staging.stg_calibration_ratings
        where programme_id in (
            select programme_id from staging.stg_calibration_ratings where phase = 'after'
        )
        """,
    ):
        ratings[f"{phase}/{session_id}/{item_id}"][rating] += 1
    off = {
        item: (given.total() - max(given.values()), given.total())
        for item, given in ratings.items()
        if given.total() > 1
    }
    rows = by_slice(
        [row for row in analyse("reviewer_disagreement", items=5) if row["source"] == "calibration"]
    )
    found = rows["item"]
    assert len(found) == 5
    for item, row in found.items():
        assert (row["otherwise"], row["opinions"]) == off[item]
        assert row["otherwise_share"] == near(off[item][0] / off[item][1])
    least = min(row["otherwise_share"] for row in found.values())
    assert all(k / n <= least for item, (k, n) in off.items() if item not in found)
    whole = rows["overall"]["all"]
    assert (whole["otherwise"], whole["opinions"]) == tuple(
        map(sum, zip(*off.values(), strict=True))
    )


def test_second_opinions_of_a_span(query: Any, analyse: Analyse) -> None:
    [(first, end)] = query(
        """
        select (date_trunc('month', as_of) - interval 3 month)::date,
            (date_trunc('month', as_of) - interval 2 month)::date
        from staging.as_of
        """
    )
    rows = analyse("reviewer_disagreement", since=str(first), before=str(end))
    found = {row["source"]: row["opinions"] for row in rows if row["slice"] == "overall"}
    [counts] = query(
        f"""
        select
            (
                select count(*) from staging.stg_qa_reviews
                inner join staging.stg_decisions using (decision_id)
                where date_trunc('month', decided_at) = '{first}'
            ),
            (
                select count(*) from staging.stg_appeals
                where date_trunc('month', resolved_at) = '{first}' and outcome <> 'withdrawn'
            )
        """,
    )
    assert sum(counts) > 0
    assert (found.get("qa", 0), found.get("appeal", 0)) == counts
