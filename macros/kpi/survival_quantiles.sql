{#- Quantiles of a survival curve with the bounds of Brookmeyer and Crowley (1982), log
    transformation (R survival, conf.type "log"): the CTEs from subjects to quantiles, one row per
    grain, period, slice value and quantile. Times in seconds; NULL where the curve or a band does
    not come down to 1 - quantile. Where S is 0 the bands are undefined and reach nothing. -#}
{% macro survival_quantiles(slices, grains, quantiles) %}
{{ survival_curve(slices, grains) }},

levels as (
    {%- for quantile in quantiles %}
    select
        cast({{ quantile }} as {{ t_double() }}) as quantile,
        1 - cast({{ quantile }} as {{ t_double() }}) + 1e-9 as level
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

cohort_quantiles as (
    select
        bands.cohort_number,
        levels.quantile,
        sum(bands.subject_count) as subject_count,
        {%- for name, band in [
            ('value_seconds', 'survival'), ('lower_seconds', 'lower_band'),
            ('upper_seconds', 'upper_band')
        ] %}
        min(bands.duration_seconds) filter (
            where bands.event_count > 0 and bands.{{ band }} <= levels.level
        ) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from bands
    cross join levels
    group by
        bands.cohort_number,
        levels.quantile
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
