{#- The rows of kpi_values from the marts of several metrics. -#}
{% macro kpi_union(relations) -%}
{%- for relation in relations -%}
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
from {{ relation }}
{%- if not loop.last %}
union all
{% endif -%}
{%- endfor -%}
{%- endmacro %}
