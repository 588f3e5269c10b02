{#- From subjects to one row per grain, period and slice value: the CTEs cells, exploded and sliced.
    measures: a dict of column name to an aggregate over subjects, a whole number; its parts are
    summed. sums: a dict of column name to a double of a subject, which is summed. For the rest see
    kpi_exploded. -#}
{% macro kpi_sliced(slices, measures, grains, subjects='subjects', prefix='', sums={}) %}
{%- set aggregates = dict(measures) -%}
{%- set totals = {} -%}
{%- for name in measures -%}
    {%- do totals.update({name: 'sum(' ~ name ~ ')'}) -%}
{%- endfor -%}
{%- for name, double in sums.items() -%}
    {%- do aggregates.update({name: in_order('sum', double)}) -%}
    {%- do totals.update({name: in_order('sum', name)}) -%}
{%- endfor -%}
{{ kpi_exploded(slices, aggregates, grains, subjects, prefix) }},

{{ prefix }}sliced as (
    select
        period_grain,
        period_start,
        slice,
        slice_value,
        {%- for name, total in totals.items() %}
        {{ total }} as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ prefix }}exploded
    group by
        period_grain,
        period_start,
        slice,
        slice_value
)
{%- endmacro %}
