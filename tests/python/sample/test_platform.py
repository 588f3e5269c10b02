"""The platform's numbers fit together, and lie where published ones do.

The bands are wide: they hold for any seed. Their sources are those of docs/sample_data.md.
"""

from __future__ import annotations

from itertools import pairwise

from tests.python.sample.contract import Query

MONTHS = 15


def test_reports_per_thousand_members_lie_among_published_ones(query: Query) -> None:
    # Discord, January to June 2021: 437,190 reported accounts of 150 million a month, 0.5 a month
    # per thousand. Bluesky, 2024: 6.48 million reports of 25.9 million accounts, 21 a month.
    members = query(
        "select avg(active_accounts) from active_accounts "
        "where period_grain = 'month' and surface = 'all' and region = 'all'"
    )[0][0]
    reports = query("select count(*) from reports where reporter_type = 'user'")[0][0]
    assert 0.5 < 1000 * reports / MONTHS / members < 21


def test_few_reports_are_right(query: Query) -> None:
    # TikTok, September 2023: 16 % of the items reported as illegal; Discord, 2021: 24 % of reports.
    # These are reports that became a case, of which more are right.
    share = query(
        """
        select avg((outcome = 'violation')::integer)
        from reports
        inner join decisions using (case_id)
        where reporter_type = 'user'
        """
    )[0][0]
    assert 0.2 < share < 0.5


def test_machines_take_a_third_to_a_half_of_the_actions(query: Query) -> None:
    assert 0.3 < query("select avg(automated::integer) from enforcement_actions")[0][0] < 0.55


def test_one_to_four_appeals_in_ten_are_won(query: Query) -> None:
    # European Commission, February 2026: 30 % of 165 million appealed decisions were reversed.
    won, filed = query(
        """
        select
            avg((appeals.outcome in ('overturned', 'partially_overturned'))::integer)
                filter (where appeals.outcome <> 'withdrawn' and detector is null),
            count(distinct decision_id) / (select count(distinct decision_id)
                from enforcement_actions),
        from appeals
        left join (
            select distinct decision_id, true as detector
            from enforcement_actions
            where detector_id = 'det_nudity_image'
        ) using (decision_id)
        """
    )[0]
    assert 0.1 < won < 0.4
    assert 0.03 < filed < 0.15


def test_appeals_come_within_days_and_up_to_six_months_later(query: Query) -> None:
    # Digital Services Act, Article 20: users have at least six months.
    median, tail, last = query(
        """
        select
            median(days),
            avg((days > 30)::integer),
            max(days),
        from (
            select epoch(filed_at - decided_at) / 86400 as days
            from appeals
            inner join decisions using (decision_id)
        )
        """
    )[0]
    assert 0.5 < median < 4
    assert 0.02 < tail < 0.15
    assert 90 < last < 185


def test_spam_is_common_and_child_safety_rare(query: Query) -> None:
    # Reddit, July to December 2023: 68 % of administrators' removals are for spam.
    shares = dict(
        query(
            """
            select split_part(policy_code, '-', 1), count(*) / (select count(*) from cases)
            from cases
            group by all
            """
        )
    )
    assert max(shares, key=lambda code: shares[code]) == "SPAM"
    assert shares["SPAM"] > 0.25
    assert 0 < shares["CHILD"] < 0.01


def test_severe_cases_are_few_and_quick(query: Query) -> None:
    found = {
        severity: (share, hours)
        for severity, share, hours in query(
            """
            with actioned as (
                select case_id, min(actioned_at) as actioned_at
                from enforcement_actions
                group by case_id
            )
            select
                severity,
                count(*) / (select count(*) from cases),
                median(epoch(actioned_at - opened_at)) filter (where queue <> 'automated') / 3600,
            from cases
            left join actioned using (case_id)
            where opened_at < '2026-05-11'
            group by severity
            """
        )
    }
    assert 0.005 < found["critical"][0] < 0.05
    assert 0.1 < found["high"][0] < 0.3
    assert found["critical"][1] < 1
    assert found["critical"][1] < found["high"][1] < found["low"][1] < 72


def test_cases_arrive_in_bursts(query: Query) -> None:
    # Days before the scam wave, held against their own weekday's and quarter's mean.
    assert query(
        """
        with days as (
            select opened_at::date as day, count(*) as cases
            from cases
            where opened_at between '2025-04-01' and '2026-01-01'
            group by day
        ),
        means as (
            select
                day,
                cases,
                avg(cases) over (partition by isodow(day), date_trunc('quarter', day)) as mean,
            from days
        )
        select sum((cases - mean) ** 2 / mean) / count(*) * 13 / 12 > 1.4
        from means
        """
    ) == [(True,)]


def test_people_sleep_in_every_region(query: Query) -> None:
    shares = query(
        """
        select
            region,
            avg((
                (hour(opened_at) + 24 + case region
                    when 'eu' then 1 when 'na' then -6 when 'latam' then -3 else 8 end) % 24
                between 2 and 7
            )::integer),
        from cases
        group by region
        """
    )
    assert len(shares) == 4
    assert max(share for _, share in shares) < 0.15  # a quarter, were it even


def test_some_items_are_reported_dozens_of_times_and_most_once(query: Query) -> None:
    once, most = query(
        """
        select avg((reports = 1)::integer), max(reports)
        from (select count(*) as reports from reports where case_id is not null group by case_id)
        """
    )[0]
    assert 0.6 < once < 0.95
    assert most > 30


def test_moderators_do_one_case_at_a_time(query: Query) -> None:
    rows = query(
        """
        select
            decisions.moderator_id,
            min(case_events.occurred_at) as begun,
            min(decided_at) as done,
        from cases
        inner join case_events using (case_id)
        inner join decisions using (case_id)
        where event_type = 'assigned' and actor_id = moderator_id and queue = 'standard'
        group by decisions.moderator_id, case_id
        order by decisions.moderator_id, begun
        """
    )
    assert len(rows) > 2000
    # Corrections move an assignment by a second.
    overlaps = sum(
        one[0] == other[0] and (one[2] - other[1]).total_seconds() > 2
        for one, other in pairwise(rows)
    )
    assert overlaps <= 2


def test_cases_wait_longer_when_the_night_is_thinly_staffed(query: Query) -> None:
    night, day = query(
        """
        select
            median(epoch(case_events.occurred_at - opened_at))
                filter (where hour(opened_at) in (23, 0, 1)),
            median(epoch(case_events.occurred_at - opened_at))
                filter (where hour(opened_at) between 8 and 20),
        from cases
        inner join case_events using (case_id)
        where event_type = 'assigned' and queue = 'standard' and severity = 'high'
            and isodow(opened_at) < 5
        """
    )[0]
    assert night > 2 * 3600 > 0.5 * 3600 > day


def test_no_case_is_open_for_weeks(query: Query) -> None:
    assert query(
        """
        with closed as (
            select distinct case_id from case_events where event_type = 'closed'
        )
        select max(timestamp '2026-07-01' - opened_at) < interval 14 day, count(*) < 200
        from cases
        anti join closed using (case_id)
        """
    ) == [(True, True)]


def test_review_hours_fit_the_cases(query: Query) -> None:
    decisions, hours = query(
        """
        select
            (select count(*) from decisions where decided_by = 'human'),
            (select sum(review_hours) from moderator_shifts),
        """
    )[0]
    assert 4 < decisions / hours < 15


def test_the_study_has_three_strata_and_finds_violations_where_they_are(query: Query) -> None:
    rates = {
        stratum: (share, rate)
        for stratum, share, rate in query(
            """
            with views as (
                select stratum, sum(population_views) as views
                from prevalence_strata
                group by stratum
            )
            select
                stratum,
                any_value(views) / (select sum(views) from views),
                avg((label = 'violating')::integer) filter (where surface <> 'live'),
            from prevalence_labels
            inner join views using (stratum)
            group by stratum
            """
        )
    }
    assert set(rates) == {"high_risk", "new_author", "other"}
    # YouTube, October to December 2020: 0.16 to 0.18 % of views.
    assert 0.0005 < sum(share * rate for share, rate in rates.values()) < 0.005
    assert rates["high_risk"][1] > 5 * rates["new_author"][1]


def test_suspensions_last_as_long_as_the_ladder_says(query: Query) -> None:
    terms = query(
        """
        select
            split_part(cases.policy_code, '-', 1) as policy,
            round(epoch(ended_at - actioned_at) / 86400, 3) as days,
            count(*) as suspensions,
        from enforcement_actions
        inner join cases using (case_id)
        where action_type = 'account_suspended'
        group by all
        """
    )
    whole = {(policy, days) for policy, days, _ in terms if days in (1, 3, 7, 30)}
    lifted = sum(n for _, days, n in terms if days not in (1, 3, 7, 30))
    assert {days for policy, days in whole if policy == "SPAM"} == {1, 7, 30}
    assert {days for policy, days in whole if policy == "SCAM"} == {7, 30}
    assert {days for policy, days in whole if policy == "HAR"} == {3, 7, 30}
    assert lifted < 0.1 * sum(n for _, _, n in terms)


def test_accounts_come_back_after_their_suspension(query: Query) -> None:
    again, during = query(
        """
        with suspensions as (
            select subject_account_id, case_id, actioned_at, ended_at
            from enforcement_actions
            where action_type = 'account_suspended' and ended_at < '2026-05-01'
        )
        select
            avg(exists(
                from cases
                where cases.subject_account_id = suspensions.subject_account_id
                    and opened_at between ended_at and ended_at + interval 30 day
            )::integer),
            avg(exists(
                from cases
                where cases.subject_account_id = suspensions.subject_account_id
                    and cases.case_id <> suspensions.case_id
                    and opened_at between actioned_at and ended_at
            )::integer),
        from suspensions
        """
    )[0]
    assert 0.12 < again < 0.3
    assert during < 0.06
