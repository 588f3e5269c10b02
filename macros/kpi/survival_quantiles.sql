{#- Quantiles of a survival curve with the bounds of Brookmeyer and Crowley (1982), log
    transformation (R survival, conf.type "log"): the CTEs from subjects to quantiles, one row per
    grain, period, slice value and quantile. Times in seconds; NULL where the curve or a band does
    not come down to 1 - quantile. Where the curve is flat at exactly 1 - quantile the value is the
    middle of that piece, which ends at the next event, or at the longest follow-up (R survival,
    quantile of a survfit). Where S is 0 the bands are undefined and reach nothing. -#}
{% macro survival_quantiles(slices, grains, quantiles) %}
{{ survival_curve(slices, grains) }},

levels as (
    {%- for quantile in quantiles %}
    select
        cast({{ quantile }} as {{ t_double() }}) as quantile,
        1 - cast({{ quantile }} as {{ t_double() }}) as level
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

bands as (
    select
        curve.*,
        survival * exp(-{{ z_95() }} * sqrt(greenwood)) as lower_band,
        case
            when greenwood is not null
                then least(survival * exp({{ z_95() }} * sqrt(greenwood)), 1)
        end as upper_band
    from curve
),

reached as (
    select
        bands.cohort_number,
        levels.quantile,
        levels.level,
        sum(bands.subject_count) as subject_count,
        max(bands.duration_seconds) as longest_seconds,
        max(bands.survival) filter (
            where bands.event_count > 0 and bands.survival <= levels.level + 1e-9
        ) as reached_survival,
        min(bands.duration_seconds) filter (
            where bands.event_count > 0 and bands.survival < levels.level - 1e-9
        ) as next_seconds,
        {%- for name, band in [
            ('reached_seconds', 'survival'), ('lower_seconds', 'lower_band'),
            ('upper_seconds', 'upper_band')
        ] %}
        min(bands.duration_seconds) filter (
            where bands.event_count > 0 and bands.{{ band }} <= levels.level + 1e-9
        ) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from bands
    cross join levels
    group by
        bands.cohort_number,
        levels.quantile,
        levels.level
),

cohort_quantiles as (
    select
        *,
        case
            when reached_survival >= level - 1e-9
                then {{ ratio(
                    'reached_seconds + coalesce(next_seconds, longest_seconds)', 2
                ) }}
            else reached_seconds
        end as value_seconds
    from reached
),

quantiles as (
    select
        cohorts.period_grain,
        cohorts.period_start,
        cohorts.slice,
        cohorts.slice_value,
        cohort_quantiles.quantile,
        cohort_quantiles.subject_count,
        cohort_quantiles.value_seconds,
        cohort_quantiles.lower_seconds,
        cohort_quantiles.upper_seconds
    from cohort_quantiles
    inner join cohorts on cohort_quantiles.cohort_number = cohorts.cohort_number
)
{%- endmacro %}
