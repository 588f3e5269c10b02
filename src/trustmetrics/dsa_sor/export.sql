-- Grain: one row per enforcement action, with what a statement of reasons takes from its case.
with

reported as (
    select
        reports.case_id,
        enforcement_actions.action_id,
        arg_min(reports.reporter_type, (reports.reported_at, reports.report_id)) as reporter_type
    from staging.stg_reports as reports
    inner join staging.stg_enforcement_actions as enforcement_actions
        on
            reports.case_id = enforcement_actions.case_id
            and reports.reported_at <= enforcement_actions.actioned_at
    group by all
),

detected as (
    select distinct enforcement_actions.action_id
    from staging.stg_detections as detections
    inner join staging.stg_enforcement_actions as enforcement_actions
        on
            detections.case_id = enforcement_actions.case_id
            and detections.detected_at <= enforcement_actions.actioned_at
)

select
    actions.action_id,
    actions.action_type,
    actions.legal_ground,
    actions.automated,
    cast(actions.actioned_at as date) as applied_on,
    cast(actions.ended_at as date) as ended_on,
    coalesce(decisions.policy_code, cases.policy_code) as policy_code,
    taxonomy.dsa_category,
    cases.surface,
    cases.region,
    cast(cases.occurred_at as date) as occurred_on,
    cast(cases.opened_at as date) as opened_on,
    reported.reporter_type,
    detected.action_id is not null or actions.detector_id is not null as is_detected,
    cases.case_id is not null as has_case
from staging.stg_enforcement_actions as actions
left join staging.stg_cases as cases on actions.case_id = cases.case_id
left join staging.stg_decisions as decisions on actions.decision_id = decisions.decision_id
left join reported on actions.action_id = reported.action_id
left join detected on actions.action_id = detected.action_id
left join seeds.policy_taxonomy as taxonomy
    on
        coalesce(decisions.policy_code, cases.policy_code) = taxonomy.policy_code
        and cast(coalesce(decisions.decided_at, actions.actioned_at) as date)
        between taxonomy.valid_from and coalesce(taxonomy.valid_to, date '9999-12-31')
where
    cast(actions.actioned_at as date) >= coalesce(cast($since as date), date '0001-01-01')
    and cast(actions.actioned_at as date) <= coalesce(cast($until as date), date '9999-12-31')
order by actions.actioned_at, actions.action_id
