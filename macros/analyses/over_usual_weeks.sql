{#- Counts of a week beside those of its usual weeks: the CTEs from usual_weeks and counted
    (counted_week, observed and the columns of by) to risen (week_start, by, observed, weeks, usual,
    dispersion, rise, rise_lower, rise_upper). absent: what a week counts that is not in counted; null
    where it was not measured, and a series that lacks a week has no numbers then.
    The interval. Two Poisson counts, of the week and of the n usual weeks: given their sum the first
    is binomial, so Wilson's interval of its share p becomes one of their ratio, n p / (1 - p)
    (Przyborowski and Wilenski 1940). Real weeks vary by more than chance: the counts are divided by
    the dispersion, Pearson's statistic of the usual weeks over n - 1, no less than 1 (quasi-Poisson:
    McCullagh and Nelder 1989; for outbreaks Farrington et al. 1996). As it is estimated, Student's t
    with n - 1 degrees of freedom takes the place of z; Wilson's interval depends on z only by z^2 /
    size, so the size is multiplied by z^2 / t^2. -#}
{% macro over_usual_weeks(by, counted='counted', absent='0', prefix='') %}
{{ prefix }}week_cells as (
    select
        week_start,
        week_start as counted_week,
        true as is_asked
    from (select distinct week_start from usual_weeks) as asked_weeks
    union all
    select
        week_start,
        usual_week_start as counted_week,
        false as is_asked
    from usual_weeks
),

{{ prefix }}filled as (
    select
        cells.week_start,
        cells.is_asked,
        {%- for column in by %}
        series.{{ column }},
        {%- endfor %}
        cast(coalesce(counted.observed, {{ absent }}) as {{ t_double() }}) as observed
    from {{ prefix }}week_cells as cells
    cross join (
        select distinct {{ by | join(', ') }} from {{ counted }}
    ) as series
    left join {{ counted }} as counted
        on
            cells.counted_week = counted.counted_week
            {%- for column in by %}
            and series.{{ column }} = counted.{{ column }}
            {%- endfor %}
),

{{ prefix }}summed as (
    select
        week_start,
        {%- for column in by %}
        {{ column }},
        {%- endfor %}
        sum(case when is_asked then observed end) as observed,
        count(*) - 1 as weeks,
        sum(case when not is_asked then observed end) as earlier,
        var_samp(case when not is_asked then observed end) as earlier_variance
    from {{ prefix }}filled
    group by
        week_start,
        {{ by | join(', ') }}
    having count(observed) = count(*)
),

{{ prefix }}dispersed as (
    select
        *,
        {{ ratio('earlier', 'weeks') }} as usual,
        coalesce(
            greatest({{ ratio('earlier_variance * weeks', 'earlier') }}, 1), 1
        ) as dispersion,
        {{ student_t_975('(weeks - 1)') }} as quantile
    from {{ prefix }}summed
),

{{ prefix }}shares as (
    select
        *,
        {{ ratio('observed', 'observed + earlier') }} as week_share,
        {{ ratio('observed + earlier', 'dispersion') }}
        * {{ z_95() }} * {{ z_95() }} / (quantile * quantile) as effective_count
    from {{ prefix }}dispersed
),

{{ prefix }}bounded as (
    select
        *,
        {{ wilson('week_share', 'effective_count') }}
    from {{ prefix }}shares
),

{{ prefix }}risen as (
    select
        week_start,
        {%- for column in by %}
        {{ column }},
        {%- endfor %}
        observed,
        weeks,
        usual,
        dispersion,
        {{ ratio('observed', 'usual') }} - 1 as rise,
        weeks * {{ ratio('ci_lower', '1 - ci_lower') }} - 1 as rise_lower,
        weeks * {{ ratio('ci_upper', '1 - ci_upper') }} - 1 as rise_upper
    from {{ prefix }}bounded
)
{%- endmacro %}
