{{ config(materialized='table') }}
-- Grain: one row per enforcement action that restricts something, which a warning does not.
-- Why: what led to it (an order, a notice, or neither), the ground and category that a transparency
-- report counts it in, and for one that a notice led to, that notice.
with actions as (
    select * from {{ ref('stg_enforcement_actions') }}
    where action_type <> 'warning'
),

cases as (
    select * from {{ ref('stg_cases') }}
),

decisions as (
    select * from {{ ref('stg_decisions') }}
),

notices as (
    select * from {{ ref('int_dsa_notices') }}
),

taxonomy as (
    select * from {{ ref('policy_taxonomy') }}
),

keywords as (
    select * from {{ ref('dsa_keywords') }}
),

preceding as (
    select
        actions.action_id,
        notices.category,
        notices.keyword,
        notices.description,
        notices.reported_at,
        min(case when notices.is_trusted then notices.reported_at end) over (
            partition by actions.action_id
        ) as first_trusted_at,
        row_number() over (
            partition by actions.action_id
            order by notices.reported_at asc, {{ by_bytes('notices.report_id') }} asc
        ) as notice_number
    from actions
    inner join notices
        on
            actions.case_id = notices.case_id
            and notices.reported_at <= actions.actioned_at
),

first_notices as (
    select * from preceding
    where notice_number = 1
),

-- Complaints of reporters that a decision was reversed on: what is imposed after that, by another
-- decision, is newly imposed.
won_by_reporters as (
    select
        decisions.case_id,
        decisions.decision_id,
        min(appeals.resolved_at) as resolved_at
    from {{ ref('stg_appeals') }} as appeals
    inner join decisions on appeals.decision_id = decisions.decision_id
    where
        appeals.channel = 'internal'
        and appeals.appellant_type = 'reporter'
        and appeals.outcome in ('overturned', 'partially_overturned')
    group by
        decisions.case_id,
        decisions.decision_id
),

newly_imposed as (
    select distinct actions.action_id
    from actions
    inner join won_by_reporters
        on
            actions.case_id = won_by_reporters.case_id
            and actions.actioned_at >= won_by_reporters.resolved_at
    where
        actions.decision_id is null
        or actions.decision_id <> won_by_reporters.decision_id
),

grounded as (
    select
        actions.action_id,
        actions.actioned_at,
        actions.action_type,
        actions.misuse_ground,
        actions.legal_ground,
        cases.region,
        case
            when actions.order_id is not null then 'order'
            when first_notices.action_id is not null then 'notice'
            else 'own_initiative'
        end as basis,
        actions.automated
        and coalesce(decisions.decided_by, 'automated') = 'automated' as is_solely_automated,
        coalesce(decisions.policy_code, cases.policy_code) as policy_code,
        first_notices.category as notice_category,
        first_notices.keyword as notice_keyword,
        first_notices.description as notice_description,
        {{ seconds_between('first_notices.reported_at', 'actions.actioned_at') }}
            as notice_seconds,
        {{ seconds_between('first_notices.first_trusted_at', 'actions.actioned_at') }}
            as trusted_notice_seconds,
        newly_imposed.action_id is not null as is_newly_imposed
    from actions
    left join cases on actions.case_id = cases.case_id
    left join decisions on actions.decision_id = decisions.decision_id
    left join first_notices on actions.action_id = first_notices.action_id
    left join newly_imposed on actions.action_id = newly_imposed.action_id
),

categorised as (
    select
        grounded.*,
        coalesce({{ dsa_category('taxonomy') }}, 'STATEMENT_CATEGORY_OTHER_VIOLATION_TC')
            as category,
        keywords.dsa_keyword
    from grounded
    left join taxonomy
        on {{ taxonomy_matches(
            'taxonomy', 'grounded.policy_code', 'cast(grounded.actioned_at as date)'
        ) }}
    left join keywords on grounded.policy_code = keywords.policy_code
),

-- The template on illegal content has no place for a policy that is of the terms alone.
final as (
    select
        action_id,
        actioned_at,
        action_type,
        misuse_ground,
        region,
        basis,
        legal_ground = 'illegal_content' as is_illegal,
        case
            when
                legal_ground = 'illegal_content'
                and category <> 'STATEMENT_CATEGORY_OTHER_VIOLATION_TC' then 5
            else 6
        end as part,
        category,
        {{ dsa_sub_category('dsa_keyword') }},
        is_solely_automated,
        notice_category,
        notice_keyword,
        notice_description,
        notice_seconds,
        trusted_notice_seconds,
        is_newly_imposed
    from categorised
)

select * from final
