{%- set rise = var('rise', 0.4) | float -%}
{%- set baseline_weeks = var('baseline_weeks', 8) | int -%}
-- Grain: one row per complete week, and surface or all of them, in which reports rose.
-- Why: the weeks to look into with abuse_spike: at least as far above the usual weeks before as the
-- var rise says, with an interval because few reports jump by chance.
with as_of as (
    select * from {{ ref('as_of') }}
),

reports as (
    select * from {{ ref('stg_reports') }}
),

report_weeks as (
    select distinct {{ period_start("'week'", 'cast(reported_at as date)') }} as week_start
    from reports
),

targets as (
    select report_weeks.week_start
    from report_weeks
    cross join as_of
    where
        cast({{ period_end("'week'", 'report_weeks.week_start') }} as timestamp) <= as_of.as_of
),

{{ usual_weeks(baseline_weeks) }},

counted as (
    select
        period_start as counted_week,
        slice,
        slice_value,
        reports as observed
    from all_sliced
),

{{ over_usual_weeks(by=['slice', 'slice_value']) }},

final as (
    select
        week_start,
        slice,
        slice_value,
        cast(observed as bigint) as reports,
        usual as usual_reports,
        weeks as usual_weeks,
        dispersion,
        rise,
        rise_lower,
        rise_upper
    from risen
    where
        observed > 0
        and observed >= usual * (1 + {{ rise }})
)

select * from final
order by
    week_start desc,
    case when slice = 'overall' then 0 else 1 end,
    slice_value
