-- Grain: one row per incident. Two belong to stories: the scam wave on `live` (1) and the faulty
-- version of det_nudity_image (6); the last one is not contained yet. An incident arrives when it
-- is declared and again when it is over.
with final as (
    select
        incident_id,
        severity,
        policy_code,
        surface,
        to_moment(declared_ms) as declared_at,
        to_moment(contained_ms) as contained_at,
        to_moment(resolved_ms) as resolved_at,
        to_moment(coalesce(resolved_ms, contained_ms, declared_ms)) as known_at,
        case when contained_ms is not null then to_moment(declared_ms) end as open_known_at,
    from incident_times
)

select * from final
