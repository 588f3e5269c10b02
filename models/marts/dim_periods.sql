-- Grain: one row per period grain and period of kpi_values.
-- Why: a time axis for BI tools: what a period is called, when it ends, and whether it has.
with periods as (
    select distinct
        period_grain,
        period_start,
        is_complete,
        as_of
    from {{ ref('kpi_values') }}
),

final as (
    select
        period_grain,
        period_start,
        {{ period_last_day('period_grain', 'period_start') }} as period_end,
        cast({{ period_label('period_grain', 'period_start') }} as varchar) as label,
        {{ period_view('period_grain') }} as view,
        is_complete,
        as_of
    from periods
)

select * from final
