{#- The rows of kpi_values: those of the marts of all metrics and versions. -#}
{% macro kpi_union() -%}
{%- for metric, facts in metric_facts().items() -%}
{%- set is_last = loop.last -%}
{%- for version in facts.versions -%}
select
    metric,
    metric_version,
    period_grain,
    period_start,
    slice,
    slice_value,
    numerator,
    denominator,
    value,
    ci_lower,
    ci_upper,
    sample_size,
    is_complete,
    is_mature,
    as_of
from {{ ref(metric, v=version) }}
{%- if not (is_last and loop.last) %}
union all
{% endif -%}
{%- endfor -%}
{%- endfor -%}
{%- endmacro %}
