-- Grain: one row per statement of reasons. The database states neither account nor severity nor
-- when the case was opened: the day of the restriction stands in for that, and metrics that would
-- read any of it are declared not measured. The last three columns are the statement's own, beyond
-- the contract; delay_mark marks delays that cannot be, or that say nothing.
select
    case_id,
    applied_at as opened_at,
    content_at as occurred_at,
    case when is_decided_automatically then 'automated' else 'not_stated' end as queue,
    'medium' as severity,
    policy_code,
    platform_name as surface,
    region,
    'account-' || case_id as subject_account_id,
    content_id,
    created_at as ingested_at,
    false as is_deleted,
    source_type,
    date_diff('day', content_at, applied_at) as delay_days,
    case
        when applied_at < content_at then 'negative'
        when applied_at = content_at then 'zero'
    end as delay_mark
from statement
