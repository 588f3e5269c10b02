{%- set shown = {'day': '91 day', 'week': '364 day', 'month': '35 month', 'quarter': '45 month'} -%}
-- Grain: one row per metric (its newest version), period grain, slice value and period, of the
-- newest 92 days, 53 weeks, 36 months and 16 quarters of each metric.
-- Why: what a dashboard draws, so that no page and no BI tool needs to join, to know of versions or
-- to judge by itself. Small: days and weeks have the slices that a team steers by, and no slice has
-- more than 12 values.
with kpi_values as (
    select * from {{ ref('kpi_values') }}
),

catalog as (
    select
        *,
        {{ version_recency() }} as recency
    from {{ ref('metric_catalog') }}
),

targets as (
    select * from {{ ref('kpi_targets') }}
),

experiments as (
    select * from {{ ref('stg_experiments') }}
),

marks as (
    {{ trend_marks() }}
),

targeted_slices as (
    select distinct
        metric,
        slice
    from targets
),

newest as (
    select
        kpi_values.*,
        max(kpi_values.period_start) over (
            partition by kpi_values.metric, kpi_values.period_grain
        ) as newest_start
    from kpi_values
    inner join catalog
        on
            kpi_values.metric = catalog.metric
            and kpi_values.metric_version = catalog.metric_version
            and catalog.recency = 1
    left join targeted_slices
        on
            kpi_values.metric = targeted_slices.metric
            and kpi_values.slice = targeted_slices.slice
    where
        kpi_values.period_grain in ('month', 'quarter')
        or kpi_values.slice in ('overall', 'surface', 'queue', 'detector_id')
        or targeted_slices.metric is not null
),

bounded_windows as (
    select
        *,
        case period_grain
            {%- for grain, back in shown.items() %}
            {%- set count, unit = back.split(' ') %}
            when '{{ grain }}' then cast(newest_start - interval '{{ count }}' {{ unit }} as date)
            {%- endfor %}
        end as first_start
    from newest
),

-- With one period more, which the first one shown is compared with.
windows as (
    select
        *,
        period_start >= first_start as is_shown
    from bounded_windows
    where period_start >= {{ earlier_period('period_grain', 'first_start', years=0) }}
),

observed as (
    select
        windows.metric,
        windows.period_grain,
        windows.slice,
        windows.slice_value,
        case when targets.metric is null then 1 else 0 end as without_target,
        sum(windows.sample_size) as observations
    from windows
    left join targets
        on
            windows.metric = targets.metric
            and windows.slice = targets.slice
            and windows.slice_value = targets.slice_value
    where windows.is_shown
    group by
        windows.metric,
        windows.period_grain,
        windows.slice,
        windows.slice_value,
        case when targets.metric is null then 1 else 0 end
),

ranked as (
    select
        *,
        row_number() over (
            partition by metric, period_grain, slice
            order by
                without_target asc,
                observations desc nulls last,
                {{ by_bytes('slice_value') }} asc
        ) as slice_rank,
        count(*) over (partition by metric, period_grain, slice) as slice_value_count
    from observed
),

kept as (
    select
        windows.*,
        ranked.slice_rank,
        ranked.slice_value_count
    from windows
    inner join ranked
        on
            windows.metric = ranked.metric
            and windows.period_grain = ranked.period_grain
            and windows.slice = ranked.slice
            and windows.slice_value = ranked.slice_value
    where ranked.slice_rank <= 12
),

neighbours as (
    select
        *,
        lag(period_start) over (
            partition by metric, period_grain, slice, slice_value
            order by period_start
        ) as before_start,
        lag(value) over (
            partition by metric, period_grain, slice, slice_value
            order by period_start
        ) as before_value,
        lag(ci_lower) over (
            partition by metric, period_grain, slice, slice_value
            order by period_start
        ) as before_lower,
        lag(ci_upper) over (
            partition by metric, period_grain, slice, slice_value
            order by period_start
        ) as before_upper,
        max(case when is_complete then period_start end) over (
            partition by metric, period_grain, slice, slice_value
        ) as latest_complete_start,
        max(case when is_mature then period_start end) over (
            partition by metric, period_grain, slice, slice_value
        ) as latest_mature_start
    from kept
),

-- A period that has not ended is not compared: most of its change is that it lacks days.
compared as (
    select
        *,
        coalesce(
            is_complete
            and before_start = {{ earlier_period('period_grain', 'period_start', years=0) }},
            false
        ) as is_compared
    from neighbours
),

series as (
    select
        *,
        cast(null as varchar) as reason,
        case when is_compared then before_value end as previous_value,
        case when is_compared then before_lower end as previous_ci_lower,
        case when is_compared then before_upper end as previous_ci_upper,
        case when is_compared then value - before_value end as change_on_previous,
        case when is_compared then {{ ratio('value', 'before_value') }} - 1 end
            as relative_change_on_previous
    from compared
),

{{ kpi_judged('left', 'before_start') }},

-- One target for a period: the one that judges it, if several name its slice.
single as (
    select
        *,
        row_number() over (
            partition by metric, period_grain, slice, slice_value, period_start
            order by
                case when target_value is null then 1 else 0 end asc,
                target_kind asc,
                comparator asc nulls last,
                target_value asc nulls last
        ) as target_place
    from judged
),

segmented as (
    select
        *,
        sum(case when definition_changed then 1 else 0 end) over (
            partition by metric, period_grain, slice, slice_value
            order by period_start
            rows between unbounded preceding and current row
        ) as changes_so_far
    from single
    where target_place = 1
),

shown as (
    select
        *,
        changes_so_far - min(changes_so_far) over (
            partition by metric, period_grain, slice, slice_value
        ) as trend_segment
    from segmented
    where is_shown
),

-- The first period that contains a mark or begins after it, where the line began before it.
marked as (
    select
        shown.metric,
        shown.period_grain,
        shown.slice,
        shown.slice_value,
        shown.period_start,
        marks.entry,
        marks.marked_on,
        coalesce(marks.vocabulary, 'v' || cast(marks.metric_version as varchar)) as label,
        case
            when marks.vocabulary is null
                then 'v' || cast(marks.metric_version as varchar) || ' (' || marks.change || ')'
            else
                marks.vocabulary || ' (' || marks.change || coalesce(': ' || marks.codes, '') || ')'
        end
        || coalesce(' from ' || cast(marks.effective_from as varchar), '')
        || case
            when not marks.breaks_line then '; earlier periods are computed with it, too'
            when marks.restated_from is not null
                then
                    '; periods from ' || cast(marks.restated_from as varchar)
                    || ' on are computed with it, too, and earlier ones are not comparable'
            else '; earlier periods are not comparable'
        end
        || coalesce(': ' || marks.reason, '.') as text
    from shown
    inner join marks
        on
            shown.metric = marks.metric
            and shown.metric_version = marks.metric_version
            and coalesce(marks.slice, shown.slice) = shown.slice
            and marks.marked_on
            < {{ period_end('shown.period_grain', 'shown.period_start') }}
            and (
                marks.marked_on >= shown.period_start
                or marks.marked_on
                >= {{ period_end('shown.period_grain', 'shown.before_start') }}
            )
),

labels as (
    select
        metric,
        period_grain,
        slice,
        slice_value,
        period_start,
        label,
        min(marked_on) as marked_on,
        {{ dbt.listagg('text', "' '", 'order by marked_on, entry') }} as texts
    from marked
    group by
        metric,
        period_grain,
        slice,
        slice_value,
        period_start,
        label
),

changes as (
    select
        metric,
        period_grain,
        slice,
        slice_value,
        period_start,
        {{ dbt.listagg('label', "', '", 'order by marked_on, label') }} as change_label,
        {{ dbt.listagg('texts', "' '", 'order by marked_on, label') }} as change_text
    from labels
    group by
        metric,
        period_grain,
        slice,
        slice_value,
        period_start
),

final as (
    select
        shown.metric,
        shown.metric_version,
        catalog.title,
        catalog.family,
        catalog.indicator,
        catalog.direction,
        catalog.statistic,
        catalog.unit,
        catalog.value_format,
        {{ period_view('shown.period_grain') }} as view,
        shown.period_grain,
        shown.period_start,
        {{ period_last_day('shown.period_grain', 'shown.period_start') }} as period_end,
        cast({{ period_label('shown.period_grain', 'shown.period_start') }} as varchar)
            as period_label,
        shown.slice,
        cast(
            case
                when shown.slice = 'segment' then coalesce(catalog.segment, 'segment')
                else shown.slice
            end as varchar
        ) as slice_name,
        shown.slice_value,
        shown.slice_label,
        cast(shown.slice_rank as integer) as slice_rank,
        cast(shown.slice_value_count as integer) as slice_value_count,
        shown.value,
        shown.ci_lower,
        shown.ci_upper,
        shown.sample_size,
        shown.is_complete,
        shown.is_mature,
        coalesce(shown.period_start = shown.latest_complete_start, false) as is_latest_complete,
        coalesce(shown.period_start = shown.latest_mature_start, false) as is_latest_mature,
        shown.previous_value,
        shown.change_on_previous,
        shown.relative_change_on_previous,
        shown.change_lower,
        shown.change_upper,
        case
            when shown.change_on_previous is null then null
            when shown.change_lower is null and shown.change_upper is null
                then case when coalesce(shown.ci_lower, shown.ci_upper) is not null then false end
            else coalesce(shown.change_lower > 0, false) or coalesce(shown.change_upper < 0, false)
        end as change_is_clear,
        shown.is_compared and shown.definition_changed as definition_changed,
        shown.target_kind,
        shown.comparator,
        shown.target_value,
        shown.target_text,
        shown.status,
        cast(shown.trend_segment as integer) as trend_segment,
        cast(changes.change_label as varchar) as change_label,
        cast(changes.change_text as varchar) as change_text,
        shown.as_of
    from shown
    inner join catalog
        on
            shown.metric = catalog.metric
            and shown.metric_version = catalog.metric_version
    left join changes
        on
            shown.metric = changes.metric
            and shown.period_grain = changes.period_grain
            and shown.slice = changes.slice
            and shown.slice_value = changes.slice_value
            and shown.period_start = changes.period_start
)

select * from final
