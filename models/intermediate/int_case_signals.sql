-- Grain: one row per case.
-- Why: when a case was first signalled, when its harm took place, and whether our detection or
-- somebody's report saw it first.
with cases as (
    select * from {{ ref('stg_cases') }}
),

reported as (
    select
        case_id,
        min(reported_at) as first_reported_at,
        count(*) filter (where reporter_type = 'user') as user_report_count
    from {{ ref('stg_reports') }}
    where case_id is not null
    group by case_id
),

detected as (
    select
        case_id,
        min(detected_at) as first_detected_at
    from {{ ref('stg_detections') }}
    where case_id is not null
    group by case_id
),

signalled as (
    select
        cases.case_id,
        cases.occurred_at as stated_occurred_at,
        reported.first_reported_at,
        reported.user_report_count,
        detected.first_detected_at,
        least(
            cases.opened_at,
            coalesce(reported.first_reported_at, cases.opened_at),
            coalesce(detected.first_detected_at, cases.opened_at)
        ) as first_signal_at
    from cases
    left join reported on cases.case_id = reported.case_id
    left join detected on cases.case_id = detected.case_id
),

final as (
    select
        case_id,
        first_signal_at,
        coalesce(stated_occurred_at, first_signal_at) as occurred_at,
        first_detected_at is not null
        and (first_reported_at is null or first_detected_at <= first_reported_at) as is_proactive,
        first_detected_at is not null as is_detected,
        coalesce(user_report_count, 0) > 0 as is_user_reported
    from signalled
)

select * from final
