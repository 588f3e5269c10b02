-- Grain: one row per metric and version that the register has opened.
-- Why: what a reader of kpi_values needs to know about a number, and which version to read.
with register as (
    select * from {{ ref('metric_register') }}
),

entries as (
    select * from {{ ref('metric_versions') }}
),

opened as (
    select
        metric,
        version,
        effective_from,
        lead(version) over (partition by metric order by version) as next_version,
        lead(change) over (partition by metric order by version) as next_change
    from entries
    where change in ('introduced', 'corrective', 'breaking')
),

ranked_deprecations as (
    select
        *,
        row_number() over (partition by metric, version order by entry desc) as recency
    from entries
    where change = 'deprecated'
),

-- The last entry counts, because the date can be put off.
deprecations as (
    select
        metric,
        version,
        effective_from as deprecated_from,
        replaced_by
    from ranked_deprecations
    where recency = 1
),

-- No clock: a version is deprecated from the day on which an entry says so, not from the day on
-- which it goes.
standing as (
    select
        opened.metric,
        opened.version,
        opened.effective_from,
        opened.next_version,
        deprecations.deprecated_from,
        deprecations.replaced_by,
        case
            when opened.next_change = 'corrective' then 'replaced'
            when deprecations.metric is not null then 'deprecated'
            else 'live'
        end as status
    from opened
    left join deprecations
        on
            opened.metric = deprecations.metric
            and opened.version = deprecations.version
),

final as (
    select
        register.metric,
        standing.version as metric_version,
        register.title,
        register.description,
        register.question,
        register.family,
        register.owner,
        register.tier,
        register.indicator,
        register.statistic,
        register.unit,
        register.direction,
        register.numerator,
        register.denominator,
        register.included,
        register.excluded,
        register.confirmed,
        register.time_window,
        register.period_by,
        register.grains,
        register.slices,
        register.maturity_days,
        register.requires,
        register.misuse,
        register.source,
        register.segment,
        register.family_order,
        register.value_format,
        register.target_text,
        cast(standing.status as varchar) as status,
        standing.effective_from,
        standing.deprecated_from,
        case
            when standing.status = 'replaced' then cast(standing.next_version as varchar)
            else standing.replaced_by
        end as replaced_by
    from standing
    inner join register on standing.metric = register.metric
)

select * from final
