{#- From index actions to the span until the account commits again: the CTEs from dated to spans, one
    row per period grain, period and account. index_actions: a CTE of action_id, case_id,
    subject_account_id, index_at (the instant from which the account is followed), surface and
    harm_type; cases and as_of are CTEs, too. The account's first index action of the period starts
    the clock; its first confirmed violation, of another case, that occurred after index_at stops it;
    as_of censors it. -#}
{% macro recurrence_spans(grains) %}
dated as (
    {{ in_each_period('index_actions', 'cast(index_actions.index_at as date)', grains) }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by period_grain, period_start, subject_account_id
            order by index_at, {{ by_bytes('action_id') }}
        ) as action_rank
    from dated
),

subjects as (
    select * from ranked
    where action_rank = 1
),

relapses as (
    select
        subjects.period_grain,
        subjects.period_start,
        subjects.subject_account_id,
        min(cases.occurred_at) as relapsed_at
    from subjects
    inner join cases
        on
            subjects.subject_account_id = cases.subject_account_id
            and subjects.case_id <> cases.case_id
            and subjects.index_at < cases.occurred_at
    where cases.is_confirmed
    group by
        subjects.period_grain,
        subjects.period_start,
        subjects.subject_account_id
),

spans as (
    select
        subjects.period_grain,
        subjects.period_start,
        subjects.subject_account_id,
        subjects.surface,
        subjects.harm_type,
        relapses.relapsed_at is not null as is_relapsed,
        {{ seconds_between(
            'subjects.index_at', 'coalesce(relapses.relapsed_at, as_of.as_of)'
        ) }} as duration_seconds
    from subjects
    cross join as_of
    left join relapses
        on
            subjects.period_grain = relapses.period_grain
            and subjects.period_start = relapses.period_start
            and subjects.subject_account_id = relapses.subject_account_id
)
{%- endmacro %}
