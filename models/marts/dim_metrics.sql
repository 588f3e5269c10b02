-- Grain: one row per metric of the register, of its newest version.
-- Why: what a page or a BI tool says of a metric, so that nobody needs to know of versions; and why
-- one is not measured here, instead of an empty chart.
with catalog as (
    select
        *,
        {{ version_recency() }} as recency
    from {{ ref('metric_catalog') }}
),

unmeasured as (
    select * from {{ ref('int_unmeasured_metrics') }}
),

build as (
    select as_of from {{ ref('as_of') }}
),

computed as (
    select
        metric,
        count(distinct metric_version) as version_count
    from {{ ref('kpi_values') }}
    group by metric
),

-- A deprecated metric without rows has lost its model on the day that the register named.
standing as (
    select
        catalog.*,
        unmeasured.reason,
        coalesce(computed.version_count, 0) as version_count,
        catalog.status = 'deprecated'
        and computed.metric is null
        and unmeasured.metric is null as is_gone
    from catalog
    left join computed on catalog.metric = computed.metric
    left join unmeasured on catalog.metric = unmeasured.metric
    where catalog.recency = 1
),

final as (
    select
        standing.metric,
        standing.metric_version,
        standing.title,
        standing.description,
        standing.question,
        standing.family,
        standing.family_order,
        standing.owner,
        standing.tier,
        standing.indicator,
        standing.statistic,
        standing.unit,
        standing.value_format,
        standing.direction,
        standing.target_text,
        standing.numerator,
        standing.denominator,
        standing.included,
        standing.excluded,
        standing.confirmed,
        standing.time_window,
        standing.period_by,
        standing.grains,
        standing.slices,
        standing.maturity_days,
        standing.requires,
        standing.misuse,
        standing.source,
        standing.status,
        standing.effective_from,
        standing.deprecated_from,
        standing.replaced_by,
        standing.reason is null and not standing.is_gone as is_measured,
        cast(
            case when standing.is_gone then 'it is no longer computed' else standing.reason end
            as varchar
        ) as not_measured_reason,
        standing.version_count > 1 as has_older_versions,
        build.as_of
    from standing
    cross join build
)

select * from final
