{#- A select of a row per metric of the register and raw table that it requires. -#}
{% macro metric_requirements() -%}
    {%- for metric, facts in metric_facts().items() -%}
        {%- set is_last_metric = loop.last -%}
        {%- for table in facts.requires %}
    select
        cast('{{ metric }}' as varchar) as metric,
        cast('{{ table }}' as varchar) as table_name
            {%- if not (is_last_metric and loop.last) %}
    union all
            {%- endif %}
        {%- endfor -%}
    {%- endfor %}
{%- endmacro %}

{#- How many raw tables the metric with the most of them requires. -#}
{% macro most_requirements() %}
    {%- set most = [0] -%}
    {%- for facts in metric_facts().values() if facts.requires | length > most[-1] -%}
        {%- do most.append(facts.requires | length) -%}
    {%- endfor -%}
    {{- return(most[-1]) -}}
{% endmacro %}
