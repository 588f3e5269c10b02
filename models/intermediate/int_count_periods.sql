{{ config(materialized='table') }}
-- Grain: one row per grain and period from the count start through the one that contains as_of.
-- Why: counts and states have a row in every period, also where nothing happened. The count start
-- is the period of the first case opened or incident declared. A state is read at state_at: at the
-- end of its period, or at as_of in a period that is not complete.
with as_of as (
    select * from {{ ref('as_of') }}
),

starts as (
    select min(opened_at) as started_at from {{ ref('stg_cases') }}
    union all
    select min(declared_at) as started_at from {{ ref('stg_incidents') }}
),

first_day as (
    select cast(min(started_at) as date) as first_day from starts
),

days as (
    {{ days_since('first_day', 36525) }}
),

periods as (
    select distinct
        grains.period_grain,
        {{ period_start('grains.period_grain', 'days.day') }} as period_start
    from days
    cross join as_of
    cross join ({{ literal_rows('period_grain', all_grains()) }}) as grains
    where days.day <= cast(as_of.as_of as date)
),

ended as (
    select
        periods.*,
        cast({{ period_end('periods.period_grain', 'periods.period_start') }} as timestamp)
            as ends_at
    from periods
),

final as (
    select
        ended.period_grain,
        ended.period_start,
        ended.ends_at,
        least(ended.ends_at, as_of.as_of) as state_at
    from ended
    cross join as_of
)

select * from final
