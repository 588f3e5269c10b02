-- Grain: one row per report by a user.
-- Why: the subjects of the intake metrics, with the harm type as reported, on the report's date.
with reports as (
    select * from {{ ref('stg_reports') }}
    where reporter_type = 'user'
),

taxonomy as (
    select * from {{ ref('policy_taxonomy') }}
),

final as (
    select
        reports.report_id,
        reports.case_id,
        reports.reported_at,
        reports.surface,
        reports.region,
        {{ harm_type('taxonomy', 'reports.policy_code') }} as harm_type
    from reports
    left join taxonomy
        on
            {{ taxonomy_matches(
                'taxonomy', 'reports.policy_code', 'cast(reports.reported_at as date)'
            ) }}
)

select * from final
