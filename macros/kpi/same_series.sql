{#- Whether two rows of kpi_values belong to one series: the same key except for the period. -#}
{% macro same_series(left, right) -%}
    {%- for column in ['metric', 'metric_version', 'period_grain', 'slice', 'slice_value'] -%}
    {{ 'and ' if not loop.first }}{{ left }}.{{ column }} = {{ right }}.{{ column }}
    {%- if not loop.last %}
    {% endif -%}
    {%- endfor -%}
{%- endmacro %}
