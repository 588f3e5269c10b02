-- Grain: one row per period grain (month, quarter), period and slice value.
-- Krippendorff's alpha, nominal, of the ratings after calibration: one less the observed over the
-- expected disagreement (Krippendorff 2011); by the programme's last session after.
with ratings as (
    select
        programme_id as segment,
        last_session_on as period_at,
        rating,
        rating_count,
        {{ ratio('rating_count * (rater_count - rating_count)', 'rater_count - 1') }}
            as disagreeing_count
    from {{ ref('int_calibration_items') }}
    where phase = 'after'
),

{{ nominal_alpha() }},

{{ kpi_rows() }}

select * from kpi
