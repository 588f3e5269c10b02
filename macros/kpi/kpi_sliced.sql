{#- From subjects to one row per grain, period and slice value: the CTEs cells, exploded and sliced.
    measures: a dict of column name to an aggregate over subjects; its parts are summed. For the
    rest see kpi_exploded. -#}
{% macro kpi_sliced(slices, measures, grains, subjects='subjects', prefix='') %}
{{ kpi_exploded(slices, measures, grains, subjects, prefix) }},

{{ prefix }}sliced as (
    select
        period_grain,
        period_start,
        slice,
        slice_value,
        {%- for name in measures %}
        sum({{ name }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ prefix }}exploded
    group by
        period_grain,
        period_start,
        slice,
        slice_value
)
{%- endmacro %}
