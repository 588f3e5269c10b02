-- Grain: one row per statement of reasons. The database states neither account nor severity nor
-- when the case was opened: the day of the restriction stands in for that, and metrics that would
-- read any of it are declared not measured. The last three columns are the statement's own, beyond
-- the contract; delay_mark marks delays that cannot be, or that say nothing.
select
    statement.case_id,
    statement.applied_at as opened_at,
    statement.content_at as occurred_at,
    case
        when statement.is_decided_automatically then cast('automated' as word)
        else cast('not_stated' as word)
    end as queue,
    cast('medium' as word) as severity,
    statement.policy_code,
    statement.platform_name as surface,
    coalesce(scopes.region, 'not_stated') as region,
    'account-' || statement.case_id as subject_account_id,
    case when statement.visibility is not null then 'content-' || statement.case_id end
        as content_id,
    statement.created_at as ingested_at,
    false as is_deleted,
    statement.source_type,
    date_diff('day', statement.content_at, statement.applied_at) as delay_days,
    case
        when statement.applied_at < statement.content_at then cast('negative' as word)
        when statement.applied_at = statement.content_at then cast('zero' as word)
    end as delay_mark
from statement
left join scopes on statement.scope = scopes.cell
