{#- The stratified estimate sum(N_h p_h) / sum(N_h) and its interval: the CTEs from strata to
    estimates. For the interval the strata of one name are collapsed over the weeks and surfaces of
    the row, because most hold a few labels; each collapsed one has Wilson's interval at its effective
    sample size, and these are combined by MOVER (Zou and Donner 2008). A stratum without a label is
    left out of both. strata: period_start_date, surface, stratum, population_views,
    label_count, violating_count. violating_labels: the violating ones by stratum and harm type. -#}
{% macro stratified_share(slices=metric_slices(), grains=metric_grains()) %}
used as (
    select * from strata
    where label_count > 0
),

harm_types as (
    select distinct harm_type from violating_labels
),

stratum_shares as (
    select
        period_start_date,
        stratum,
        cast('overall' as varchar) as slice,
        cast('all' as varchar) as slice_value,
        population_views,
        label_count,
        violating_count
    from used
    {%- if 'surface' in slices %}
    union all
    select
        period_start_date,
        stratum,
        cast('surface' as varchar) as slice,
        surface as slice_value,
        population_views,
        label_count,
        violating_count
    from used
    {%- endif %}
    {%- if 'harm_type' in slices %}
    union all
    select
        used.period_start_date,
        used.stratum,
        cast('harm_type' as varchar) as slice,
        harm_types.harm_type as slice_value,
        used.population_views,
        used.label_count,
        coalesce(violating_labels.violating_count, 0) as violating_count
    from used
    cross join harm_types
    left join violating_labels
        on
            used.period_start_date = violating_labels.period_start_date
            and used.surface = violating_labels.surface
            and used.stratum = violating_labels.stratum
            and harm_types.harm_type = violating_labels.harm_type
    {%- endif %}
),

stratum_moments as (
    select
        *,
        population_views * {{ ratio('violating_count', 'label_count') }} as violating_views,
        cast(population_views as {{ t_double() }}) * population_views
        / label_count as squared_views_per_label
    from stratum_shares
),

grains as (
    {{ literal_rows('period_grain', grains) }}
),

collapsed as (
    select
        grains.period_grain,
        {{ period_start('grains.period_grain', 'stratum_moments.period_start_date') }}
            as period_start,
        stratum_moments.slice,
        stratum_moments.slice_value,
        stratum_moments.stratum,
        {{ in_order('sum', 'stratum_moments.violating_views') }} as violating_views,
        sum(stratum_moments.population_views) as population_views,
        {{ in_order('sum', 'stratum_moments.squared_views_per_label') }}
            as squared_views_per_label,
        sum(stratum_moments.label_count) as label_count
    from stratum_moments
    cross join grains
    group by
        grains.period_grain,
        {{ period_start('grains.period_grain', 'stratum_moments.period_start_date') }},
        stratum_moments.slice,
        stratum_moments.slice_value,
        stratum_moments.stratum
),

sized as (
    select
        *,
        {{ ratio('violating_views', 'population_views') }} as share,
        cast(population_views as {{ t_double() }}) * population_views
        / squared_views_per_label as effective_size
    from collapsed
),

bounded_strata as (
    select
        *,
        {{ wilson('share', 'effective_size') }}
    from sized
),

pooled as (
    select
        period_grain,
        period_start,
        slice,
        slice_value,
        {{ in_order('sum', 'violating_views') }} as numerator,
        sum(population_views) as denominator,
        sum(label_count) as sample_size,
        {{ in_order('sum', squared_margin('share - ci_lower')) }} as lower_square,
        {{ in_order('sum', squared_margin('ci_upper - share')) }} as upper_square
    from bounded_strata
    group by
        period_grain,
        period_start,
        slice,
        slice_value
),

all_views as (
    select
        grains.period_grain,
        {{ period_start('grains.period_grain', 'strata.period_start_date') }} as period_start,
        strata.surface,
        sum(strata.population_views) as population_views
    from strata
    cross join grains
    group by
        grains.period_grain,
        {{ period_start('grains.period_grain', 'strata.period_start_date') }},
        strata.surface
),

views_in_reach as (
    select
        pooled.period_grain,
        pooled.period_start,
        pooled.slice,
        pooled.slice_value,
        sum(all_views.population_views) as population_views
    from pooled
    inner join all_views
        on
            pooled.period_grain = all_views.period_grain
            and pooled.period_start = all_views.period_start
            and (pooled.slice <> 'surface' or pooled.slice_value = all_views.surface)
    group by
        pooled.period_grain,
        pooled.period_start,
        pooled.slice,
        pooled.slice_value
),

shares as (
    select
        pooled.*,
        {{ ratio('pooled.numerator', 'pooled.denominator') }} as value,
        {{ ratio('pooled.denominator', 'views_in_reach.population_views') }} as covered_view_share
    from pooled
    inner join views_in_reach
        on
            pooled.period_grain = views_in_reach.period_grain
            and pooled.period_start = views_in_reach.period_start
            and pooled.slice = views_in_reach.slice
            and pooled.slice_value = views_in_reach.slice_value
),

estimates as (
    select
        *,
        greatest(value - {{ ratio('sqrt(lower_square)', 'denominator') }}, 0) as ci_lower,
        least(value + {{ ratio('sqrt(upper_square)', 'denominator') }}, 1) as ci_upper
    from shares
)
{%- endmacro %}

{#- The square of a margin of a collapsed stratum's share, in views. -#}
{% macro squared_margin(margin) -%}
    cast(population_views as {{ t_double() }}) * population_views * ({{ margin }}) * ({{ margin }})
{%- endmacro %}
