{%- set surface = var('surface', none) -%}
{%- set week = var('week', none) -%}
{%- set baseline_weeks = var('baseline_weeks', 4) | int -%}
{%- set new_account_days = var('new_account_days', 30) | int -%}
{%- set asked_surface = dbt.string_literal(dbt.escape_single_quotes(surface | string)) -%}
{%- set of_surface = 'true' if surface is none else 'reports.surface = ' ~ asked_surface -%}
{%- set asked_day = "cast(" ~ dbt.string_literal(dbt.escape_single_quotes(week | string))
    ~ " as date)" -%}
{%- set slices = ['surface', 'harm_type', 'reporter_type', 'account_age', 'case_outcome'] -%}
-- Grain: one row per slice value of the reports of one week and of the weeks before it.
-- Why: which part of the reports rose, and whether there were more accounts or more reports per
-- account. The changes of a slice's values add up to the change overall, and each change is the sum
-- of change_from_accounts (more or fewer accounts, at the usual rate) and change_from_rate (another
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

asked as (
    select
        as_of,
        {{ period_start("'week'", asked_day if week is not none
            else "cast(as_of - interval '7' day as date)") }} as week_start
    from as_of
),

-- The week in which the reports begin is cut off, so nothing is compared with it.
first_week as (
    select {{ period_start("'week'", 'cast(min(reported_at) as date)') }} as first_week_start
    from reports
),

compared as (
    select
        asked.week_start,
        cast({{ period_end("'week'", 'asked.week_start') }} as timestamp) as ends_at,
        cast({{ period_end("'week'", 'asked.week_start') }} as timestamp) <= asked.as_of
            as is_complete,
        cast(asked.week_start - interval '{{ 7 * baseline_weeks }}' day as date) as baseline_start
    from asked
    cross join first_week
    where asked.week_start - interval '{{ 7 * baseline_weeks }}' day > first_week.first_week_start
),

subjects as (
    select
        reports.reported_at as period_at,
        reports.surface,
        {{ harm_type('taxonomy', 'reports.policy_code') }} as harm_type,
        reports.reporter_type,
        case
            when accounts.account_id is null then 'unknown'
            when
                {{ seconds_between('accounts.created_at', 'reports.reported_at') }}
                <= {{ new_account_days }} * 86400
                then 'new'
            else 'old'
        end as account_age,
        case
            when reports.case_id is null then 'no_case'
            when cases.is_confirmed then 'confirmed'
            when cases.is_decided then 'decided_otherwise'
            when cases.case_id is not null then 'undecided'
        end as case_outcome
    from reports
    inner join compared
        on
            reports.reported_at >= cast(compared.baseline_start as timestamp)
            and reports.reported_at < compared.ends_at
    left join accounts on reports.subject_account_id = accounts.account_id
    left join cases on reports.case_id = cases.case_id
    left join taxonomy
        on
            {{ taxonomy_matches(
                'taxonomy', 'reports.policy_code', 'cast(reports.reported_at as date)'
            ) }}
    where {{ of_surface }}
),

{{ kpi_sliced(slices=slices, measures={'reports': 'count(*)'}, grains=['week']) }},

counted as (
    select
        compared.week_start,
        compared.is_complete,
        sliced.slice,
        sliced.slice_value,
        sum(case when sliced.period_start = compared.week_start then sliced.reports else 0 end)
            as reports,
        sum(case when sliced.period_start < compared.week_start then sliced.reports else 0 end)
            as earlier_reports
    from sliced
    cross join compared
    group by
        compared.week_start,
        compared.is_complete,
        sliced.slice,
        sliced.slice_value
),

-- Accounts that were not counted in each of the weeks are NULL, and the change is not split.
volumes as (
    select
        exposures.slice,
        exposures.slice_value,
        sum(case when exposures.period_start = compared.week_start then exposures.exposure end)
            as active_accounts,
        sum(case when exposures.period_start < compared.week_start then exposures.exposure end)
            as earlier_accounts
    from exposures
    inner join compared
        on
            exposures.period_start >= compared.baseline_start
            and exposures.period_start <= compared.week_start
    group by
        exposures.slice,
        exposures.slice_value
    having count(*) = {{ baseline_weeks }} + 1
),

-- A surface has accounts of its own; the other slices take those of the whole.
placed as (
    select
        *,
        {{ "'surface'" if surface is not none
            else "case when slice = 'surface' then 'surface' else 'overall' end" }}
            as volume_slice,
        {{ asked_surface if surface is not none
            else "case when slice = 'surface' then slice_value else 'all' end" }}
            as volume_value
    from counted
),

exposed as (
    select
        placed.*,
        {{ ratio('placed.earlier_reports', baseline_weeks) }} as usual_reports,
        volumes.active_accounts,
        {{ ratio('volumes.earlier_accounts', baseline_weeks) }} as usual_active_accounts
    from placed
    left join volumes
        on
            placed.volume_slice = volumes.slice
            and placed.volume_value = volumes.slice_value
),

-- Of two Poisson counts the first is binomial given their sum, so Wilson's interval of its share
-- is one of their ratio.
shares as (
    select
        *,
        {{ ratio('reports', 'reports + earlier_reports') }} as week_share,
        cast(reports + earlier_reports as {{ t_double() }}) as report_count
    from exposed
),

bounded as (
    select
        *,
        {{ wilson('week_share', 'report_count') }}
    from shares
),

final as (
    select
        week_start,
        is_complete,
        slice,
        slice_value,
        reports,
        usual_reports,
        reports - usual_reports as change,
        {{ ratio(
            '(reports - usual_reports)', 'sum(reports - usual_reports) over (partition by slice)'
        ) }} as share_of_change,
        {{ ratio('reports', 'usual_reports') }} - 1 as rise,
        {{ baseline_weeks }} * {{ ratio('ci_lower', '1 - ci_lower') }} - 1 as rise_lower,
        {{ baseline_weeks }} * {{ ratio('ci_upper', '1 - ci_upper') }} - 1 as rise_upper,
        active_accounts,
        usual_active_accounts,
        (active_accounts - usual_active_accounts)
        * {{ ratio('usual_reports', 'usual_active_accounts') }} as change_from_accounts,
        active_accounts * (
            {{ ratio('reports', 'active_accounts') }}
            - {{ ratio('usual_reports', 'usual_active_accounts') }}
        ) as change_from_rate
    from bounded
)

select * from final
order by
    case when slice = 'overall' then 0 else 1 end,
    slice,
    change desc nulls last,
    slice_value
