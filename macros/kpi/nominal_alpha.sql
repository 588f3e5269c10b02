{#- Krippendorff's alpha for nominal data: the CTEs from ratings to estimates. ratings: one row per
    unit with at least two values and value given to it: period_at, a column per slice, rating,
    rating_count (how often) and disagreeing_count (the pairs of it with another value, over the
    unit's values less one). No row where the expected disagreement is 0. -#}
{% macro nominal_alpha(slices=metric_slices(), grains=metric_grains()) %}
{{ kpi_exploded(
    slices,
    {
        'rating_count': 'sum(rating_count)',
        'disagreeing_count': in_order('sum', 'disagreeing_count'),
    },
    grains,
    'ratings',
    by=['rating']
) }},

rating_totals as (
    select
        period_grain,
        period_start,
        slice,
        slice_value,
        rating,
        sum(rating_count) as rating_count,
        {{ in_order('sum', 'disagreeing_count') }} as disagreeing_count
    from exploded
    group by
        period_grain,
        period_start,
        slice,
        slice_value,
        rating
),

totals as (
    select
        period_grain,
        period_start,
        slice,
        slice_value,
        sum(rating_count) as rating_count,
        {{ in_order('sum', 'disagreeing_count') }} as disagreeing_count,
        sum(rating_count * rating_count) as squared_count
    from rating_totals
    group by
        period_grain,
        period_start,
        slice,
        slice_value
),

estimates as (
    select
        *,
        {{ no_ratio() }},
        1 - (rating_count - 1) * {{ ratio(
            'disagreeing_count', 'rating_count * rating_count - squared_count'
        ) }} as value,
        {{ no_interval() }},
        rating_count as sample_size
    from totals
    where rating_count * rating_count > squared_count
)
{%- endmacro %}
