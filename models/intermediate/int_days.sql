-- Grain: one row per day of kpi_values.
-- Why: MetricFlow does not start without a time spine, a relation with one row per day.
with periods as (
    select * from {{ ref('dim_periods') }}
),

final as (
    select period_start as date_day
    from periods
    where period_grain = 'day'
)

select * from final
