-- Grain: one row per appeal against a first decision, by the user whom it hit or by the reporter
-- whom it refused. It arrives when filed and again when resolved.
-- Story 6: appeals against automated removals by the faulty det_nudity_image are many, and most
-- of them are won.
with filed as (
    select
        *,
        make_id('j', 'decision', i * 2) as decision_id,
    from case_lives
    where appeal_ms is not null
),

final as (
    select
        make_id('p', 'appeal', i) as appeal_id,
        dangling('j', 'appeal', i, decision_id) as decision_id,
        to_moment(appeal_ms) as filed_at,
        to_moment(resolved_ms) as resolved_at,
        case when resolved_ms is not null then verdict end as outcome,
        channel,
        case when outcome = 'no_violation' then 'reporter' else 'affected_user' end
            as appellant_type,
        case when channel = 'out_of_court' and resolved_ms is not null
            and verdict in ('overturned', 'partially_overturned')
            then chance('implemented', i, 0.94) end as is_implemented,
        to_moment(coalesce(resolved_ms, appeal_ms)) as known_at,
        case when resolved_ms is not null then to_moment(appeal_ms) end as open_known_at,
    from filed
)

select * from final
