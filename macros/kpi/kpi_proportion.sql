{#- A proportion with Wilson's interval: the CTEs from subjects to estimates. subjects: period_at
    (or period_grain and period_start, with subjects_have_periods), is_success and a column per
    slice. weight: their column by which the proportion is weighted; the interval then is the one at
    Kish's effective sample size. -#}
{% macro kpi_proportion(
    weight=none, subjects_have_periods=false, slices=metric_slices(), grains=metric_grains()
) %}
{%- if weight -%}
    {%- set measures = {'sample_size': 'count(*)'} -%}
    {%- set sums = {
        'numerator': 'case when is_success then ' ~ weight ~ ' else 0 end',
        'denominator': weight,
        'squared_weight': weight ~ ' * ' ~ weight,
    } -%}
{%- else -%}
    {%- set measures = {
        'numerator': 'count(*) filter (where is_success)',
        'sample_size': 'count(*)',
    } -%}
    {%- set sums = {} -%}
{%- endif -%}
{{ kpi_sliced(
    slices, measures, none if subjects_have_periods else grains, sums=sums
) }},

shares as (
    select
        period_grain,
        period_start,
        slice,
        slice_value,
        numerator,
        sample_size,
        {%- if weight %}
        denominator,
        {{ ratio('numerator', 'denominator') }} as value,
        {{ ratio('denominator * denominator', 'squared_weight') }} as effective_size
        {%- else %}
        sample_size as denominator,
        {{ ratio('numerator', 'sample_size') }} as value,
        cast(sample_size as {{ t_double() }}) as effective_size
        {%- endif %}
    from sliced
),

estimates as (
    select
        *,
        {{ wilson('value', 'effective_size') }}
    from shares
)
{%- endmacro %}
