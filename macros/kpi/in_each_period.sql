{#- A select of the rows of a relation in each grain's period: all their columns, and period_grain and
    period_start. day: the date that puts a row into its period. -#}
{% macro in_each_period(relation, day, grains) -%}
    select
        grains.period_grain,
        {{ period_start('grains.period_grain', day) }} as period_start,
        {{ relation }}.*
    from {{ relation }}
    cross join ({{ literal_rows('period_grain', grains) }}) as grains
{%- endmacro %}
