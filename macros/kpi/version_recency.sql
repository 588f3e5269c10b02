{#- Which version of its metric a row of the catalog or of values is, counted from the newest: 1. -#}
{% macro version_recency() -%}
    row_number() over (partition by metric order by metric_version desc)
{%- endmacro %}
