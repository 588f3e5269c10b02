{#- A select of literals, one a row. -#}
{% macro literal_rows(column, values) -%}
    {%- for value in values -%}
        select cast('{{ value }}' as varchar) as {{ column }}
        {%- if not loop.last %} union all {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{#- Every period grain that there is. -#}
{% macro all_grains() %}{{ return(['day', 'week', 'month', 'quarter']) }}{% endmacro %}
