-- Grain: one row per reporting period in which both lists and their overlap have a violation.
-- Why: the recall of all detectors over half a year and over a year, by the subjects and formula of
-- detection_recall_estimate, whose own periods are shorter.
with cases as (
    select * from {{ ref('int_cases') }}
    where is_confirmed
),

subjects as (
    select
        grains.period_grain,
        {{ dsa_period_start('grains.period_grain', 'cases.first_signal_at') }} as period_start,
        cases.is_detected,
        cases.is_user_reported
    from cases
    cross join ({{ literal_rows('period_grain', dsa_grains()) }}) as grains
),

{{ kpi_capture_recapture(slices=[], grains=none) }}

select
    period_grain,
    period_start,
    value,
    sample_size
from estimates
