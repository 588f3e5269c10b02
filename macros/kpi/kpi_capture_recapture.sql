{#- The share of a population on the first of two lists, the population estimated from the lists'
    overlap by Chapman (1951), its variance after Seber (1970), the interval from a lognormal one of
    the number that nobody saw (Chao 1987), so that it never contradicts what was seen: the CTEs from
    subjects to estimates. subjects: one row per individual seen, with period_at, is_detected,
    is_user_reported and a column per slice. No row where a list or the overlap is empty; no interval
    where one list holds the other. -#}
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
        n1 + n2 - m as seen,
        (n1 - m) * (n2 - m) / (m + 1) as unseen,
        (n1 + 1) * (n2 + 1) * (n1 - m) * (n2 - m) / ((m + 1) * (m + 1) * (m + 2)) as variance
    from lists
),

spread as (
    select
        *,
        exp({{ z_95() }} * sqrt(ln(1 + {{ ratio('variance', 'unseen * unseen') }}))) as factor
    from populations
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
        {{ ratio('n1', 'seen + unseen * factor') }} as ci_lower,
        {{ ratio('n1', 'seen + unseen / factor') }} as ci_upper,
        detected_count + reported_count - both_count as sample_size
    from spread
)
{%- endmacro %}
