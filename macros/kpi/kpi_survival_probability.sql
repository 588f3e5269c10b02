{#- The Kaplan-Meier probability of an event within some days, with Wilson's interval at the
    effective sample size of Dorey and Korn (1987): the CTEs from subjects to kpi. subjects as for
    survival_curve. Nobody with an event: the size is the number followed that long; S is 0: all
    subjects. Where nobody was followed that long and S is above 0, value and interval are NULL. -#}
{% macro kpi_survival_probability(metric, version, maturity_days, slices, grains, within_days) %}
{%- set horizon = within_days * 86400 -%}
{{ survival_curve(slices, grains) }},

followed as (
    select
        period_grain,
        period_start,
        slice,
        slice_value,
        sum(subject_count) as subject_count,
        max(duration_seconds) as longest_seconds,
        coalesce(sum(subject_count) filter (where duration_seconds >= {{ horizon }}), 0)
            as followed_count,
        coalesce(sum(event_count) filter (where duration_seconds <= {{ horizon }}), 0)
            as event_count,
        min(survival) filter (
            where duration_seconds <= {{ horizon }} and event_count > 0
        ) as lowest_survival,
        max(variance_sum) filter (
            where duration_seconds <= {{ horizon }} and event_count > 0
        ) as variance_sum
    from curve
    group by
        period_grain,
        period_start,
        slice,
        slice_value
),

at_horizon as (
    select
        *,
        coalesce(lowest_survival, 1) as survival
    from followed
),

probabilities as (
    select
        *,
        case
            when survival = 0 or longest_seconds >= {{ horizon }} then 1 - survival
        end as value,
        case
            when survival = 0 then cast(subject_count as {{ t_double() }})
            when event_count = 0 then cast(followed_count as {{ t_double() }})
            else {{ ratio('1 - survival', 'survival * variance_sum') }}
        end as effective_size
    from at_horizon
),

estimates as (
    select
        period_grain,
        period_start,
        slice,
        slice_value,
        event_count as numerator,
        subject_count as denominator,
        value,
        {{ wilson('value', 'effective_size') }},
        subject_count as sample_size
    from probabilities
),

{{ kpi_rows(metric, version, maturity_days) }}
{%- endmacro %}
