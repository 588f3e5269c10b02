{#- From subjects to one row per grain, period and slice value: the CTEs cells, exploded and sliced.
    subjects: the CTE of the subjects, with a column per slice and period_at (date or timestamp); or,
    where grains is none, with period_grain and period_start, for a subject that differs by grain.
    measures: a dict of column name to an aggregate over subjects; its parts are summed. by: further
    columns to keep apart. Subjects are reduced to cells before grains and slices multiply them. -#}
{% macro kpi_sliced(slices, measures, grains, by=[], subjects='subjects') %}
{%- set when = ['period_day'] if grains else ['period_grain', 'period_start'] %}
cells as (
    select
        {{ 'cast(period_at as date) as period_day' if grains else when | join(', ') }},
        {%- for slice in slices %}
        coalesce({{ slice }}, 'unknown') as {{ slice }}_value,
        {%- endfor %}
        {%- for column in by %}
        {{ column }},
        {%- endfor %}
        {%- for name, aggregate in measures.items() %}
        {{ aggregate }} as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ subjects }}
    group by
        {{ 'cast(period_at as date)' if grains else when | join(', ') }}
        {%- for slice in slices %},
        coalesce({{ slice }}, 'unknown')
        {%- endfor %}
        {%- for column in by %},
        {{ column }}
        {%- endfor %}
),

exploded as (
    select
        {%- if grains %}
        grains.period_grain,
        {{ period_start('grains.period_grain', 'cells.period_day') }} as period_start,
        {%- else %}
        cells.period_grain,
        cells.period_start,
        {%- endif %}
        slices.slice,
        case slices.slice
            when 'overall' then 'all'
            {%- for slice in slices %}
            when '{{ slice }}' then cells.{{ slice }}_value
            {%- endfor %}
        end as slice_value,
        {%- for column in by + measures.keys() | list %}
        cells.{{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from cells
    {%- if grains %}
    cross join (
        {{ kpi_values_list('period_grain', grains) }}
    ) as grains
    {%- endif %}
    cross join (
        {{ kpi_values_list('slice', ['overall'] + slices) }}
    ) as slices
),

sliced as (
    select
        period_grain,
        period_start,
        slice,
        slice_value,
        {%- for column in by %}
        {{ column }},
        {%- endfor %}
        {%- for name in measures %}
        sum({{ name }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from exploded
    group by
        period_grain,
        period_start,
        slice,
        slice_value
        {%- for column in by %},
        {{ column }}
        {%- endfor %}
)
{%- endmacro %}

{#- A column of literals, as a select. -#}
{% macro kpi_values_list(column, values) -%}
    {%- for value in values -%}
        select cast('{{ value }}' as varchar) as {{ column }}
        {%- if not loop.last %} union all {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{#- The grains that a metric has unless it says otherwise. -#}
{% macro all_grains() %}{{ return(['day', 'week', 'month', 'quarter']) }}{% endmacro %}
