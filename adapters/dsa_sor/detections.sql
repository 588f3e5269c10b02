-- Grain: one row per statement of the platform's own initiative that automated means detected. When
-- is not stated: at the latest when the restriction began. Beside a notice the order of the two is
-- not known, so that such a statement has no detection here.
select
    case_id as detection_id,
    applied_at as detected_at,
    'not_stated' as detector_id,
    'not_stated' as detector_version,
    content_id,
    'account-' || case_id as subject_account_id,
    platform_name as surface,
    region,
    policy_code,
    cast(null as double) as score,
    cast(null as double) as threshold,
    cast(null as double) as review_probability,
    case_id,
    created_at as ingested_at,
    false as is_deleted
from statement
where source_type = 'SOURCE_VOLUNTARY' and is_detected_automatically
