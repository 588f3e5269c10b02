"""The stories that the sample tells. Each test fails without its story."""

from __future__ import annotations

from tests.python.sample.contract import Query


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
            > 5 * count(*) filter (where not is_wave) / 409
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
    before = query(f"{precision} < '2026-03-01'")[0][0]
    halfway = query(f"{precision} between '2026-04-01' and '2026-05-01'")[0][0]
    at_last = query(f"{precision} >= '2026-05-15'")[0][0]
    assert before > 0.82
    assert before - 0.03 > halfway > at_last + 0.03
    assert at_last < 0.78
    others = query(
        precision.replace("= 'det_spam_graph'", "not in ('det_spam_graph', 'det_general_risk')")
        + " >= '2026-05-15'"
    )[0][0]
    assert others > at_last + 0.06


def test_story_3_policies_change(query: Query) -> None:
    assert query(
        """
        select
            count(*) filter (where opened_at < '2026-04-01') > 120
            and count(*) filter (where opened_at >= '2026-04-01') > 20
        from cases
        where policy_code = 'IMP-1'
        """
    ) == [(True,)]
    spike, usual = query(
        """
        select
            count(*) filter (where decided_at between '2025-10-01' and '2025-10-22') / 21,
            count(*) filter (where decided_at not between '2025-09-30' and '2025-10-31') / 425,
        from decisions
        where policy_code = 'HAR-2'
        """
    )[0]
    assert spike > 4 * usual


def test_story_4_a_team_is_short_of_people(query: Query) -> None:
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
                    when opened_at between '2026-05-25' and '2026-06-08' then 'short'
                    when opened_at between '2026-04-06' and '2026-05-10' then 'before'
                    when opened_at > '2026-06-22' then 'after'
                end as phase,
                median(epoch(actioned_at - opened_at)) / 3600 as hours,
            from cases
            inner join actioned using (case_id)
            where queue = 'standard'
            group by phase
            """
        )
    )
    assert waits["short"] > 5 * waits["before"]
    assert waits["after"] < 3 * waits["before"]
    short, before, helped = query(
        """
        select
            sum(review_hours) filter (where shift_date between '2026-05-11' and '2026-06-07') / 28,
            sum(review_hours) filter (where shift_date between '2026-04-06' and '2026-05-10') / 35,
            sum(review_hours) filter (where shift_date between '2026-06-08' and '2026-06-21') / 14,
        from moderator_shifts
        where queue = 'standard'
        """
    )[0]
    assert short < 0.85 * before < before < 0.9 * helped


def test_story_4_leaves_a_hump_in_the_backlog(query: Query) -> None:
    usual, most, after = query(
        """
        with closed as (
            select case_id, min(occurred_at) as closed_at
            from case_events
            where event_type = 'closed'
            group by case_id
        ),
        backlog as (
            select day, count(opened_at) as cases
            from range(timestamp '2026-04-06', timestamp '2026-06-30', interval 1 day)
                as calendar (day)
            left join (cases left join closed using (case_id))
                on opened_at < day and coalesce(closed_at >= day, true)
            group by day
        )
        select
            avg(cases) filter (where day < '2026-05-11'),
            avg(cases) filter (where day between '2026-05-29' and '2026-06-09'),
            avg(cases) filter (where day >= '2026-06-22'),
        from backlog
        """
    )[0]
    assert most > 2.5 * max(usual, after)


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


def test_story_5_the_labels_feed_is_late(query: Query) -> None:
    late = dict(
        query(
            """
            select
                dataset,
                avg((completed_at > expected_at)::integer)
                    filter (where expected_at >= '2026-06-01'),
            from dataset_loads
            group by dataset
            """
        )
    )
    assert late.pop("prevalence_labels") > 0.2
    assert max(late.values()) < 0.1


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


def test_story_8_a_brigade_reports_what_violates_nothing(query: Query) -> None:
    reports, items, reporters, most_before, violations = query(
        """
        with weeks as (
            select date_trunc('week', reported_at)::date as week, count(*) as reports
            from reports
            where surface = 'feed' and policy_code = 'HAR-1'
            group by week
        ),
        brigaded as (
            select case_id
            from reports
            where surface = 'feed' and reported_at between '2026-05-04' and '2026-05-11'
            group by case_id
            having count(*) > 25 and count(distinct reporter_id) <= 41
        )
        select
            (select reports from weeks where week = '2026-05-04'),
            (select count(*) from brigaded),
            (
                select max(reporters)
                from (
                    select count(distinct reporter_id) as reporters
                    from reports
                    semi join brigaded using (case_id)
                    group by case_id
                )
            ),
            (select max(reports) from weeks where week between '2025-05-01' and '2026-05-03'),
            (
                select count(*) from decisions semi join brigaded using (case_id)
                where outcome = 'violation'
            ),
        """
    )[0]
    assert items >= 1
    assert reports > 1.4 * most_before
    assert reporters <= 41
    assert violations == 0
