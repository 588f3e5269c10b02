-- Grain: one row per metric, version, period grain, scored slice value and basis (the latest
-- complete period, the latest mature one). A metric that is not measured here has a row of its
-- newest version for each of them that its targets name.
-- Why: what a weekly review opens first: where each metric stands, how it moved, and whether it
-- meets its target. A period that is not mature can still move, so it is too early to judge it; and
-- a number that its interval does not hold on one side of the target is no verdict.
with periods as (
    select * from {{ ref('kpi_latest_periods') }}
),

unmeasured as (
    select * from {{ ref('int_unmeasured_metrics') }}
),

targets as (
    select * from {{ ref('kpi_targets') }}
),

experiments as (
    select * from {{ ref('stg_experiments') }}
),

catalog as (
    select * from {{ ref('metric_catalog') }}
),

marks as (
    {{ trend_marks() }}
),

build as (
    select as_of from {{ ref('as_of') }}
),

grains as (
    {{ literal_rows('period_grain', all_grains()) }}
),

bases as (
    {{ literal_rows('basis', ['complete', 'mature']) }}
),

newest_versions as (
    select
        metric,
        grains as metric_grains,
        metric_version,
        {{ version_recency() }} as recency
    from catalog
),

without_values as (
    select
        unmeasured.metric,
        newest_versions.metric_version,
        grains.period_grain,
        targets.slice,
        targets.slice_value,
        bases.basis,
        unmeasured.reason,
        build.as_of
    from unmeasured
    inner join newest_versions
        on
            unmeasured.metric = newest_versions.metric
            and newest_versions.recency = 1
    inner join targets
        on
            unmeasured.metric = targets.metric
            and targets.slice_value is not null
    inner join grains
        on newest_versions.metric_grains like '%' || grains.period_grain || '%'
    cross join bases
    cross join build
),

series as (
    select
        metric,
        metric_version,
        period_grain,
        slice,
        slice_value,
        basis,
        period_start,
        value,
        ci_lower,
        ci_upper,
        sample_size,
        is_mature,
        previous_start,
        previous_value,
        previous_ci_lower,
        previous_ci_upper,
        change_on_previous,
        relative_change_on_previous,
        year_before_value,
        change_on_year_before,
        relative_change_on_year_before,
        cast(null as varchar) as reason,
        as_of
    from periods
    union all
    select
        metric,
        metric_version,
        period_grain,
        slice,
        slice_value,
        basis,
        cast(null as date) as period_start,
        cast(null as {{ t_double() }}) as value,
        {{ no_interval() }},
        cast(null as bigint) as sample_size,
        cast(null as boolean) as is_mature,
        cast(null as date) as previous_start,
        {%- for number in [
            'previous_value', 'previous_ci_lower', 'previous_ci_upper', 'change_on_previous',
            'relative_change_on_previous', 'year_before_value', 'change_on_year_before',
            'relative_change_on_year_before'
        ] %}
        cast(null as {{ t_double() }}) as {{ number }},
        {%- endfor %}
        reason,
        as_of
    from without_values
),

{{ kpi_judged() }},

final as (
    select
        metric,
        metric_version,
        period_grain,
        slice,
        slice_value,
        slice_label,
        basis,
        period_start,
        value,
        ci_lower,
        ci_upper,
        sample_size,
        is_mature,
        previous_value,
        change_on_previous,
        relative_change_on_previous,
        change_lower,
        change_upper,
        definition_changed,
        year_before_value,
        change_on_year_before,
        relative_change_on_year_before,
        indicator,
        direction,
        target_kind,
        comparator,
        target_value,
        measured,
        status,
        reason,
        as_of
    from judged
)

select * from final
