-- Grain: one row per distinct filter hit. A filter states no policy, score or threshold, and
-- nobody samples hits for review: case_id is NULL unless a block followed.
with

hits as (
    select * from filter_hits
),

hit_cases as (
    select * from hit_cases
),

constants as (
    select * from constants
)

select
    hits.detection_id,
    hits.hit_at as detected_at,
    hits.detector_id,
    constants.detector_version,
    hits.page_hash as content_id,
    hits.account_hash as subject_account_id,
    hits.surface,
    constants.region,
    constants.policy_not_stated as policy_code,
    cast(null as double) as score,
    cast(null as double) as threshold,
    cast(null as double) as review_probability,
    hit_cases.case_id,
    hits.hit_at as ingested_at,
    false as is_deleted
from hits
cross join constants
left join hit_cases on hits.hit_id = hit_cases.hit_id
