-- Grain: one row per statement and kind of restriction that the contract knows. A restriction
-- "other" has no kind there: it is counted, and is no row.
with

restrictions as (
    select
        *,
        unnest(visibility) as restriction,
        visibility_ended_at as ended_at,
        content_id as object_id
    from statement
    union all
    select
        *,
        monetary as restriction,
        monetary_ended_at as ended_at,
        null as object_id
    from statement
    where monetary is not null
    union all
    select
        *,
        provision as restriction,
        provision_ended_at as ended_at,
        null as object_id
    from statement
    where provision is not null
    union all
    select
        *,
        account as restriction,
        account_ended_at as ended_at,
        null as object_id
    from statement
    where account is not null
),

kinds as (
    select * from restrictions_csv
    where action_type is not null
)

select
    restrictions.case_id || '-' || kinds.action_type as action_id,
    restrictions.case_id as decision_id,
    restrictions.case_id,
    restrictions.applied_at as actioned_at,
    restrictions.ended_at,
    kinds.action_type,
    'account-' || restrictions.case_id as subject_account_id,
    restrictions.object_id as content_id,
    restrictions.is_decided_automatically as automated,
    cast(null as varchar) as detector_id,
    restrictions.legal_ground,
    restrictions.created_at as ingested_at,
    false as is_deleted
from restrictions
inner join kinds on restrictions.restriction = kinds.restriction
