-- Grain: one row per case that counts towards the time to action.
-- Why: a case with an action is an event; one without stays under observation until as_of while it
-- is open and may still be actioned (undecided, or a confirmed violation); the rest are out.
with cases as (
    select * from {{ ref('int_cases') }}
),

as_of as (
    select * from {{ ref('as_of') }}
),

final as (
    select
        cases.case_id,
        cases.first_signal_at,
        cases.severity,
        cases.surface,
        cases.harm_type,
        cases.queue,
        cases.first_actioned_at is not null as is_actioned,
        {{ seconds_between(
            'cases.first_signal_at', 'coalesce(cases.first_actioned_at, as_of.as_of)'
        ) }} as duration_seconds
    from cases
    cross join as_of
    where
        cases.first_actioned_at is not null
        or (
            cases.closed_at is null
            and cases.disposition in ('undecided', 'violation')
        )
)

select * from final
