-- What holds for every row of kpi_values, whatever the data (methodology, Time and periods,
-- Confidence intervals, The table kpi_values). Returns the rows that break a rule, with its name.
{%- set rules = [
    'is_in_the_register', 'is_named_by_its_first_date', 'does_not_begin_after_as_of',
    'has_the_as_of_of_its_build', 'has_the_value_all_in_overall',
    'is_complete_once_its_end_is_not_after_as_of', 'is_complete_where_it_is_mature',
    'has_a_sample_size', 'has_no_interval_without_a_value', 'is_finite', 'is_not_negative',
    'has_its_value_within_its_interval', 'has_no_interval_unless_its_statistic_has',
    'lies_in_0_to_1_with_its_interval', 'has_an_interval_and_counts_its_events',
    'has_subjects_and_no_ratio',
    'is_its_numerator_and_nothing_else', 'has_a_denominator_above_0',
    'is_its_numerator_over_its_denominator'
] %}
with statistics as (
    {%- for metric, facts in metric_facts().items() %}
    select
        '{{ metric }}' as metric,
        '{{ facts.statistic }}' as statistic,
        cast({{ facts.factor }} as {{ t_double() }}) as factor
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

checked as (
    select
        kpi.*,
        statistics.statistic,
        statistics.factor,
        1e-9 * greatest(abs(kpi.value), 1) as tolerance,
        build.as_of as build_as_of,
        {{ period_start('kpi.period_grain', 'kpi.period_start') }} as first_day,
        cast({{ period_end('kpi.period_grain', 'kpi.period_start') }} as timestamp) as period_end
    from {{ ref('kpi_values') }} as kpi
    cross join {{ ref('as_of') }} as build
    left join statistics on kpi.metric = statistics.metric
),

rules as (
    select
        *,
        statistic is not null as is_in_the_register,
        period_start = first_day as is_named_by_its_first_date,
        period_start <= cast(as_of as date) as does_not_begin_after_as_of,
        as_of = build_as_of as has_the_as_of_of_its_build,
        slice <> 'overall' or slice_value = 'all' as has_the_value_all_in_overall,
        is_complete = (period_end <= as_of) as is_complete_once_its_end_is_not_after_as_of,
        is_complete or not is_mature as is_complete_where_it_is_mature,
        sample_size >= 0 as has_a_sample_size,
        value is not null or statistic = 'quantile' or ci_lower is null and ci_upper is null
            as has_no_interval_without_a_value,
        coalesce({{ is_finite('value') }}, true)
        and coalesce({{ is_finite('ci_lower') }}, true)
        and coalesce({{ is_finite('ci_upper') }}, true) as is_finite,
        statistic in ('change', 'reduction', 'coefficient')
        or coalesce(value >= 0, true) as is_not_negative,
        coalesce(ci_lower <= value + tolerance, true)
        and coalesce(ci_upper >= value - tolerance, true) as has_its_value_within_its_interval,
        {{ has_interval('statistic') }} or (ci_lower is null and ci_upper is null)
            as has_no_interval_unless_its_statistic_has,
        statistic not in (
            'proportion', 'stratified_proportion', 'probability', 'share', 'estimated_share'
        )
        or value is null
        or (value <= 1 and ci_lower >= 0 and ci_upper <= 1)
        or (
            statistic in ('share', 'estimated_share')
            and value <= 1 and ci_lower is null and ci_upper is null
        )
            as lies_in_0_to_1_with_its_interval,
        statistic <> 'rate'
        or (ci_lower is not null and ci_upper is not null and sample_size = numerator)
            as has_an_interval_and_counts_its_events,
        statistic not in ('quantile', 'percentile')
        or (numerator is null and denominator is null and sample_size > 0)
            as has_subjects_and_no_ratio,
        statistic not in ('count', 'subcount')
        or (
            value = numerator
            and (value = sample_size or (statistic = 'subcount' and value < sample_size))
            and denominator is null
            and ci_lower is null
            and ci_upper is null
        ) as is_its_numerator_and_nothing_else,
        statistic in (
            'change', 'reduction', 'coefficient', 'count', 'quantile', 'percentile', 'subcount'
        )
        or (numerator is not null and denominator > 0) as has_a_denominator_above_0,
        statistic in (
            'change', 'reduction', 'coefficient', 'count', 'probability', 'quantile', 'percentile',
            'subcount'
        )
        or abs(value - factor * numerator / denominator) <= tolerance
            as is_its_numerator_over_its_denominator
    from checked
)

select * from rules
where
    false
    {%- for rule in rules %}
    or not coalesce({{ rule }}, false)
    {%- endfor %}
