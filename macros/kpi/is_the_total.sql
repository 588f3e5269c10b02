{#- Whether a sum is a total up to rounding, 1e-9 of it; NULL where one of them is. -#}
{% macro is_the_total(sum, total) -%}
    abs({{ sum }} - {{ total }}) <= 1e-9 * abs({{ total }})
{%- endmacro %}
