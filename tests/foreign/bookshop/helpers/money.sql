{% macro inEuro(column) %}CAST({{ column }} AS DOUBLE) / 100{% endmacro %}
