-- Grain: one row per stretch of time in which a case was open; closed_at is NULL where it still is.
-- Why: a case's state is what its latest closing or reopening says. A stretch covers the instants
-- after opened_at up to and including closed_at: a state counts what is stamped strictly before.
with cases as (
    select * from {{ ref('stg_cases') }}
),

changes as (
    select
        case_id,
        case_event_id,
        event_type,
        occurred_at
    from {{ ref('stg_case_events') }}
    where event_type in ('closed', 'reopened')
),

ordered as (
    select
        case_id,
        event_type,
        occurred_at,
        row_number() over (
            partition by case_id
            order by occurred_at, {{ by_bytes('case_event_id') }}
        ) as change_number,
        lead(occurred_at) over (
            partition by case_id
            order by occurred_at, {{ by_bytes('case_event_id') }}
        ) as next_occurred_at
    from changes
),

stretches as (
    select
        cases.case_id,
        cases.opened_at as starts_at,
        ordered.occurred_at as ends_at
    from cases
    left join ordered
        on
            cases.case_id = ordered.case_id
            and ordered.change_number = 1
    union all
    select
        cases.case_id,
        greatest(ordered.occurred_at, cases.opened_at) as starts_at,
        ordered.next_occurred_at as ends_at
    from ordered
    inner join cases on ordered.case_id = cases.case_id
    where ordered.event_type = 'reopened'
),

final as (
    select
        stretches.case_id,
        cases.opened_at as case_opened_at,
        cases.severity,
        cases.queue,
        stretches.starts_at as opened_at,
        stretches.ends_at as closed_at
    from stretches
    inner join cases on stretches.case_id = cases.case_id
    where
        stretches.ends_at is null
        or stretches.ends_at > stretches.starts_at
)

select * from final
