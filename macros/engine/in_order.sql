{#- An aggregate of doubles (sum, avg, stddev_samp) that takes them in ascending order. Addition of
    doubles rounds, so that a plain aggregate can differ in its last bits with the order of the rows
    and with how many threads share them; in order the same values give the same bits. -#}
{% macro in_order(aggregate, expression) %}
    {{- return(adapter.dispatch('in_order')(aggregate, expression)) -}}
{% endmacro %}

{% macro default__in_order(aggregate, expression) -%}
    {{ aggregate }}({{ expression }} order by {{ expression }})
{%- endmacro %}
