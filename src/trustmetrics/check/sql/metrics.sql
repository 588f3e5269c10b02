-- Grain: one row per metric, version and period, latest first, of its weeks (or months, where it has
-- no weeks); complete periods only, including those without a row.
-- Why: whether a metric still has the rows, the subjects and the values that it used to have.
with kpi_values as (
    select * from marts.kpi_values
),

grains as (
    select
        metric,
        metric_version,
        case when bool_or(period_grain = 'week') then 'week' else 'month' end as period_grain
    from kpi_values
    where period_grain in ('week', 'month')
    group by metric, metric_version
),

periods as (
    select
        grains.*,
        back.periods_ago,
        case
            when grains.period_grain = 'week'
                then date_trunc('week', $as_of) - to_days(cast(7 * (back.periods_ago + 1) as integer))
            else date_trunc('month', $as_of) - to_months(cast(back.periods_ago + 1 as integer))
        end as period_start
    from grains
    cross join (select unnest(range(0, {{ periods }})) as periods_ago) as back
)

select
    periods.metric,
    periods.metric_version,
    periods.period_grain,
    periods.periods_ago,
    cast(periods.period_start as date) as period_start,
    count(kpi_values.metric) as row_count,
    count(*) filter (where kpi_values.metric is not null and kpi_values.value is null) as null_count,
    coalesce(sum(kpi_values.sample_size) filter (where kpi_values.slice = 'overall'), 0)
        as sample_size,
    coalesce(bool_and(kpi_values.is_mature), false) as is_mature
from periods
left join kpi_values
    on
        periods.metric = kpi_values.metric
        and periods.metric_version = kpi_values.metric_version
        and periods.period_grain = kpi_values.period_grain
        and periods.period_start = kpi_values.period_start
group by all
order by periods.metric, periods.metric_version, periods.periods_ago
