-- Grain: one row per reporting period with a reviewed flag.
-- Why: the precision of all detectors over half a year and over a year, by the subjects, weights
-- and formula of detection_precision, whose own periods are shorter.
with detections as (
    select * from {{ ref('int_reviewed_detections') }}
),

subjects as (
    select
        grains.period_grain,
        {{ dsa_period_start('grains.period_grain', 'detections.detected_at') }} as period_start,
        detections.is_confirmed as is_success,
        detections.weight
    from detections
    cross join ({{ literal_rows('period_grain', dsa_grains()) }}) as grains
),

{{ kpi_proportion(weight='weight', subjects_have_periods=true, slices=[], grains=[]) }}

select
    period_grain,
    period_start,
    value,
    sample_size
from estimates
