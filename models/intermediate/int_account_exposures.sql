-- Grain: one row per grain, period and slice value for which active accounts were counted.
-- Why: distinct accounts cannot be summed, so each slice takes the row counted for it alone.
with active_accounts as (
    select * from {{ ref('stg_active_accounts') }}
),

final as (
    select
        period_grain,
        period_start_date as period_start,
        case
            when surface <> 'all' then 'surface'
            when region <> 'all' then 'region'
            else 'overall'
        end as slice,
        case when surface <> 'all' then surface else region end as slice_value,
        active_accounts as exposure
    from active_accounts
    where
        surface = 'all'
        or region = 'all'
)

select * from final
