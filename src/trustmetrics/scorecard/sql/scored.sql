-- Every scored series of a grain: its latest mature period, beside it what its latest complete one says
-- so far, and its words in the register. A series without a mature period stands by its complete one.
with scored as (
    select
        *,
        row_number() over (
            partition by metric, metric_version, slice, slice_value
            order by basis desc
        ) as place
    from marts.kpi_scorecard
    where period_grain = $grain
),

complete as (
    select * from scored
    where basis = 'complete'
)

select
    scored.metric,
    scored.metric_version,
    scored.metric_version = max(catalog.metric_version) over (partition by scored.metric) as is_newest,
    catalog.title,
    catalog.family,
    scored.indicator,
    catalog.statistic,
    catalog.unit,
    catalog.value_format,
    catalog.slices,
    scored.slice,
    scored.slice_value,
    scored.slice_label,
    scored.period_start,
    scored.is_mature,
    scored.value,
    scored.ci_lower,
    scored.ci_upper,
    scored.sample_size,
    scored.change_on_previous,
    scored.relative_change_on_previous,
    scored.change_lower,
    scored.change_upper,
    scored.definition_changed,
    scored.direction,
    scored.target_kind,
    scored.comparator,
    scored.target_value,
    scored.measured,
    scored.status,
    scored.reason,
    complete.period_start as newest_start,
    complete.value as newest_value
from scored
inner join marts.metric_catalog as catalog
    on
        scored.metric = catalog.metric
        and scored.metric_version = catalog.metric_version
left join complete
    on
        scored.metric = complete.metric
        and scored.metric_version = complete.metric_version
        and scored.slice = complete.slice
        and scored.slice_value = complete.slice_value
where scored.place = 1
order by scored.metric, scored.metric_version, scored.slice, scored.slice_value
