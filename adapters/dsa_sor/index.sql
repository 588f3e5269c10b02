-- Grain: one row per statement of a piece: what tells copies of it in several parts apart, and
-- what is counted of it.
select
    statement_id,
    created_at,
    scope is not null as is_scope_stated,
    content_hash,
    is_inverted,
    is_detected_automatically and source_type <> 'SOURCE_VOLUNTARY' as is_detected_beside_a_notice,
    coalesce(contains(visibility, 'DECISION_VISIBILITY_OTHER'), false)
    or coalesce(monetary = 'DECISION_MONETARY_OTHER', false) as has_restriction_of_no_kind
from statement
