-- The linearly interpolated percentile of durations, in hours. Source: its definition
-- (percentile_cont of SQL:2003; type 7 of Hyndman RJ, Fan Y (1996), The American Statistician 50:
-- 361-365): of the hours 1 to 10 the percentiles 50, 90 and 95 are 5.5, 9.1 and 9.55; of one value
-- it is that value. Returns the percentiles that are missing or differ.
with subjects as (
    select
        cast('quarter' as varchar) as period_grain,
        cast('2023-07-01' as date) as period_start,
        example,
        3600 * hours as age_seconds
    from (
        values
        ('ten', 7), ('ten', 3), ('ten', 10), ('ten', 1), ('ten', 9), ('ten', 2), ('ten', 8),
        ('ten', 5), ('ten', 6), ('ten', 4), ('one', 3)
    ) as age (example, hours)
),

{%- for quantile in [0.5, 0.9, 0.95] %}
percentile_{{ loop.index }} as (
    with {{ kpi_percentile(quantile=quantile, seconds='age_seconds', slices=['example']) }}
    select
        {{ quantile }} as quantile,
        *
    from estimates
),
{%- endfor %}

computed as (
    select * from percentile_1
    union all
    select * from percentile_2
    union all
    select * from percentile_3
),

by_definition as (
    select *
    from (
        values
        ('ten', 0.5, 5.5, 10), ('ten', 0.9, 9.1, 10), ('ten', 0.95, 9.55, 10),
        ('one', 0.5, 3, 1), ('one', 0.9, 3, 1), ('one', 0.95, 3, 1)
    ) as percentile (example, quantile, hours, subjects)
)

select
    by_definition.*,
    computed.value,
    computed.sample_size
from by_definition
left join computed
    on
        computed.slice = 'example'
        and by_definition.example = computed.slice_value
        and by_definition.quantile = computed.quantile
where
    computed.value is null
    or abs(computed.value - by_definition.hours) > 1e-12 * by_definition.hours
    or computed.sample_size <> by_definition.subjects
    or computed.numerator is not null
    or computed.denominator is not null
    or computed.ci_lower is not null
    or computed.ci_upper is not null
