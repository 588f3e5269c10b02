-- Of a metric that the register calls additive, the numerators and denominators of the days add up
-- to those of their week, month and quarter, in every version, slice and slice value; MetricFlow
-- adds days up (docs/guides/semantic_layer.md). To 12 digits, since sums of doubles differ by their
-- order. Returns the periods and slice values where they do not.
with measured as (
    select * from {{ ref('kpi_values') }}
    where
        metric in (
            {%- for metric in additive_metrics() %}
            '{{ metric }}'{{ ',' if not loop.last }}
            {%- endfor %}
        )
),

longer as (
    select * from measured
    where period_grain <> 'day'
),

summed as (
    {%- for grain in ['week', 'month', 'quarter'] %}
    select
        metric,
        metric_version,
        '{{ grain }}' as period_grain,
        {{ period_start("'" ~ grain ~ "'", 'period_start') }} as period_start,
        slice,
        slice_value,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from measured
    where period_grain = 'day'
    group by 1, 2, 3, 4, 5, 6
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select
    longer.metric,
    longer.metric_version,
    longer.period_grain,
    longer.period_start,
    longer.slice,
    longer.slice_value,
    longer.numerator,
    longer.denominator,
    summed.numerator as summed_numerator,
    summed.denominator as summed_denominator
from longer
full join summed
    on
        longer.metric = summed.metric
        and longer.metric_version = summed.metric_version
        and longer.period_grain = summed.period_grain
        and longer.period_start = summed.period_start
        and longer.slice = summed.slice
        and longer.slice_value = summed.slice_value
where
    longer.metric is null
    or summed.metric is null
    or abs(longer.numerator - summed.numerator) > 1e-12 * abs(longer.numerator)
    or abs(longer.denominator - summed.denominator) > 1e-12 * abs(longer.denominator)
