{#- A select of every slice value that a relation has ever seen. -#}
{% macro seen_values(relation, slices) -%}
    {%- for slice in slices -%}
    select distinct
        cast('{{ slice }}' as varchar) as slice,
        coalesce({{ slice }}, 'unknown') as slice_value
    from {{ relation }}
    {%- if not loop.last %}
    union all
    {% endif -%}
    {%- endfor -%}
{%- endmacro %}
