{#- The share of seconds in service that were up: the CTEs from subjects to estimates. subjects: one row
    per service and period, with period_grain, period_start, service_seconds, up_seconds and a column
    per slice. -#}
{% macro kpi_uptime(slices=metric_slices()) %}
{{ kpi_sliced(
    slices,
    {
        'numerator': 'sum(up_seconds)',
        'denominator': 'sum(service_seconds)',
        'sample_size': 'count(*)',
    },
    none
) }},

estimates as (
    select
        *,
        {{ ratio('numerator', 'denominator') }} as value,
        {{ no_interval() }}
    from sliced
)
{%- endmacro %}
