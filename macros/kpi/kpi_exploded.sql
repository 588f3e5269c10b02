{#- Subjects as cells (a day and a value of each slice), and each cell in every grain, period and
    slice value that it belongs to: the CTEs cells and exploded. subjects: the CTE of the subjects,
    with a column per slice and period_at (date or timestamp); or, where grains is none, with
    period_grain and period_start, for a subject that differs by grain. measures: a dict of column
    name to an aggregate over the subjects of a cell. prefix: put before the CTEs' names, where a file
    needs them twice. by: further columns to keep apart. Subjects are reduced to cells before grains and
    slices multiply them. -#}
{% macro kpi_exploded(slices, measures, grains, subjects, prefix='', by=[]) %}
{{ prefix }}cells as (
    select
        {%- for name, expression in kpi_cell(slices, grains).items() %}
        {{ expression }} as {{ name }},
        {%- endfor %}
        {%- for column in by %}
        {{ column }},
        {%- endfor %}
        {%- for name, aggregate in measures.items() %}
        {{ aggregate }} as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ subjects }}
    group by
        {%- for expression in kpi_cell(slices, grains).values() | list + by %}
        {{ expression }}{{ ',' if not loop.last }}
        {%- endfor %}
),

{{ prefix }}exploded as (
    select
        {%- if grains %}
        grains.period_grain,
        {{ period_start('grains.period_grain', 'cells.period_day') }} as period_start,
        {%- else %}
        cells.cell_grain as period_grain,
        cells.cell_start as period_start,
        {%- endif %}
        slices.slice,
        case slices.slice
            when 'overall' then 'all'
            {%- for slice in slices %}
            when '{{ slice }}' then cells.{{ slice }}_value
            {%- endfor %}
        end as slice_value,
        {%- for column in by + measures | list %}
        cells.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ prefix }}cells as cells
    {%- if grains %}
    cross join (
        {{ kpi_values_list('period_grain', grains) }}
    ) as grains
    {%- endif %}
    cross join (
        {{ kpi_values_list('slice', ['overall'] + slices) }}
    ) as slices
)
{%- endmacro %}

{#- What makes a cell: a dict of column name to its expression over subjects. A missing slice value
    is unknown. -#}
{% macro kpi_cell(slices, grains) %}
    {%- set cell = {'period_day': 'cast(period_at as date)'} if grains
        else {'cell_grain': 'period_grain', 'cell_start': 'period_start'} -%}
    {%- for slice in slices -%}
        {%- do cell.update({slice ~ '_value': "coalesce(" ~ slice ~ ", 'unknown')"}) -%}
    {%- endfor -%}
    {{- return(cell) -}}
{% endmacro %}

{#- A column of literals, as a select. -#}
{% macro kpi_values_list(column, values) -%}
    {%- for value in values -%}
        select cast('{{ value }}' as varchar) as {{ column }}
        {%- if not loop.last %} union all {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{#- The grains that a metric has unless it says otherwise. -#}
{% macro all_grains() %}{{ return(['day', 'week', 'month', 'quarter']) }}{% endmacro %}
