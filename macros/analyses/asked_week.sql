{#- The first day of the week that is asked for: the ISO week of a date, or, where none is given, the
    last complete week. Needs a column as_of. -#}
{% macro asked_week(week) -%}
    {%- set day = 'cast(' ~ dbt.string_literal(dbt.escape_single_quotes(week | string)) ~ ' as date)'
        if week is not none else "cast(as_of - interval '7' day as date)" -%}
    {{ period_start("'week'", day) }}
{%- endmacro %}
