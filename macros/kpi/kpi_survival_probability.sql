{#- The Kaplan-Meier probability of an event within some days, with Wilson's interval at the
    effective sample size of Dorey and Korn (1987): the CTEs from subjects to estimates. subjects as for
    survival_curve. Nobody with an event: the size is the number followed that long; S is 0: all
    subjects. Where nobody was followed that long and S is above 0, value and interval are NULL.
    What comes after the horizon only says that a subject was followed beyond it, so durations are
    cut off one second after it, which leaves few distinct ones. -#}
{% macro kpi_survival_probability(
    within_days, subjects_have_periods=false, slices=metric_slices(), grains=metric_grains()
) %}
{%- set horizon = within_days * 86400 -%}
{%- set grains = none if subjects_have_periods else grains -%}
capped as (
    select
        {{ (['period_at'] if grains else ['period_grain', 'period_start']) | join(', ') }},
        {%- for slice in slices %}
        {{ slice }},
        {%- endfor %}
        least(duration_seconds, {{ horizon + 1 }}) as duration_seconds,
        is_event and duration_seconds <= {{ horizon }} as is_event
    from subjects
),

{{ survival_curve(slices, grains, subjects='capped') }},

followed as (
    select
        cohort_number,
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
    group by cohort_number
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
        cohorts.period_grain,
        cohorts.period_start,
        cohorts.slice,
        cohorts.slice_value,
        probabilities.event_count as numerator,
        probabilities.subject_count as denominator,
        probabilities.value,
        {{ wilson('probabilities.value', 'probabilities.effective_size') }},
        probabilities.subject_count as sample_size
    from probabilities
    inner join cohorts on probabilities.cohort_number = cohorts.cohort_number
)
{%- endmacro %}
