-- Grain: one row per merged unplanned outage of a critical service.
-- Why: outages that overlap or touch are one; planned ones do not count. One that has not ended
-- lasts to as_of.
with services as (
    select * from {{ ref('stg_tool_services') }}
    where critical
),

as_of as (
    select * from {{ ref('as_of') }}
),

outages as (
    select
        outages.outage_id,
        outages.service,
        outages.started_at,
        coalesce(outages.ended_at, as_of.as_of) as ended_at
    from {{ ref('stg_tool_outages') }} as outages
    inner join services on outages.service = services.service
    cross join as_of
    where not outages.planned
),

preceded as (
    select
        *,
        max(ended_at) over (
            partition by service
            order by started_at, {{ by_bytes('outage_id') }}
            rows between unbounded preceding and 1 preceding
        ) as latest_end_before
    from outages
),

numbered as (
    select
        *,
        sum(
            case
                when latest_end_before is null or started_at > latest_end_before then 1
                else 0
            end
        ) over (
            partition by service
            order by started_at, {{ by_bytes('outage_id') }}
            rows between unbounded preceding and current row
        ) as outage_number
    from preceded
),

final as (
    select
        service,
        min(started_at) as started_at,
        max(ended_at) as ended_at
    from numbered
    group by
        service,
        outage_number
)

select * from final
