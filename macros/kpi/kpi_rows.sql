{#- The last step of every metric: the columns of kpi_values, in order, typed and to the digits that
    are published, as the CTE kpi.
    estimates: a CTE with period_grain, period_start, slice, slice_value, numerator, denominator,
    value, ci_lower, ci_upper, sample_size and the metric's extra columns. -#}
{% macro kpi_rows() %}
{%- set this = this_metric() -%}
bounded as (
    select
        estimates.*,
        {{ period_end('estimates.period_grain', 'estimates.period_start') }} as period_end
    from estimates
),

kpi as (
    select
        cast('{{ this.metric }}' as varchar) as metric,
        cast({{ this.version }} as integer) as metric_version,
        cast(bounded.period_grain as varchar) as period_grain,
        cast(bounded.period_start as date) as period_start,
        cast(bounded.slice as varchar) as slice,
        cast(bounded.slice_value as varchar) as slice_value,
        {%- for column in ['numerator', 'denominator', 'value', 'ci_lower', 'ci_upper'] %}
        {{ published('cast(bounded.' ~ column ~ ' as ' ~ t_double() ~ ')') }} as {{ column }},
        {%- endfor %}
        cast(bounded.sample_size as bigint) as sample_size,
        cast(bounded.period_end as timestamp) <= as_of.as_of as is_complete,
        cast(bounded.period_end as timestamp) + {{ metric_fact('maturity_days') }} * interval '1' day
        <= as_of.as_of as is_mature,
        {%- for column in metric_fact('extra_columns') %}
        bounded.{{ column }},
        {%- endfor %}
        as_of.as_of
    from bounded
    cross join {{ ref('as_of') }} as as_of
)
{%- endmacro %}
