{#- From enforcement actions to the span until the account commits again: the CTEs from index_actions
    to spans, one row per period grain, period and account. actions: a CTE of enforcement actions with
    index_at, the instant from which the account is followed; cases and as_of are CTEs, too. Index
    actions are all but terminations, of cases that are not overturned; a missing case counts as not
    overturned. The account's first index action of the period starts the clock; its first confirmed
    violation, of another case, that occurred after index_at stops it; as_of censors it. -#}
{% macro recurrence_spans(grains) %}
index_actions as (
    select
        actions.action_id,
        actions.case_id,
        actions.subject_account_id,
        actions.index_at,
        cases.surface,
        cases.harm_type
    from actions
    left join cases on actions.case_id = cases.case_id
    where
        actions.action_type not in ('account_terminated', 'service_terminated')
        and coalesce(cases.disposition, 'undecided') <> 'overturned'
),

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
