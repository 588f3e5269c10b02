{#- A date or timestamp some days later, in its own type. -#}
{% macro add_days(expression, days) %}
    {{- return(adapter.dispatch('add_days')(expression, days)) -}}
{% endmacro %}

{% macro default__add_days(expression, days) -%}
    {{ expression }} + {{ days }} * interval '1' day
{%- endmacro %}
