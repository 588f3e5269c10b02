{#- The mean of whole numbers with the normal interval m +- z s / sqrt(n), s with n - 1: the CTEs
    from subjects to estimates. measure: their column of scores. The squares about the mean come from exact sums, for the scores are whole
    numbers. -#}
{% macro kpi_mean(measure, slices=metric_slices(), grains=metric_grains()) %}
{{ kpi_sliced(
    slices,
    {
        'total': 'sum(' ~ measure ~ ')',
        'squares': 'sum(' ~ measure ~ ' * ' ~ measure ~ ')',
        'sample_size': 'count(*)',
    },
    grains
) }},

means as (
    select
        *,
        {{ ratio('total', 'sample_size') }} as value,
        {{ z_95() }} * sqrt(
            {{ ratio(
                'sample_size * squares - total * total',
                'sample_size * sample_size * (sample_size - 1)'
            ) }}
        ) as margin
    from sliced
),

estimates as (
    select
        period_grain,
        period_start,
        slice,
        slice_value,
        total as numerator,
        sample_size as denominator,
        value,
        value - margin as ci_lower,
        value + margin as ci_upper,
        sample_size
    from means
)
{%- endmacro %}
