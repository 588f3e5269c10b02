-- Grain: one row per period grain, period and slice value.
-- Share of reports by users that a confirmed violation bears out, among those whose case is
-- decided; by report, slices as reported.
with reports as (
    select * from {{ ref('int_user_reports') }}
),

cases as (
    select * from {{ ref('int_cases') }}
    where is_decided
),

subjects as (
    select
        reports.reported_at as period_at,
        cases.is_confirmed as is_success,
        reports.surface,
        reports.harm_type
    from reports
    inner join cases on reports.case_id = cases.case_id
),

{{ kpi_proportion() }},

{{ kpi_rows() }}

select * from kpi
