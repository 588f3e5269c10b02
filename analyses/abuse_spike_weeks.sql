{%- set rise = var('rise', 0.4) | float -%}
{%- set baseline_weeks = var('baseline_weeks', 4) | int -%}
-- Grain: one row per complete week, and surface or all of them, in which reports rose.
-- Why: the weeks to look into with abuse_spike: at least as far above the mean of the weeks before
-- as the var rise says, with an interval because few reports jump by chance.
with as_of as (
    select * from {{ ref('as_of') }}
),

subjects as (
    select
        reported_at as period_at,
        surface
    from {{ ref('stg_reports') }}
),

{{ kpi_sliced(slices=['surface'], measures={'reports': 'count(*)'}, grains=['week']) }},

-- The week in which the reports begin is cut off, so nothing is compared with it.
first_week as (
    select min(period_start) as first_week_start from sliced
),

weeks as (
    select
        sliced.period_start as week_start,
        sliced.slice,
        sliced.slice_value,
        sliced.reports
    from sliced
    cross join as_of
    cross join first_week
    where
        cast({{ period_end("'week'", 'sliced.period_start') }} as timestamp) <= as_of.as_of
        and sliced.period_start - interval '{{ 7 * baseline_weeks }}' day
        > first_week.first_week_start
),

compared as (
    select
        weeks.week_start,
        weeks.slice,
        weeks.slice_value,
        weeks.reports,
        coalesce(sum(earlier.reports), 0) as earlier_reports
    from weeks
    left join sliced as earlier
        on
            weeks.slice = earlier.slice
            and weeks.slice_value = earlier.slice_value
            and weeks.week_start > earlier.period_start
            and weeks.week_start - interval '{{ 7 * baseline_weeks }}' day <= earlier.period_start
    group by
        weeks.week_start,
        weeks.slice,
        weeks.slice_value,
        weeks.reports
),

risen as (
    select
        *,
        {{ ratio('earlier_reports', baseline_weeks) }} as usual_reports
    from compared
    where reports * {{ baseline_weeks }} >= earlier_reports * (1 + {{ rise }})
),

-- Of two Poisson counts the first is binomial given their sum, so Wilson's interval of its share
-- is one of their ratio.
shares as (
    select
        *,
        {{ ratio('reports', 'reports + earlier_reports') }} as week_share,
        cast(reports + earlier_reports as {{ t_double() }}) as report_count
    from risen
),

bounded as (
    select
        *,
        {{ wilson('week_share', 'report_count') }}
    from shares
),

final as (
    select
        week_start,
        slice,
        slice_value,
        reports,
        usual_reports,
        {{ ratio('reports', 'usual_reports') }} - 1 as rise,
        {{ baseline_weeks }} * {{ ratio('ci_lower', '1 - ci_lower') }} - 1 as rise_lower,
        {{ baseline_weeks }} * {{ ratio('ci_upper', '1 - ci_upper') }} - 1 as rise_upper
    from bounded
)

select * from final
order by
    week_start desc,
    case when slice = 'overall' then 0 else 1 end,
    slice_value
