{#- First date of the period before (years=0), or of the same period a year before (years=1): 12
    months back for months and quarters, 52 weeks back for days and weeks, which keeps the weekday. -#}
{% macro earlier_period(grain, start, years) -%}
    {%- set back = {'day': '364' if years else '1', 'week': '364' if years else '7'} -%}
    {%- set months = {'month': '12' if years else '1', 'quarter': '12' if years else '3'} -%}
    case {{ grain }}
        {%- for name, days in back.items() %}
        when '{{ name }}' then cast({{ start }} - interval '{{ days }}' day as date)
        {%- endfor %}
        {%- for name, count in months.items() %}
        when '{{ name }}' then cast({{ start }} - interval '{{ count }}' month as date)
        {%- endfor %}
    end
{%- endmacro %}
