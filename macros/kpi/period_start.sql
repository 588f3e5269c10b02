{#- The first date of the period of a grain that a date lies in. grain and day are expressions.
    Weeks are ISO weeks: they start on Monday. -#}
{% macro period_start(grain, day) -%}
    case {{ grain }}
        when 'day' then {{ day }}
        when 'week' then cast(date_trunc('week', {{ day }}) as date)
        when 'month' then cast(date_trunc('month', {{ day }}) as date)
        when 'quarter' then cast(date_trunc('quarter', {{ day }}) as date)
    end
{%- endmacro %}
