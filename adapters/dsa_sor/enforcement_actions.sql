-- Grain: one row per statement and kind of restriction that the contract knows. A restriction
-- "other" has no kind there: it is counted, and is no row.
with

kinds as (
    select
        restriction,
        cast(action_type as action_type) as action_type
    from restrictions_csv
    where action_type is not null
),

visible_kinds as (
    select
        visibilities.cell,
        kinds.action_type
    from visibilities
    cross join unnest(visibilities.restrictions) as each_one (restriction)
    inner join kinds on each_one.restriction = kinds.restriction
),

restricted as (
    select
        statement.*,
        visible_kinds.action_type,
        statement.visibility_ended_at as ended_at,
        'content-' || statement.case_id as content_id
    from statement
    inner join visible_kinds on statement.visibility = visible_kinds.cell
    union all
    select
        statement.*,
        kinds.action_type,
        statement.monetary_ended_at as ended_at,
        null as content_id
    from statement
    inner join kinds on statement.monetary = kinds.restriction
    union all
    select
        statement.*,
        kinds.action_type,
        statement.provision_ended_at as ended_at,
        null as content_id
    from statement
    inner join kinds on statement.provision = kinds.restriction
    union all
    select
        statement.*,
        kinds.action_type,
        statement.account_ended_at as ended_at,
        null as content_id
    from statement
    inner join kinds on statement.account = kinds.restriction
)

select
    case_id || '-' || action_type as action_id,
    case_id as decision_id,
    case_id,
    applied_at as actioned_at,
    ended_at,
    action_type,
    'account-' || case_id as subject_account_id,
    content_id,
    is_decided_automatically as automated,
    cast(null as varchar) as detector_id,
    legal_ground,
    created_at as ingested_at,
    false as is_deleted
from restricted
