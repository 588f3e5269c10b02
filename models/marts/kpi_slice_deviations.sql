{{ config(materialized='view') }}
-- Grain: one row per metric (its newest version), period grain and slice value with a row in the
-- metric's latest mature period, overall included.
-- Why: a weekly review asks which slices got worse, out of hundreds. Each is held against its own
-- up to 12 mature periods before, so that one that always swings widely does not come first.
with kpi_values as (
    select * from {{ ref('kpi_values') }}
    where is_mature
),

catalog as (
    select
        metric,
        metric_version,
        statistic,
        direction,
        {{ version_recency() }} as recency
    from {{ ref('metric_catalog') }}
),

series as (
    select
        kpi_values.*,
        catalog.statistic,
        catalog.direction,
        row_number() over (
            partition by
                kpi_values.metric,
                kpi_values.period_grain,
                kpi_values.slice,
                kpi_values.slice_value
            order by kpi_values.period_start desc
        ) as recency,
        max(kpi_values.period_start) over (
            partition by kpi_values.metric, kpi_values.period_grain
        ) as latest_start
    from kpi_values
    inner join catalog
        on
            kpi_values.metric = catalog.metric
            and kpi_values.metric_version = catalog.metric_version
            and catalog.recency = 1
    where catalog.direction in ('up', 'down')
),

earlier as (
    select
        metric,
        metric_version,
        period_grain,
        slice,
        slice_value,
        count(value) as earlier_periods,
        {{ in_order('avg', 'value') }} as usual_value,
        {{ in_order('stddev_samp', 'value') }} as spread
    from series
    where recency between 2 and 13
    group by
        metric,
        metric_version,
        period_grain,
        slice,
        slice_value
),

compared as (
    select
        series.*,
        coalesce(earlier.earlier_periods, 0) as earlier_periods,
        earlier.usual_value,
        earlier.spread,
        case series.direction when 'down' then 1 else -1 end
        * (series.value - earlier.usual_value) as worse_by,
        -- A count's own error is that of Poisson; of a value it is read off the bound that faces
        -- the usual value.
        case
            when series.statistic in ('count', 'subcount') then sqrt(series.value)
            when series.value > earlier.usual_value
                then (series.value - series.ci_lower) / {{ z_95() }}
            else (series.ci_upper - series.value) / {{ z_95() }}
        end as standard_error,
        -- The sample size of a share is not of observations: it counts services or surfaces.
        coalesce(earlier.earlier_periods, 0) >= 6
        and (series.sample_size >= 10 or series.statistic = 'share') as is_enough
    from series
    left join earlier on {{ same_series('series', 'earlier') }}
    where
        series.recency = 1
        and series.period_start = series.latest_start
),

-- Student's t of a new value: its variance is the larger of what the periods before show and of
-- what its own error says, plus that of their mean.
standardised as (
    select
        *,
        case
            when is_enough
                then worse_by / nullif(
                    sqrt(
                        greatest(power(spread, 2), power(coalesce(standard_error, 0), 2))
                        + power(spread, 2) / earlier_periods
                    ),
                    0
                )
        end as t,
        earlier_periods - 1 as freedom
    from compared
),

final as (
    select
        metric,
        metric_version,
        period_grain,
        slice,
        slice_value,
        period_start,
        value,
        ci_lower,
        ci_upper,
        sample_size,
        direction,
        earlier_periods,
        usual_value,
        spread,
        -- The standard normal deviate as far out as t (Wallace 1959): 4 after 6 periods is less
        -- clear than 4 after 12.
        case
            when t is not null
                then
                    sign(t)
                    * sqrt(freedom * ln(1 + power(t, 2) / nullif(freedom, 0)))
                    * (8 * freedom + 1) / (8 * freedom + 3)
        end as deviation,
        worse_by > 0 as is_worse,
        as_of
    from standardised
)

select * from final
