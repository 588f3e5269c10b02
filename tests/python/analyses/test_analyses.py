"""The analyses in analyses/: each runs, and says what the sample's rows say."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.python import check_build
from tests.python.helpers import DATABASE, ROOT, DbtHere

NAMES = sorted(path.stem for path in (ROOT / "analyses").glob("*.sql"))
WAVE = "2026-02-16"  # the first week of the sample's scam wave
Row = dict[str, Any]
Analyse = Callable[..., list[Row]]


class Analyses:
    """The analyses over the check build."""

    def __init__(self, dbt_here: DbtHere, folder: Path) -> None:
        """folder: a place for what dbt writes as it compiles."""
        self._dbt_here = dbt_here
        # Compiled SQL names the catalog alone; dbt could not open the file that is open here.
        self._elsewhere = {"TRUSTMETRICS_DATABASE": str(folder / DATABASE)}
        self.connection = duckdb.connect(str(check_build.DATABASE), read_only=True)
        self.connection.execute("set timezone = 'UTC'")

    def sql(self, name: str, **variables: object) -> str:
        """The compiled SQL of an analysis."""
        arguments = ["--select", f"path:analyses/{name}.sql", "--vars", json.dumps(variables)]
        done = self._dbt_here.invoke(["compile", *arguments], self._elsewhere)
        assert done.success, done.exception or [node.message for node in done.result]
        return done.result.results[0].node.compiled_code

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query on the build."""
        return self.connection.execute(sql).fetchall()

    def rows(self, sql: str) -> list[Row]:
        """The same with the columns' names."""
        rows = self.query(sql)
        names = [column[0] for column in self.connection.description]
        return [dict(zip(names, row, strict=True)) for row in rows]


@pytest.fixture(scope="module")
def analyses(dbt_here: DbtHere, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Analyses]:
    check_build.ensure()
    found = Analyses(dbt_here, tmp_path_factory.mktemp("analyses"))
    yield found
    found.connection.close()


@pytest.fixture(scope="module")
def analyse(analyses: Analyses) -> Analyse:
    """The rows of an analysis: call it with a name and variables."""
    return lambda name, **variables: analyses.rows(analyses.sql(name, **variables))


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
    assert (ROOT / "docs" / "analyses" / f"{name}.md").is_file()
    assert f"(analyses/{name}.md)" in (ROOT / "docs" / "README.md").read_text(encoding="utf-8")


def test_a_quote_in_a_variable_is_a_value(analyse: Analyse) -> None:
    assert analyse("abuse_spike", surface="o'clock", week=WAVE) == []
    assert analyse("detector_threshold", detector_id="' or '1' = '1") == []
    assert analyse("case_file", case_id="' or '1' = '1") == []


# abuse_spike


@pytest.fixture(scope="module")
def wave(analyse: Analyse) -> dict[str, dict[str, Row]]:
    return by_slice(analyse("abuse_spike", week=WAVE))


def weekly_reports(analyses: Analyses, week: str, condition: str) -> tuple[int, int]:
    """Reports of a week and of the four before it, straight from staging."""
    [(reports, earlier)] = analyses.query(
        f"""
        select
            count(*) filter (reported_at >= '{week}'),
            count(*) filter (reported_at < '{week}')
        from staging.stg_reports
        where reported_at >= date '{week}' - 28 and reported_at < date '{week}' + 7
            and ({condition})
        """,
    )
    return reports, earlier


def test_changes_add_up_to_the_whole(wave: dict[str, dict[str, Row]]) -> None:
    whole = wave["overall"]["all"]
    assert set(wave) == {
        "overall", "surface", "harm_type", "reporter_type", "account_age", "case_outcome"
    }  # fmt: skip
    for name, values in wave.items():
        rows = list(values.values())
        assert sum(row["reports"] for row in rows) == whole["reports"], name
        assert sum(row["change"] for row in rows) == near(whole["change"]), name
        assert sum(row["share_of_change"] for row in rows) == near(1), name
        for row in rows:
            parts = row["change_from_accounts"] + row["change_from_rate"]
            assert parts == near(row["change"]), row
        if name != "surface":  # a surface has accounts of its own
            for part in ("change_from_accounts", "change_from_rate"):
                assert sum(row[part] for row in rows) == near(whole[part]), (name, part)


def test_the_split_is_volume_at_the_old_rate_and_rate_at_the_new_volume(
    analyses: Analyses, wave: dict[str, dict[str, Row]]
) -> None:
    for name, value, surface in (("overall", "all", "all"), ("surface", "live", "live")):
        condition = "true" if surface == "all" else f"surface = '{surface}'"
        reports, earlier = weekly_reports(analyses, WAVE, condition)
        counts = dict(
            analyses.query(
                f"""
                select period_start_date, active_accounts from staging.stg_active_accounts
                where period_grain = 'week' and surface = '{surface}' and region = 'all'
                """,
            )
        )
        start = date.fromisoformat(WAVE)
        now = counts[start]
        usual = sum(counts[start - timedelta(days=7 * back)] for back in (1, 2, 3, 4)) / 4
        row = wave[name][value]
        assert (row["active_accounts"], row["usual_active_accounts"]) == (now, usual)
        assert row["change_from_accounts"] == near((now - usual) * (earlier / 4) / usual)
        assert row["change_from_rate"] == near(now * (reports / now - earlier / 4 / usual))


def test_slices_count_the_reports(analyses: Analyses, wave: dict[str, dict[str, Row]]) -> None:
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
    expected = {
        ("overall", "all"): "true",
        ("surface", "live"): "surface = 'live'",
        ("harm_type", "scam"): "policy_code in ('SCAM-1', 'SCAM-2')",
        ("reporter_type", "user"): "reporter_type = 'user'",
        ("account_age", "old"): f"epoch(reported_at) - epoch({created}) >= 30 * 86400 + 1",
        ("case_outcome", "no_case"): "case_id is null",
        ("case_outcome", "confirmed"): f"{known} and {last} = 'violation'",
        ("case_outcome", "decided_otherwise"): f"{known} and {last} <> 'violation'",
    }
    for (name, value), condition in expected.items():
        reports, earlier = weekly_reports(analyses, WAVE, condition)
        row = wave[name][value]
        assert (row["reports"], row["usual_reports"]) == (reports, earlier / 4), (name, value)
        assert row["rise"] == near(reports / (earlier / 4) - 1)
        low, high = wilson(reports / (reports + earlier), reports + earlier)
        assert row["rise_lower"] == near(4 * low / (1 - low) - 1)
        assert row["rise_upper"] == near(4 * high / (1 - high) - 1)


def test_the_scam_wave_is_found(analyse: Analyse, wave: dict[str, dict[str, Row]]) -> None:
    weeks = {
        (str(row["week_start"]), row["slice_value"]): row for row in analyse("abuse_spike_weeks")
    }
    assert weeks[WAVE, "live"]["rise_lower"] > 0.4
    assert max(weeks.values(), key=lambda row: row["rise_lower"]) == weeks[WAVE, "live"]
    whole = wave["overall"]["all"]
    assert whole["rise"] > 0.3
    for name, value in (("surface", "live"), ("harm_type", "scam"), ("case_outcome", "confirmed")):
        rows = wave[name]
        assert max(rows, key=lambda key: rows[key]["change"]) == value
        assert rows[value]["share_of_change"] > 0.5
        assert rows[value]["rise_lower"] > 0
    assert abs(whole["change_from_accounts"]) < 0.1 * whole["change_from_rate"]


def test_risen_weeks_are_those_and_no_others(analyses: Analyses, analyse: Analyse) -> None:
    counts: Counter[tuple[date, str]] = Counter()
    for day, surface in analyses.query(
        "select reported_at::date, surface from staging.stg_reports"
    ):
        week = day - timedelta(days=day.weekday())
        counts[week, surface] += 1
        counts[week, "all"] += 1
    first = min(week for week, _ in counts)
    [(as_of,)] = analyses.query("select as_of::date from staging.as_of")
    risen = set()
    for (week, value), reports in counts.items():
        earlier = sum(counts[week - timedelta(days=7 * back), value] for back in (1, 2, 3, 4))
        is_whole = week - timedelta(days=28) > first and week + timedelta(days=7) <= as_of
        if is_whole and reports >= 1.4 * earlier / 4:
            risen.add((week, value, reports, earlier / 4))
    rows = analyse("abuse_spike_weeks")
    found = {
        tuple(row[name] for name in ("week_start", "slice_value", "reports", "usual_reports"))
        for row in rows
    }
    assert len(rows) == len(found) > 5
    assert found == risen


def test_the_last_complete_week_is_the_default(analyse: Analyse) -> None:
    rows = analyse("abuse_spike")
    assert {(str(row["week_start"]), row["is_complete"]) for row in rows} == {("2026-06-22", True)}
    rows = analyse("abuse_spike", week="2026-07-01")  # a Wednesday in the week of as_of
    assert {(str(row["week_start"]), row["is_complete"]) for row in rows} == {("2026-06-29", False)}


def test_of_one_surface_the_whole_is_that_surface(
    analyse: Analyse, wave: dict[str, dict[str, Row]]
) -> None:
    live = by_slice(analyse("abuse_spike", week="2026-02-18", surface="live"))
    assert list(live["surface"]) == ["live"]
    assert live["surface"]["live"] == wave["surface"]["live"] | {"share_of_change": 1}
    alike = live["overall"]["all"] | {"slice": "surface", "slice_value": "live"}
    assert alike == live["surface"]["live"]
    for values in live.values():
        whole = live["overall"]["all"]
        for part in ("change", "change_from_accounts", "change_from_rate"):
            assert sum(row[part] for row in values.values()) == near(whole[part])


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


def keys_of(analyses: Analyses, schema: str, prefix: str, case_id: str) -> dict[str, set[str]]:
    """Per table the keys of the rows that name the case, or a decision that any row gives it."""

    def asked(table: str, key: str, condition: str) -> set[str]:
        sql = f"select distinct {key} from {schema}.{prefix}{table} where {condition}"
        return {row[0] for row in analyses.query(sql)}

    keys = {table: asked(table, key, f"case_id = '{case_id}'") for table, key in BY_CASE.items()}
    decisions = f"(select decision_id from raw.decisions where case_id = '{case_id}')"
    for table, key in BY_DECISION.items():
        keys[table] = asked(table, key, f"decision_id in {decisions}")
    return keys


@pytest.fixture(scope="module")
def chosen(analyses: Analyses) -> list[str]:
    """Cases worth a look: tombstones, rejected rows, corrections, ties, appeals, reviews."""
    versions = " union all ".join(
        f"select '{table}' as t, {key} as k, case_id, ingested_at, is_deleted from raw.{table}"
        for table, key in BY_CASE.items()
    )
    analyses.query(
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
        analyses.query(
            f"""
            select case_id from keys
            where {condition} and case_id in (select case_id from staging.stg_cases)
            group by case_id order by count(*) desc, case_id limit 2
            """,
        )
        for condition in conditions
    ]
    cases += [
        analyses.query(
            f"select distinct case_id from staging.base_{table} "
            "where breaches is not null and case_id is not null order by all limit 1"
        )
        for table in BY_CASE
    ]
    cases.append(
        analyses.query(
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
def files(analyses: Analyses, chosen: list[str]) -> dict[str, list[Row]]:
    """The file of each chosen case; compiled once, for only the id differs."""
    sql = analyses.sql("case_file", case_id="THE CASE")
    return {case_id: analyses.rows(sql.replace("THE CASE", case_id)) for case_id in chosen}


def test_a_case_file_has_every_raw_row_and_no_other(
    analyses: Analyses, files: dict[str, list[Row]]
) -> None:
    statuses = Counter()
    for case_id, lines in files.items():
        expected: Counter[tuple[Any, ...]] = Counter()
        for table, keys in keys_of(analyses, "raw", "", case_id).items():
            key = (BY_CASE | BY_DECISION)[table]
            listed = ", ".join(f"'{value}'" for value in keys) or "''"
            sql = f"select {key}, ingested_at from raw.{table} where {key} in ({listed})"
            expected.update((table, *row) for row in analyses.query(sql))
        moments = ("occurred", "action_ended", "appeal_resolved", "as_of")
        found = Counter(
            (line["table_name"], line["row_id"], line["ingested_at"])
            for line in lines
            if line["moment"] not in moments
        )
        assert found == expected, case_id
        statuses.update(line["row_status"] for line in lines)
    assert statuses.keys() >= {
        "counts", "superseded", "deleted", "repeated", "rejected", "derived"
    }  # fmt: skip


def test_what_counts_in_a_case_file_is_what_staging_has(
    analyses: Analyses, files: dict[str, list[Row]]
) -> None:
    for case_id, lines in files.items():
        entities = keys_of(analyses, "staging", "stg_", case_id)
        counting = defaultdict(set)
        for line in lines:
            if line["row_status"] == "counts":
                counting[line["table_name"]].add((line["row_id"], line["ingested_at"]))
        for table, keys in entities.items():
            key = (BY_CASE | BY_DECISION)[table]
            listed = ", ".join(f"'{value}'" for value in keys) or "''"
            sql = f"select {key}, ingested_at from staging.stg_{table} where {key} in ({listed})"
            assert counting[table] == set(analyses.query(sql)), (case_id, table)


def test_a_case_file_is_in_time_order_and_ends_with_how_the_case_counts(
    analyses: Analyses, files: dict[str, list[Row]]
) -> None:
    for case_id, lines in files.items():
        times = [line["happened_at"] for line in lines if line["happened_at"]]
        assert times == sorted(times), case_id
        assert [line["line_number"] for line in lines] == list(range(1, len(lines) + 1))
        [(disposition,)] = analyses.query(
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


def confirmed(analyses: Analyses) -> dict[str, list[Any]]:
    """When each account's confirmed violations occurred, by plain SQL from staging."""
    found = defaultdict(list)
    for account_id, occurred_at in analyses.query(
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


def test_offenders_and_the_time_between(analyses: Analyses, offenders: list[Row]) -> None:
    times = confirmed(analyses)
    assert {row["account_id"]: row["confirmed_violations"] for row in offenders} == {
        account_id: len(found) for account_id, found in times.items()
    }
    counts = [row["confirmed_violations"] for row in offenders]
    assert counts == sorted(counts, reverse=True) and counts[0] > 3
    actions = defaultdict(list)
    for account_id, actioned_at in analyses.query(
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


def test_links_are_those_of_shared_identifiers(
    analyses: Analyses, analyse: Analyse, offenders: list[Row]
) -> None:
    def linked(types: tuple[str, ...]) -> dict[str, set[str]]:
        holders = defaultdict(set)
        for account_id, kind, value in analyses.query(
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


def flags_of(analyses: Analyses, detector_id: str, since: str, before: str) -> list[tuple]:
    """Score, weight where decided, and whether confirmed, of a detector's flags."""
    return analyses.query(
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


def test_precision_at_each_threshold(analyses: Analyses, analyse: Analyse) -> None:
    span = {"since": "2025-01-01", "before": "2026-01-01"}
    flags = flags_of(analyses, "det_scam_text", **span)
    rows = analyse("detector_threshold", detector_id="det_scam_text", **span)
    assert [row["threshold"] for row in rows[:2]] == [None, 0.6]
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
        assert row["confirmed_kept_share"] == near(right / (right + lost_right))


def test_without_a_threshold_precision_is_the_metric(analyses: Analyses, analyse: Analyse) -> None:
    """Over one quarter, for every detector, down to the interval."""
    published = {
        row[0]: row[1:]
        for row in analyses.query(
            """
            select slice_value, value, ci_lower, ci_upper, sample_size
            from marts.detection_precision_v1
            where period_grain = 'quarter' and period_start = '2026-04-01'
                and slice = 'detector_id'
            """,
        )
    }
    rows = analyse("detector_threshold", since="2026-04-01", before="2026-07-01")
    found = {
        row["detector_id"]: tuple(
            row[name] for name in ("precision_estimate", "ci_lower", "ci_upper", "decided_flags")
        )
        for row in rows
        if row["threshold"] is None and row["decided_flags"]
    }
    assert len(found) > 8
    assert found.keys() == published.keys()
    for detector_id, values in found.items():
        assert values == pytest.approx(published[detector_id]), detector_id


# reviewer_disagreement


def test_second_opinions(analyses: Analyses, analyse: Analyse) -> None:
    slices = defaultdict(dict)
    for source in ("qa", "appeal", "calibration"):
        rows = [row for row in analyse("reviewer_disagreement") if row["source"] == source]
        slices[source] = by_slice(rows)
    reviews = analyses.query(
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
    appeals = analyses.query(
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


def test_items_with_the_lowest_agreement(analyses: Analyses, analyse: Analyse) -> None:
    ratings = defaultdict(Counter)
    for phase, session_id, item_id, rating in analyses.query(
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


def test_second_opinions_of_a_span(analyses: Analyses, analyse: Analyse) -> None:
    rows = analyse("reviewer_disagreement", since="2026-01-01", before="2026-02-01")
    found = {row["source"]: row["opinions"] for row in rows if row["slice"] == "overall"}
    [counts] = analyses.query(
        """
        select
            (
                select count(*) from staging.stg_qa_reviews
                inner join staging.stg_decisions using (decision_id)
                where date_trunc('month', decided_at) = '2026-01-01'
            ),
            (
                select count(*) from staging.stg_appeals
                where date_trunc('month', resolved_at) = '2026-01-01' and outcome <> 'withdrawn'
            )
        """,
    )
    assert (found.get("qa", 0), found.get("appeal", 0)) == counts
