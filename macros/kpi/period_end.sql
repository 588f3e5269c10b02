{#- The first date after the period that starts on a date: the period's end is the first instant of
    that date. -#}
{% macro period_end(grain, start) -%}
    case {{ grain }}
        when 'day' then cast({{ start }} + interval '1' day as date)
        when 'week' then cast({{ start }} + interval '7' day as date)
        when 'month' then cast({{ start }} + interval '1' month as date)
        when 'quarter' then cast({{ start }} + interval '3' month as date)
    end
{%- endmacro %}
