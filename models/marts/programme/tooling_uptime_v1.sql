-- Grain: one row per period grain, period and slice value.
-- Share of the seconds in service of critical services that were free of unplanned outages; both
-- within the period, since the service is in use and up to as_of.
with periods as (
    select * from {{ ref('int_count_periods') }}
),

services as (
    select * from {{ ref('stg_tool_services') }}
    where critical
),

outages as (
    select * from {{ ref('int_unplanned_outages') }}
),

spans as (
    select
        periods.period_grain,
        periods.period_start,
        services.service as segment,
        greatest(
            cast(periods.period_start as timestamp), cast(services.in_service_from as timestamp)
        ) as starts_at,
        periods.state_at as ends_at
    from periods
    cross join services
),

in_service as (
    select
        *,
        {{ seconds_between('starts_at', 'ends_at') }} as service_seconds
    from spans
    where starts_at < ends_at
),

down as (
    select
        in_service.period_grain,
        in_service.period_start,
        in_service.segment,
        sum(
            {{ seconds_between(
                'greatest(in_service.starts_at, outages.started_at)',
                'least(in_service.ends_at, outages.ended_at)'
            ) }}
        ) as down_seconds
    from in_service
    inner join outages
        on
            in_service.segment = outages.service
            and in_service.starts_at < outages.ended_at
            and in_service.ends_at > outages.started_at
    group by
        in_service.period_grain,
        in_service.period_start,
        in_service.segment
),

subjects as (
    select
        in_service.period_grain,
        in_service.period_start,
        in_service.segment,
        in_service.service_seconds,
        in_service.service_seconds - coalesce(down.down_seconds, 0) as up_seconds
    from in_service
    left join down
        on
            in_service.period_grain = down.period_grain
            and in_service.period_start = down.period_start
            and in_service.segment = down.segment
    where in_service.service_seconds > 0
),

{{ kpi_uptime() }},

{{ kpi_rows() }}

select * from kpi
