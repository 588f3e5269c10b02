{{ config(materialized='table') }}
-- Grain: one row per grain and period from the count start through the one that contains as_of.
-- Why: counts and states have a row in every period, also where nothing happened. The count start
-- is the period of the first case opened or incident declared.
with as_of as (
    select cast(as_of as date) as last_day from {{ ref('as_of') }}
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

final as (
    select distinct
        grains.period_grain,
        {{ period_start('grains.period_grain', 'days.day') }} as period_start
    from days
    cross join as_of
    cross join ({{ kpi_values_list('period_grain', all_grains()) }}) as grains
    where days.day <= as_of.last_day
)

select * from final
