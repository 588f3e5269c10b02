-- Grain: one row per detection whose case is decided.
-- Why: the subjects of a detector's precision, each standing for as many flags as its chance of
-- review implies; harm type and surface are the detection's own.
with detections as (
    select * from {{ ref('stg_detections') }}
),

cases as (
    select * from {{ ref('int_cases') }}
    where is_decided
),

taxonomy as (
    select * from {{ ref('policy_taxonomy') }}
),

final as (
    select
        detections.detection_id,
        detections.detected_at,
        detections.detector_id,
        detections.surface,
        {{ harm_type('taxonomy', 'detections.policy_code') }} as harm_type,
        {{ ratio(1, 'coalesce(detections.review_probability, 1)') }} as weight,
        cases.is_confirmed
    from detections
    inner join cases on detections.case_id = cases.case_id
    left join taxonomy
        on
            {{ taxonomy_matches(
                'taxonomy', 'detections.policy_code', 'cast(detections.detected_at as date)'
            ) }}
)

select * from final
