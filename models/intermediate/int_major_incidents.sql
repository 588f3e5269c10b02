-- Grain: one row per major incident (severity sev1 or sev2).
-- Why: the subjects of the incident metrics.
with incidents as (
    select * from {{ ref('stg_incidents') }}
),

final as (
    select
        incident_id,
        severity,
        surface,
        declared_at,
        contained_at
    from incidents
    where severity in ('sev1', 'sev2')
)

select * from final
