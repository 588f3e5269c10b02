{#- The share of a population on the first of two lists, the population estimated from the lists'
    overlap by Chapman (1951), its variance after Seber (1970): the CTEs from subjects to estimates.
    subjects: one row per individual seen, with period_at, is_detected, is_user_reported and a column
    per slice. No row where a list or the overlap is empty. -#}
{% macro kpi_capture_recapture(slices=metric_slices(), grains=metric_grains()) %}
{{ kpi_sliced(
    slices,
    {
        'detected_count': 'count(*) filter (where is_detected)',
        'reported_count': 'count(*) filter (where is_user_reported)',
        'both_count': 'count(*) filter (where is_detected and is_user_reported)',
    },
    grains
) }},

lists as (
    select
        *,
        cast(detected_count as {{ t_double() }}) as n1,
        cast(reported_count as {{ t_double() }}) as n2,
        cast(both_count as {{ t_double() }}) as m
    from sliced
    where
        detected_count > 0
        and reported_count > 0
        and both_count > 0
),

populations as (
    select
        *,
        (n1 + 1) * (n2 + 1) / (m + 1) - 1 as population,
        {{ z_95() }} * sqrt(
            (n1 + 1) * (n2 + 1) * (n1 - m) * (n2 - m) / ((m + 1) * (m + 1) * (m + 2))
        ) as margin
    from lists
),

estimates as (
    select
        period_grain,
        period_start,
        slice,
        slice_value,
        n1 as numerator,
        population as denominator,
        {{ ratio('n1', 'population') }} as value,
        case
            when margin > 0
                then least(greatest({{ ratio('n1', 'population + margin') }}, 0), 1)
        end as ci_lower,
        case
            when margin > 0 and population - margin < n1 then 1
            when margin > 0
                then least(greatest({{ ratio('n1', 'population - margin') }}, 0), 1)
        end as ci_upper,
        detected_count + reported_count - both_count as sample_size
    from populations
)
{%- endmacro %}
