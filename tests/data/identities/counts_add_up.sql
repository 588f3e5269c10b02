-- A count is the same in overall and summed over the values of each of its slices, in every period,
-- and so is the sample size behind it; a slice that has a row has one in every period of overall
-- (methodology, Slices; Which rows exist). Returns the periods and slices where it is not.
with counts as (
    select
        metric,
        metric_version,
        period_grain,
        period_start,
        slice,
        slice_value,
        numerator,
        sample_size
    from {{ ref('kpi_values') }}
    where metric in ('{{ metrics_of(['count', 'subcount']) | join("', '") }}')
),

overall as (
    select * from counts
    where slice = 'overall'
),

seen as (
    select distinct
        metric,
        metric_version,
        slice
    from counts
    where slice <> 'overall'
),

summed as (
    select
        metric,
        metric_version,
        period_grain,
        period_start,
        slice,
        sum(numerator) as numerator,
        sum(sample_size) as sample_size
    from counts
    where slice <> 'overall'
    group by
        metric,
        metric_version,
        period_grain,
        period_start,
        slice
)

select
    overall.metric,
    overall.period_grain,
    overall.period_start,
    seen.slice,
    overall.numerator,
    overall.sample_size,
    summed.numerator as summed_numerator,
    summed.sample_size as summed_sample_size
from overall
inner join seen
    on
        overall.metric = seen.metric
        and overall.metric_version = seen.metric_version
left join summed
    on
        overall.metric = summed.metric
        and overall.metric_version = summed.metric_version
        and overall.period_grain = summed.period_grain
        and overall.period_start = summed.period_start
        and seen.slice = summed.slice
where
    summed.numerator is null
    or summed.numerator <> overall.numerator
    or summed.sample_size <> overall.sample_size
