{#- A rate of events per exposure with Byar's interval: the CTEs from subjects to estimates. subjects: one
    row per event, with period_at and a column per slice. exposures: a relation with period_grain,
    period_start, slice, slice_value and the column that exposure names. Surface and region have an
    exposure of their own; the other slices take the overall one, and each value ever seen among the
    events has a row in every period with that exposure, zeros included. -#}
{% macro kpi_rate(
    exposures, exposure='exposure', factor=metric_fact('factor'), slices=metric_slices(),
    grains=metric_grains()
) %}
{%- set own_slices = [] -%}
{%- set shared_slices = [] -%}
{%- for slice in slices -%}
    {%- do (own_slices if slice in ('surface', 'region') else shared_slices).append(slice) -%}
{%- endfor -%}
{{ kpi_sliced(own_slices + shared_slices, {'events': 'count(*)'}, grains) }},

exposures as (
    select
        period_grain,
        period_start,
        slice,
        slice_value,
        {{ exposure }} as exposure
    from {{ exposures }}
    where
        {{ exposure }} > 0
        and slice in ('{{ (['overall'] + own_slices) | join("', '") }}')
),

shared_values as (
    select distinct
        slice,
        slice_value
    from sliced
    where slice in ('{{ shared_slices | join("', '") }}')
),

exposed as (
    select
        period_grain,
        period_start,
        slice,
        slice_value,
        exposure
    from exposures
    union all
    select
        exposures.period_grain,
        exposures.period_start,
        shared_values.slice,
        shared_values.slice_value,
        exposures.exposure
    from exposures
    cross join shared_values
    where exposures.slice = 'overall'
),

counted as (
    select
        exposed.period_grain,
        exposed.period_start,
        exposed.slice,
        exposed.slice_value,
        coalesce(sliced.events, 0) as numerator,
        exposed.exposure as denominator,
        coalesce(sliced.events, 0) as sample_size
    from exposed
    left join sliced
        on
            exposed.period_grain = sliced.period_grain
            and exposed.period_start = sliced.period_start
            and exposed.slice = sliced.slice
            and exposed.slice_value = sliced.slice_value
),

estimates as (
    select
        *,
        {{ factor }} * {{ ratio('numerator', 'denominator') }} as value,
        {{ byar('numerator', 'denominator', factor) }}
    from counted
)
{%- endmacro %}
