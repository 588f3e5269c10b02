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

unit_quantiles as (
    select
        bands.unit_number,
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
        bands.unit_number,
        levels.quantile
),

quantiles as (
    select
        units.period_grain,
        units.period_start,
        units.slice,
        units.slice_value,
        unit_quantiles.quantile,
        unit_quantiles.subject_count,
        unit_quantiles.value_seconds,
        unit_quantiles.lower_seconds,
        unit_quantiles.upper_seconds
    from unit_quantiles
    inner join units on unit_quantiles.unit_number = units.unit_number
)
{%- endmacro %}
