{{ config(materialized='table') }}
-- Grain: one row per period grain (month, quarter), period and account with an index action in it.
-- Why: the account's first index action of the period starts the clock; its first confirmed
-- violation, of another case, that occurred after that action stops it; as_of censors it. Index
-- actions are those of a case that is not overturned, a missing case included, other than
-- terminations.
with cases as (
    select * from {{ ref('int_cases') }}
),

actions as (
    select * from {{ ref('stg_enforcement_actions') }}
    where action_type not in ('account_terminated', 'service_terminated')
),

as_of as (
    select * from {{ ref('as_of') }}
),

index_actions as (
    select
        actions.action_id,
        actions.case_id,
        actions.subject_account_id,
        actions.actioned_at,
        cases.surface,
        cases.harm_type
    from actions
    left join cases on actions.case_id = cases.case_id
    where coalesce(cases.disposition, 'undecided') <> 'overturned'
),

dated as (
    {{ in_each_period(
        'index_actions',
        'cast(index_actions.actioned_at as date)',
        metric_grains('recurrence_rate_30d')
    ) }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by period_grain, period_start, subject_account_id
            order by actioned_at, {{ by_bytes('action_id') }}
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
            and subjects.actioned_at < cases.occurred_at
    where cases.is_confirmed
    group by
        subjects.period_grain,
        subjects.period_start,
        subjects.subject_account_id
),

final as (
    select
        subjects.period_grain,
        subjects.period_start,
        subjects.subject_account_id,
        subjects.surface,
        subjects.harm_type,
        relapses.relapsed_at is not null as is_relapsed,
        {{ seconds_between(
            'subjects.actioned_at', 'coalesce(relapses.relapsed_at, as_of.as_of)'
        ) }} as duration_seconds
    from subjects
    cross join as_of
    left join relapses
        on
            subjects.period_grain = relapses.period_grain
            and subjects.period_start = relapses.period_start
            and subjects.subject_account_id = relapses.subject_account_id
)

select * from final
