-- Grain: one row per metric of the register, of its newest version.
-- Why: what a page or a BI tool says of a metric, so that nobody needs to know of versions; and why
-- one is not measured here, instead of an empty chart.
with catalog as (
    select
        *,
        row_number() over (partition by metric order by metric_version desc) as recency
    from {{ ref('metric_catalog') }}
),

unmeasured as (
    select * from {{ ref('int_unmeasured_metrics') }}
),

build as (
    select as_of from {{ ref('as_of') }}
),

computed as (
    {{ computed_versions() }}
),

final as (
    select
        catalog.metric,
        catalog.metric_version,
        catalog.title,
        catalog.description,
        catalog.question,
        catalog.family,
        catalog.family_order,
        catalog.owner,
        catalog.tier,
        catalog.indicator,
        catalog.statistic,
        catalog.unit,
        catalog.value_format,
        catalog.direction,
        catalog.target_text,
        catalog.numerator,
        catalog.denominator,
        catalog.included,
        catalog.excluded,
        catalog.confirmed,
        catalog.time_window,
        catalog.period_by,
        catalog.grains,
        catalog.slices,
        catalog.maturity_days,
        catalog.requires,
        catalog.misuse,
        catalog.source,
        catalog.status,
        catalog.effective_from,
        catalog.deprecated_from,
        catalog.replaced_by,
        computed.metric is not null and unmeasured.metric is null as is_measured,
        cast(
            case
                when computed.metric is null then 'it is no longer computed'
                else unmeasured.reason
            end as varchar
        ) as not_measured_reason,
        coalesce(computed.version_count > 1, false) as has_older_versions,
        build.as_of
    from catalog
    left join computed on catalog.metric = computed.metric
    left join unmeasured on catalog.metric = unmeasured.metric
    cross join build
    where catalog.recency = 1
)

select * from final
