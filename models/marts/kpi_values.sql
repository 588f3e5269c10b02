-- Grain: one row per metric, version, period grain, period and slice value.
-- Why: the one table that BI tools and reports read; each metric's own model defines it, and only
-- what is measured here is in it.
with stacked as (
    {{ kpi_union() }}
),

unmeasured as (
    select metric from {{ ref('int_unmeasured_metrics') }}
),

final as (
    select stacked.*
    from stacked
    left join unmeasured on stacked.metric = unmeasured.metric
    where unmeasured.metric is null
)

select * from final
