-- Grain: one row. What the contract asks for and the two logs do not state, in one place.
-- Policies not stated have a code of their own, so that they are a slice value and not missing.
select
    'enwiki' as region,
    'unknown' as case_surface,
    'not_stated' as detector_version,
    'filter-not-stated' as detector_not_stated,
    'WP-NOT-STATED' as policy_not_stated,
    'WP-OTHER-STATED' as policy_other_stated
