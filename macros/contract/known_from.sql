{#- The columns of one raw table that are NULL until a time has come: a dict of each to the column
    that holds its time. A column of open_until holds its own; another one names it. -#}
{% macro known_from(table) %}
    {%- set times = {} -%}
    {%- for name in table_contract(table).open_until -%}
        {%- do times.update({name: name}) -%}
    {%- endfor -%}
    {%- for column in raw_source(table).columns.values() if column.config.meta.known_from -%}
        {%- do times.update({column.name: column.config.meta.known_from}) -%}
    {%- endfor -%}
    {{- return(times) -}}
{% endmacro %}
