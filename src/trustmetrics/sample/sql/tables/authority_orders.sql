-- Grain: one row per order of a member state's authority. Receipt is confirmed within hours, most
-- orders are given effect to within days. It arrives when received and again with its effect.
with received as (
    select
        n,
        mix.policy_code,
        stream_ms('order', n, (n + uniform('order', n)) / getvariable('n_orders')) as ms,
        if_happened(ms + hours(2 * waiting('acknowledged', n))) as acknowledged_ms,
        case when not chance('no effect', n, 0.06)
            then if_happened(acknowledged_ms + hours(40 * waiting('effect', n))) end as effect_ms,
    from range(getvariable('n_orders')) as numbers (n)
    inner join policy_slots as mix on mix.slot = draw('order policy', n) % 1000
),

final as (
    select
        make_id('z', 'order', n) as order_id,
        case when chance('order type', n, 0.55)
            then 'act_against_illegal_content' else 'provide_information' end as order_type,
        (['DE', 'FR', 'IT', 'ES', 'NL', 'PL', 'IE', 'SE', 'AT', 'RO'])[
            1 + floor(10 * pow(uniform('member state', n), 1.6))::integer
        ] as member_state,
        policy_code,
        to_moment(ms) as received_at,
        to_moment(acknowledged_ms) as acknowledged_at,
        to_moment(effect_ms) as effect_given_at,
        1 + floor(3 * waiting('items', n))::integer as items_concerned,
        to_moment(coalesce(effect_ms, acknowledged_ms, ms)) as known_at,
        case when acknowledged_ms is not null then to_moment(ms) end as open_known_at,
    from received
)

select * from final
