{#- The mean of whole numbers with Student's interval m +- t s / sqrt(n), s and t with n - 1 (Student
    1908): the CTEs from subjects to estimates. measure: their column of scores. These are whole numbers, so the
    squares about the mean come from exact sums. -#}
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
        {{ student_t_975('(sample_size - 1)') }} * sqrt(
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
