{#- Kaplan-Meier's product-limit estimate per grain, period and slice value: the CTEs from subjects
    to curve. subjects: one row per subject, with period_at, duration_seconds (to the event, or to
    the censoring), is_event and a column per slice. curve: one row per distinct duration of a
    subject, with event_count, at_risk_count, survival (S after it), log_survival and greenwood (V,
    Greenwood's sum; NULL where S is 0). Subjects censored at a time are at risk at it. -#}
{% macro survival_curve(slices, grains) %}
{%- set unit = 'period_grain, period_start, slice, slice_value' -%}
{%- set measures = {
    'subject_count': 'count(*)',
    'event_count': 'count(*) filter (where is_event)',
} -%}
{{ kpi_sliced(slices, measures, grains, by=['duration_seconds']) }},

at_risk as (
    select
        *,
        sum(subject_count) over (
            partition by {{ unit }}
            order by duration_seconds desc
            rows between unbounded preceding and current row
        ) as at_risk_count
    from sliced
),

steps as (
    select
        *,
        case
            when event_count < at_risk_count
                then ln({{ ratio('at_risk_count - event_count', 'at_risk_count') }})
        end as log_step,
        {{ ratio('event_count', 'at_risk_count') }}
        / nullif(cast(at_risk_count - event_count as {{ t_double() }}), 0) as variance_step
    from at_risk
),

summed as (
    select
        *,
        sum(log_step) over (
            partition by {{ unit }}
            order by duration_seconds
            rows between unbounded preceding and current row
        ) as log_survival,
        sum(variance_step) over (
            partition by {{ unit }}
            order by duration_seconds
            rows between unbounded preceding and current row
        ) as variance_sum
    from steps
),

curve as (
    select
        *,
        case when event_count < at_risk_count then exp(log_survival) else 0 end as survival,
        case when event_count < at_risk_count then variance_sum end as greenwood
    from summed
)
{%- endmacro %}
