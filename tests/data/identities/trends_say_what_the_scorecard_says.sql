-- What a dashboard draws of the latest complete and the latest mature period is what kpi_scorecard
-- says of it, and each period is one row (methodology, The scorecard). Returns the periods that
-- differ, and keys that do not identify a row.
with trends as (
    select * from {{ ref('kpi_trends') }}
),

scorecard as (
    select kpi_scorecard.*
    from {{ ref('kpi_scorecard') }} as kpi_scorecard
    inner join {{ ref('dim_metrics') }} as metrics
        on
            kpi_scorecard.metric = metrics.metric
            and kpi_scorecard.metric_version = metrics.metric_version
            and metrics.is_measured
),

latest as (
    select
        'complete' as basis,
        trends.*
    from trends
    where is_latest_complete
    union all
    select
        'mature' as basis,
        trends.*
    from trends
    where is_latest_mature
),

differing as (
    select
        scorecard.metric,
        scorecard.period_grain,
        scorecard.slice,
        scorecard.slice_value,
        scorecard.period_start
    from scorecard
    left join latest
        on
            scorecard.basis = latest.basis
            and {{ same_series('scorecard', 'latest') }}
            and scorecard.period_start = latest.period_start
            and scorecard.status = latest.status
            and scorecard.slice_label = latest.slice_label
            and scorecard.direction = latest.direction
            and scorecard.indicator = latest.indicator
            and scorecard.target_kind = latest.target_kind
            and scorecard.definition_changed = latest.definition_changed
            {%- for column in [
                'value', 'ci_lower', 'ci_upper', 'sample_size', 'previous_value',
                'change_on_previous', 'relative_change_on_previous', 'change_lower',
                'change_upper', 'comparator', 'target_value'
            ] %}
            and scorecard.{{ column }} is not distinct from latest.{{ column }}
            {%- endfor %}
    where latest.metric is null
),

repeated as (
    select
        metric,
        period_grain,
        slice,
        slice_value,
        period_start
    from trends
    group by
        metric,
        period_grain,
        slice,
        slice_value,
        period_start
    having count(*) > 1
)

select * from differing
union all
select * from repeated
