{{ config(materialized='table') }}
-- Grain: one row per case.
-- Why: the life of a case, each rule from its own model, read by every metric about cases.
with cases as (
    select * from {{ ref('stg_cases') }}
),

signals as (
    select * from {{ ref('int_case_signals') }}
),

dispositions as (
    select * from {{ ref('int_case_dispositions') }}
),

first_actions as (
    select * from {{ ref('int_case_first_actions') }}
),

closings as (
    select * from {{ ref('int_case_closings') }}
),

taxonomy as (
    select * from {{ ref('policy_taxonomy') }}
),

lives as (
    select
        cases.case_id,
        cases.subject_account_id,
        cases.queue,
        cases.severity,
        cases.surface,
        cases.region,
        cases.opened_at,
        signals.first_signal_at,
        signals.occurred_at,
        signals.is_proactive,
        signals.is_detected,
        signals.is_user_reported,
        coalesce(dispositions.disposition, 'undecided') as disposition,
        first_actions.first_actioned_at,
        closings.closed_at,
        coalesce(dispositions.decided_policy_code, cases.policy_code) as effective_policy_code,
        cast(coalesce(dispositions.last_decided_at, cases.opened_at) as date) as effective_on
    from cases
    left join signals on cases.case_id = signals.case_id
    left join dispositions on cases.case_id = dispositions.case_id
    left join first_actions on cases.case_id = first_actions.case_id
    left join closings on cases.case_id = closings.case_id
),

final as (
    select
        lives.case_id,
        lives.subject_account_id,
        lives.queue,
        lives.severity,
        lives.surface,
        lives.region,
        {{ harm_type('taxonomy', 'lives.effective_policy_code') }} as harm_type,
        lives.opened_at,
        lives.first_signal_at,
        lives.occurred_at,
        lives.first_actioned_at,
        lives.closed_at,
        lives.disposition,
        lives.disposition <> 'undecided' as is_decided,
        lives.disposition = 'violation' as is_confirmed,
        lives.is_proactive,
        lives.is_detected,
        lives.is_user_reported
    from lives
    left join taxonomy
        on {{ taxonomy_matches('taxonomy', 'lives.effective_policy_code', 'lives.effective_on') }}
)

select * from final
