-- Grain: one row per appeal against a restriction, or against the decision on a notice.
-- Why: what a complaint or dispute is about, each counted for one reason: that of the gravest
-- restriction of its decision (account, service, monetisation, visibility). What is about neither
-- is no complaint in the sense of Article 20 of the Digital Services Act.
with appeals as (
    select * from {{ ref('stg_appeals') }}
),

decisions as (
    select * from {{ ref('stg_decisions') }}
),

cases as (
    select * from {{ ref('stg_cases') }}
),

actions as (
    select * from {{ ref('stg_enforcement_actions') }}
    where action_type <> 'warning'
),

-- An action that names no decision stands for all of its case.
decided_actions as (
    select
        decision_id,
        action_type
    from actions
    where decision_id is not null

    union all

    select
        decisions.decision_id,
        actions.action_type
    from actions
    inner join decisions on actions.case_id = decisions.case_id
    where actions.decision_id is null
),

restrictions as (
    select
        decision_id,
        min(
            case
                when action_type like 'account_%' then 1
                when action_type like 'service_%' then 2
                when action_type like 'monetisation_%' then 3
                else 4
            end
        ) as gravity
    from decided_actions
    group by decision_id
),

noticed_cases as (
    select
        case_id,
        count(*) filter (where is_trusted) > 0 as is_trusted
    from {{ ref('int_dsa_notices') }}
    where case_id is not null
    group by case_id
),

reasoned as (
    select
        appeals.*,
        cases.region,
        case
            when appeals.appellant_type = 'affected_user'
                then
                    case restrictions.gravity
                        when 1 then 'account'
                        when 2 then 'service'
                        when 3 then 'monetary'
                        when 4 then 'visibility'
                    end
            when noticed_cases.case_id is not null then 'notice'
        end as reason,
        appeals.appellant_type = 'reporter'
        and coalesce(noticed_cases.is_trusted, false) as is_trusted
    from appeals
    left join decisions on appeals.decision_id = decisions.decision_id
    left join cases on decisions.case_id = cases.case_id
    left join restrictions on appeals.decision_id = restrictions.decision_id
    left join noticed_cases on decisions.case_id = noticed_cases.case_id
),

final as (
    select
        appeal_id,
        filed_at,
        region,
        channel,
        reason,
        is_trusted,
        case
            when resolved_at is not null
                then
                    case outcome
                        when 'upheld' then 'upheld'
                        when 'partially_overturned' then 'partially_reversed'
                        when 'overturned' then 'reversed'
                        when 'withdrawn' then 'omitted'
                    end
        end as result,
        case
            when outcome in ('upheld', 'partially_overturned', 'overturned')
                then {{ seconds_between('filed_at', 'resolved_at') }}
        end as decided_seconds,
        is_implemented
    from reasoned
)

select * from final
