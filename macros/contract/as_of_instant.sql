{#- The body of as_of. given: a UTC timestamp without an offset, or '' for the default. -#}
{% macro as_of_instant(given) %}
{%- set checked = {} -%}
{%- for table in raw_tables() -%}
    {%- do checked.update({table: ref('base_' ~ table)}) -%}
{%- endfor -%}
{%- if given -%}
{%- set pattern = '^\\d{4}-\\d{2}-\\d{2}([ T]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,6})?)?)?$' -%}
{%- if not modules.re.match(pattern, given) -%}
    {%- do exceptions.raise_compiler_error(
        "as_of '" ~ given ~ "' is not a valid timestamp. Write it in UTC, without an offset: "
        ~ "2026-06-30 00:00:00") -%}
{%- endif -%}
select cast('{{ given }}' as timestamp) as as_of
{%- else -%}
with latest as (
    {%- for table, relation in checked.items() %}
    select max(ingested_at) as ingested_at from {{ relation }} where breaches is null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select cast(max(ingested_at) as timestamp) as as_of from latest
{%- endif -%}
{% endmacro %}
