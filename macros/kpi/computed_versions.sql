{#- A select of a row per metric that has a model, with the number of its versions that have one. -#}
{% macro computed_versions() -%}
    {%- for metric, facts in metric_facts().items() -%}
    select
        cast('{{ metric }}' as varchar) as metric,
        {{ facts.versions | length }} as version_count
        {%- if not loop.last %}
    union all
    {% endif -%}
    {%- endfor -%}
{%- endmacro %}
