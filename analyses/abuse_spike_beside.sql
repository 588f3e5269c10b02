{%- set surface = var('surface', none) -%}
{%- set week = var('week', none) -%}
{%- set baseline_weeks = var('baseline_weeks', 8) | int -%}
{%- set asked_surface = dbt.string_literal(dbt.escape_single_quotes(surface | string)) -%}
{%- set of_surface = 'true' if surface is none else 'surface = ' ~ asked_surface -%}
-- Grain: one row per measure of one week: what moved beside its reports, and what did not.
-- Why: whether reports rose with items, reporters, accounts, views and flags or without them, and
-- whether as large a share of the reported cases was confirmed. The usual weeks are those of
-- abuse_spike.
with as_of as (
    select * from {{ ref('as_of') }}
),

reports as (
    select * from {{ ref('stg_reports') }}
),

reports_asked as (
    select
        *,
        {{ reported_item('reports') }} as item_id
    from reports
    where {{ of_surface }}
),

activity as (
    select * from {{ ref('stg_activity_daily') }}
    where {{ of_surface }}
),

detections as (
    select * from {{ ref('stg_detections') }}
    where {{ of_surface }}
),

exposures as (
    select * from {{ ref('int_account_exposures') }}
    where
        period_grain = 'week'
        and slice = {{ "'overall'" if surface is none else "'surface'" }}
        and slice_value = {{ "'all'" if surface is none else asked_surface }}
),

cases as (
    select * from {{ ref('int_cases') }}
),

targets as (
    select {{ asked_week(week) }} as week_start from as_of
),

{{ usual_weeks(baseline_weeks) }},

weekly_reports as (
    select
        {{ period_start("'week'", 'cast(reports_asked.reported_at as date)') }} as counted_week,
        reports_asked.*,
        cases.is_decided,
        cases.is_confirmed
    from reports_asked
    left join cases on reports_asked.case_id = cases.case_id
),

by_item as (
    select
        counted_week,
        max(item_reports) as most_reports
    from (
        select
            counted_week,
            item_id,
            count(*) as item_reports
        from weekly_reports
        group by
            counted_week,
            item_id
    ) as items
    group by counted_week
),

-- The subjects of one measure each.
counted as (
    select
        counted_week,
        'reports' as measure,
        count(*) as observed
    from weekly_reports
    group by counted_week
    union all
    select
        counted_week,
        'reported items' as measure,
        count(distinct item_id) as observed
    from weekly_reports
    group by counted_week
    union all
    select
        counted_week,
        'reports of the most reported item' as measure,
        most_reports as observed
    from by_item
    union all
    select
        counted_week,
        'reporters' as measure,
        count(distinct reporter_id) as observed
    from weekly_reports
    group by counted_week
    having count(reporter_id) > 0
    union all
    select
        counted_week,
        'reports with a known reporter' as measure,
        count(reporter_id) as observed
    from weekly_reports
    group by counted_week
    having count(reporter_id) > 0
    union all
    select
        counted_week,
        'reported cases' as measure,
        count(distinct case_id) as observed
    from weekly_reports
    group by counted_week
    having count(case_id) > 0
    union all
    select
        counted_week,
        'reported cases decided' as measure,
        count(distinct case_id) as observed
    from weekly_reports
    where is_decided
    group by counted_week
    union all
    select
        counted_week,
        'reported cases confirmed' as measure,
        count(distinct case_id) as observed
    from weekly_reports
    where is_confirmed
    group by counted_week
    union all
    select
        {{ period_start("'week'", 'cast(detected_at as date)') }} as counted_week,
        'flags by detectors' as measure,
        count(*) as observed
    from detections
    group by {{ period_start("'week'", 'cast(detected_at as date)') }}
),

-- Volumes of a week that was not measured are unknown, not 0.
counted_volumes as (
    select
        period_start as counted_week,
        'active accounts' as measure,
        exposure as observed
    from exposures
    {%- for column in ['content_views', 'new_accounts'] %}
    union all
    select
        {{ period_start("'week'", 'activity_date') }} as counted_week,
        '{{ column | replace('_', ' ') }}' as measure,
        sum({{ column }}) as observed
    from activity
    group by {{ period_start("'week'", 'activity_date') }}
    {%- endfor %}
),

{{ over_usual_weeks(by=['measure']) }},

{{ over_usual_weeks(
    by=['measure'], counted='counted_volumes', absent='null', prefix='volume_'
) }},

measured as (
    select * from risen
    union all
    select * from volume_risen
),

-- One measure over another, in the week and over the usual weeks together.
quotients as (
    select
        tops.week_start,
        tops.weeks,
        pairs.measure,
        pairs.is_share,
        tops.observed,
        bottoms.observed as observed_size,
        tops.usual,
        bottoms.usual as usual_size
    from (
        select
            'reports per item' as measure,
            'reports' as top_measure,
            'reported items' as bottom_measure,
            false as is_share
        union all
        select
            'reports per reporter' as measure,
            'reports with a known reporter' as top_measure,
            'reporters' as bottom_measure,
            false as is_share
        union all
        select
            'share of cases decided' as measure,
            'reported cases decided' as top_measure,
            'reported cases' as bottom_measure,
            true as is_share
        union all
        select
            'share of decided cases confirmed' as measure,
            'reported cases confirmed' as top_measure,
            'reported cases decided' as bottom_measure,
            true as is_share
    ) as pairs
    inner join risen as tops on pairs.top_measure = tops.measure
    inner join risen as bottoms on pairs.bottom_measure = bottoms.measure
),

sides as (
    select
        week_start,
        measure,
        weeks,
        is_share,
        true as is_observed,
        {{ ratio('observed', 'observed_size') }} as value,
        observed_size as size
    from quotients
    union all
    select
        week_start,
        measure,
        weeks,
        is_share,
        false as is_observed,
        {{ ratio('usual', 'usual_size') }} as value,
        usual_size * weeks as size
    from quotients
),

share_sides as (
    select
        *,
        case when is_share then value end as share_value
    from sides
),

bounded_sides as (
    select
        *,
        {{ wilson('share_value', 'size') }}
    from share_sides
),

paired as (
    select
        week_start,
        measure,
        weeks,
        max(case when is_observed then value end) as observed,
        max(case when is_observed then ci_lower end) as observed_lower,
        max(case when is_observed then ci_upper end) as observed_upper,
        max(case when not is_observed then value end) as usual,
        max(case when not is_observed then ci_lower end) as usual_lower,
        max(case when not is_observed then ci_upper end) as usual_upper
    from bounded_sides
    group by
        week_start,
        measure,
        weeks
),

final as (
    select
        week_start,
        measure,
        observed,
        usual,
        weeks as usual_weeks,
        dispersion,
        rise,
        rise_lower,
        rise_upper,
        cast(null as {{ t_double() }}) as observed_lower,
        cast(null as {{ t_double() }}) as observed_upper,
        cast(null as {{ t_double() }}) as usual_lower,
        cast(null as {{ t_double() }}) as usual_upper
    from measured
    union all
    select
        week_start,
        measure,
        observed,
        usual,
        weeks as usual_weeks,
        cast(null as {{ t_double() }}) as dispersion,
        {{ ratio('observed', 'usual') }} - 1 as rise,
        cast(null as {{ t_double() }}) as rise_lower,
        cast(null as {{ t_double() }}) as rise_upper,
        observed_lower,
        observed_upper,
        usual_lower,
        usual_upper
    from paired
)

select * from final
order by measure
