-- What holds for every row of kpi_values, whatever the data (methodology, Time and periods,
-- Confidence intervals, The table kpi_values). Returns the rows that break a rule, with its name.
{#- Kind of each metric (a part is a count of some of those that the sample size counts; a reduction
    and an agreement can be negative), and the factor where value is factor x numerator /
    denominator; recurrence is an estimate instead. -#}
{%- set metrics = {
    'action_within_sla_rate': ['proportion', 1],
    'appeal_overturn_rate': ['proportion', 1],
    'appeal_rate': ['proportion', 1],
    'backlog_age_p90_hours': ['percentile', 'null'],
    'backlog_open_cases': ['count', 'null'],
    'backlog_over_sla_cases': ['part', 'null'],
    'calibration_variance_reduction': ['reduction', 'null'],
    'cases_per_review_hour': ['ratio', 1],
    'detection_precision': ['proportion', 1],
    'detection_recall_estimate': ['estimated_share', 1],
    'freshness_sla_adherence': ['proportion', 1],
    'friction_conversion_change': ['reduction', 'null'],
    'harm_per_million_messages': ['rate', 1000000],
    'harm_per_million_views': ['rate', 1000000],
    'harm_per_thousand_transactions': ['rate', 1000],
    'harm_prevalence_rate': ['rate', 1000],
    'incident_containment_p50_hours': ['percentile', 'null'],
    'inter_rater_alpha': ['agreement', 'null'],
    'major_incidents': ['count', 'null'],
    'postmortem_on_time_rate': ['proportion', 1],
    'proactive_detection_share': ['proportion', 1],
    'qa_pass_rate': ['proportion', 1],
    'recurrence_rate_30d': ['proportion', 'null'],
    'recurrence_rate_7d': ['proportion', 'null'],
    'recurrence_rate_90d': ['proportion', 'null'],
    'report_actionability_rate': ['proportion', 1],
    'report_rate': ['rate', 1000],
    'reports_per_million_views': ['rate', 1000000],
    'rework_rate': ['proportion', 1],
    'stakeholder_satisfaction': ['mean', 1],
    'surface_monitoring_coverage': ['estimated_share', 1],
    'time_to_action_p50_hours': ['percentile', 'null'],
    'time_to_action_p90_hours': ['percentile', 'null'],
    'time_to_resolution_p50_hours': ['percentile', 'null'],
    'time_to_resolution_p90_hours': ['percentile', 'null'],
    'tooling_uptime': ['estimated_share', 1],
    'violative_view_rate': ['proportion', 1],
} -%}
{%- set rules = [
    'is_of_a_kind_listed_here', 'is_named_by_its_first_date', 'does_not_begin_after_as_of',
    'has_the_as_of_of_its_build', 'has_the_value_all_in_overall',
    'is_complete_once_its_end_is_not_after_as_of', 'is_complete_where_it_is_mature',
    'has_a_sample_size', 'has_no_interval_without_a_value', 'is_finite', 'is_not_negative',
    'has_its_value_within_its_interval', 'lies_in_0_to_1_with_its_interval',
    'has_an_interval_and_counts_its_events', 'has_subjects_and_no_ratio',
    'is_its_numerator_and_nothing_else', 'has_a_denominator_above_0',
    'is_its_numerator_over_its_denominator'
] %}
with kinds as (
    {%- for metric, traits in metrics.items() %}
    select
        '{{ metric }}' as metric,
        '{{ traits[0] }}' as kind,
        cast({{ traits[1] }} as {{ t_double() }}) as factor
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}
),

checked as (
    select
        kpi.*,
        kinds.kind,
        kinds.factor,
        1e-9 * greatest(abs(kpi.value), 1) as tolerance,
        build.as_of as build_as_of,
        {{ period_start('kpi.period_grain', 'kpi.period_start') }} as first_day,
        cast({{ period_end('kpi.period_grain', 'kpi.period_start') }} as timestamp) as period_end
    from {{ ref('kpi_values') }} as kpi
    cross join {{ ref('as_of') }} as build
    left join kinds on kpi.metric = kinds.metric
),

rules as (
    select
        *,
        kind is not null as is_of_a_kind_listed_here,
        period_start = first_day as is_named_by_its_first_date,
        period_start <= cast(as_of as date) as does_not_begin_after_as_of,
        as_of = build_as_of as has_the_as_of_of_its_build,
        slice <> 'overall' or slice_value = 'all' as has_the_value_all_in_overall,
        is_complete = (period_end <= as_of) as is_complete_once_its_end_is_not_after_as_of,
        is_complete or not is_mature as is_complete_where_it_is_mature,
        sample_size >= 0 as has_a_sample_size,
        value is not null or kind = 'percentile' or ci_lower is null and ci_upper is null
            as has_no_interval_without_a_value,
        coalesce({{ is_finite('value') }}, true)
        and coalesce({{ is_finite('ci_lower') }}, true)
        and coalesce({{ is_finite('ci_upper') }}, true) as is_finite,
        kind in ('agreement', 'reduction')
        or coalesce(value >= 0, true) as is_not_negative,
        coalesce(ci_lower <= value + tolerance, true)
        and coalesce(ci_upper >= value - tolerance, true) as has_its_value_within_its_interval,
        kind not in ('proportion', 'estimated_share')
        or value is null
        or (value <= 1 and ci_lower >= 0 and ci_upper <= 1)
        or (kind = 'estimated_share' and value <= 1 and ci_lower is null and ci_upper is null)
            as lies_in_0_to_1_with_its_interval,
        kind <> 'rate'
        or (ci_lower is not null and ci_upper is not null and sample_size = numerator)
            as has_an_interval_and_counts_its_events,
        kind <> 'percentile'
        or (numerator is null and denominator is null and sample_size > 0)
            as has_subjects_and_no_ratio,
        kind not in ('count', 'part')
        or (
            value = numerator
            and (value = sample_size or (kind = 'part' and value < sample_size))
            and denominator is null
            and ci_lower is null
            and ci_upper is null
        ) as is_its_numerator_and_nothing_else,
        kind not in ('proportion', 'rate', 'estimated_share', 'ratio', 'mean')
        or (numerator is not null and denominator > 0) as has_a_denominator_above_0,
        factor is null
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
