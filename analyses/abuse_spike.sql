{%- set surface = var('surface', none) -%}
{%- set week = var('week', none) -%}
{%- set baseline_weeks = var('baseline_weeks', 8) | int -%}
{%- set new_account_days = var('new_account_days', 30) | int -%}
{%- set asked_surface = dbt.string_literal(dbt.escape_single_quotes(surface | string)) -%}
{%- set of_surface = 'true' if surface is none else 'reports.surface = ' ~ asked_surface -%}
{%- set slices = [
    'surface', 'harm_type', 'surface_harm_type', 'reporter_type', 'account_age', 'case_outcome',
    'item', 'item_outcome', 'reporter',
] -%}
-- Grain: one row per slice value of the reports of one week and of the usual weeks before it.
-- Why: which part of the reports rose, and whether there were more accounts or more reports per
-- account. The changes of a slice's values add up to the change overall, and each change is the sum
-- of change_from_exposure (more or fewer accounts, at the usual rate) and change_from_rate (another
-- rate, at the accounts of the week).
with as_of as (
    select * from {{ ref('as_of') }}
),

reports as (
    select * from {{ ref('stg_reports') }}
),

accounts as (
    select * from {{ ref('stg_accounts') }}
),

cases as (
    select * from {{ ref('int_cases') }}
),

taxonomy as (
    select * from {{ ref('policy_taxonomy') }}
),

exposures as (
    select * from {{ ref('int_account_exposures') }}
    where period_grain = 'week'
),

targets as (
    select {{ asked_week(week) }} as week_start from as_of
),

{{ usual_weeks(baseline_weeks) }},

compared_weeks as (
    select week_start as counted_week from usual_weeks
    union
    select usual_week_start as counted_week from usual_weeks
),

-- An item is a piece of content, or an account that was reported itself.
weekly_reports as (
    select
        reports.*,
        compared_weeks.counted_week,
        {{ reported_item('reports') }} as item_id,
        row_number() over (
            partition by compared_weeks.counted_week, reports.reporter_id
            order by reports.reported_at, reports.report_id
        ) as reporter_rank
    from reports
    inner join compared_weeks
        on
            reports.reported_at >= cast(compared_weeks.counted_week as timestamp)
            and reports.reported_at
            < cast({{ period_end("'week'", 'compared_weeks.counted_week') }} as timestamp)
    where {{ of_surface }}
),

ranked_items as (
    select
        counted_week,
        item_id,
        row_number() over (
            partition by counted_week order by count(*) desc, {{ by_bytes('item_id') }}
        ) as item_rank
    from weekly_reports
    group by
        counted_week,
        item_id
),

described as (
    select
        weekly_reports.reported_at as period_at,
        weekly_reports.surface,
        {{ harm_type('taxonomy', 'weekly_reports.policy_code') }} as harm_type,
        weekly_reports.reporter_type,
        case
            when accounts.account_id is null then 'unknown'
            when
                {{ seconds_between('accounts.created_at', 'weekly_reports.reported_at') }}
                <= {{ new_account_days }} * 86400
                then 'new'
            else 'old'
        end as account_age,
        case
            when weekly_reports.case_id is null then 'no_case'
            when cases.is_confirmed then 'confirmed'
            when cases.is_decided then 'decided_otherwise'
            when cases.case_id is not null then 'undecided'
            else 'unknown'
        end as case_outcome,
        case when ranked_items.item_rank <= 5 then 'five_most_reported' else 'others' end as item,
        case
            when weekly_reports.reporter_id is null then 'unknown'
            when weekly_reports.reporter_rank = 1 then 'first_report'
            else 'further_report'
        end as reporter
    from weekly_reports
    inner join ranked_items
        on
            weekly_reports.counted_week = ranked_items.counted_week
            and weekly_reports.item_id = ranked_items.item_id
    left join accounts on weekly_reports.subject_account_id = accounts.account_id
    left join cases on weekly_reports.case_id = cases.case_id
    left join taxonomy
        on
            {{ taxonomy_matches(
                'taxonomy', 'weekly_reports.policy_code',
                'cast(weekly_reports.reported_at as date)'
            ) }}
),

subjects as (
    select
        *,
        surface || ' / ' || harm_type as surface_harm_type,
        item || ' / ' || case_outcome as item_outcome
    from described
),

{{ kpi_sliced(slices=slices, measures={'reports': 'count(*)'}, grains=['week']) }},

counted as (
    select
        period_start as counted_week,
        slice,
        slice_value,
        reports as observed
    from sliced
),

{{ over_usual_weeks(by=['slice', 'slice_value']) }},

-- Accounts that were not counted in each of the weeks are NULL, and the change is not split.
counted_exposures as (
    select
        period_start as counted_week,
        slice,
        slice_value,
        exposure as observed
    from exposures
),

{{ over_usual_weeks(
    by=['slice', 'slice_value'], counted='counted_exposures', absent='null', prefix='exposure_'
) }},

-- A surface has accounts of its own; the other slices take those of the whole.
placed as (
    select
        *,
        {{ "'surface'" if surface is not none
            else "case when slice like 'surface%' then 'surface' else 'overall' end" }}
            as volume_slice,
        {{ asked_surface if surface is not none
            else "case
            when slice like 'surface%' then split_part(slice_value, ' / ', 1) else 'all'
        end" }}
            as volume_value
    from risen
),

exposed as (
    select
        placed.*,
        placed.observed - placed.usual as change,
        exposure_risen.observed as exposure,
        exposure_risen.usual as usual_exposure,
        exposure_risen.rise * placed.usual as change_from_exposure
    from placed
    left join exposure_risen
        on
            placed.volume_slice = exposure_risen.slice
            and placed.volume_value = exposure_risen.slice_value
),

final as (
    select
        exposed.week_start,
        cast({{ period_end("'week'", 'exposed.week_start') }} as timestamp) <= as_of.as_of
            as is_complete,
        exposed.slice,
        exposed.slice_value,
        exposed.observed,
        exposed.usual,
        exposed.weeks as usual_weeks,
        exposed.dispersion,
        exposed.change,
        {{ ratio(
            'exposed.change', 'sum(exposed.change) over (partition by exposed.slice)'
        ) }} as share_of_change,
        exposed.rise,
        exposed.rise_lower,
        exposed.rise_upper,
        exposed.exposure,
        exposed.usual_exposure,
        exposed.change_from_exposure,
        exposed.change - exposed.change_from_exposure as change_from_rate,
        exposed.usual * exposed.rise_lower - exposed.change_from_exposure as change_from_rate_lower,
        exposed.usual * exposed.rise_upper - exposed.change_from_exposure as change_from_rate_upper
    from exposed
    cross join as_of
)

select * from final
order by
    case when slice = 'overall' then 0 else 1 end,
    slice,
    change desc nulls last,
    slice_value
