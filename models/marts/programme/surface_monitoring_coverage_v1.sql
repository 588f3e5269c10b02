-- Grain: one row per period grain and period; overall alone.
-- Share of live high-risk surfaces with an active monitor; state at the end of the period, or at
-- as_of in a period that is not complete.
with surfaces as (
    select * from {{ ref('stg_surfaces') }}
    where risk_tier = 'high'
),

monitors as (
    select * from {{ ref('stg_surface_monitors') }}
),

periods as (
    select * from {{ ref('int_count_periods') }}
    where period_grain in ('{{ metric_grains() | join("', '") }}')
),

live as (
    select
        periods.period_grain,
        periods.period_start,
        periods.ends_at,
        surfaces.surface
    from periods
    inner join surfaces
        on
            {{ is_state_at(
                'periods',
                'cast(surfaces.launched_on as timestamp)',
                'cast(surfaces.retired_on as timestamp)'
            ) }}
),

monitored as (
    select distinct
        live.period_grain,
        live.period_start,
        live.surface
    from live
    inner join monitors
        on
            live.surface = monitors.surface
            and {{ is_state_at('live', 'monitors.active_from', 'monitors.active_to') }}
),

covered as (
    select
        live.period_grain,
        live.period_start,
        count(*) as live_count,
        count(monitored.surface) as monitored_count
    from live
    left join monitored
        on
            live.period_grain = monitored.period_grain
            and live.period_start = monitored.period_start
            and live.surface = monitored.surface
    group by
        live.period_grain,
        live.period_start
),

estimates as (
    select
        period_grain,
        period_start,
        'overall' as slice,
        'all' as slice_value,
        monitored_count as numerator,
        live_count as denominator,
        {{ ratio('monitored_count', 'live_count') }} as value,
        {{ no_interval() }},
        live_count as sample_size
    from covered
),

{{ kpi_rows() }}

select * from kpi
