-- Grain: one row per statement of the platform's own initiative that automated means detected. When
-- is not stated: at the latest when the restriction began. Beside a notice the order of the two is
-- not known, so that such a statement has no detection here.
select
    statement.case_id as detection_id,
    statement.applied_at as detected_at,
    cast('not_stated' as word) as detector_id,
    cast('not_stated' as word) as detector_version,
    case when statement.visibility is not null then 'content-' || statement.case_id end
        as content_id,
    'account-' || statement.case_id as subject_account_id,
    statement.platform_name as surface,
    coalesce(scopes.region, 'not_stated') as region,
    statement.policy_code,
    cast(null as double) as score,
    cast(null as double) as threshold,
    cast(null as double) as review_probability,
    statement.case_id,
    statement.created_at as ingested_at,
    false as is_deleted
from statement
left join scopes on statement.scope = scopes.cell
where statement.source_type = 'SOURCE_VOLUNTARY' and statement.is_detected_automatically
