-- Grain: one row per period grain, period and slice value.
-- Share of automated flags that a confirmed violation bears out, among the flags whose case is
-- decided, each weighted by one over its chance of review; by detection.
with subjects as (
    select
        detected_at as period_at,
        is_confirmed as is_success,
        weight,
        detector_id,
        surface,
        harm_type
    from {{ ref('int_reviewed_detections') }}
),

{{ kpi_proportion(weight='weight') }},

{{ kpi_rows() }}

select * from kpi
