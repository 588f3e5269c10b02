{#- Subjects as cells (a day and a value of each slice), and each cell in every grain, period and
    slice value that it belongs to: the CTEs cells and exploded. subjects: the CTE of the subjects,
    with a column per slice and period_at (date or timestamp); or, where grains is none, with
    period_grain and period_start, for a subject that differs by grain. measures: a dict of column
    name to an aggregate over the subjects of a cell. prefix: put before the CTEs' names, where a file
    needs them twice. by: further columns to keep apart. Subjects are reduced to cells before grains and
    slices multiply them. -#}
{% macro kpi_exploded(slices, measures, grains, subjects, prefix='', by=[]) %}
{%- set values = {} -%}
{%- for slice in slices -%}
    {%- do values.update({slice: 'cells.' ~ slice ~ '_value'}) -%}
{%- endfor -%}
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
        {{ value_of_slice(values) }} as slice_value,
        {%- for column in by + measures | list %}
        cells.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ prefix }}cells as cells
    {%- if grains %}
    cross join (
        {{ literal_rows('period_grain', grains) }}
    ) as grains
    {%- endif %}
    cross join (
        {{ literal_rows('slice', ['overall'] + slices) }}
    ) as slices
)
{%- endmacro %}

{#- What makes a cell: a dict of column name to its expression over subjects. A missing slice value
    is unknown. -#}
{% macro kpi_cell(slices, grains) %}
    {%- set cell = {'period_day': 'cast(period_at as date)'} if grains
        else {'cell_grain': 'period_grain', 'cell_start': 'period_start'} -%}
    {%- for slice in slices -%}
        {%- do cell.update({slice ~ '_value': known_value(slice)}) -%}
    {%- endfor -%}
    {{- return(cell) -}}
{% endmacro %}
