-- Grain: one row per order of an authority.
-- Why: where a transparency report counts it: its category of illegal content, its member state,
-- and how long it took to confirm it and to give effect to it.
with orders as (
    select * from {{ ref('stg_authority_orders') }}
),

taxonomy as (
    select * from {{ ref('policy_taxonomy') }}
),

keywords as (
    select * from {{ ref('dsa_keywords') }}
),

final as (
    select
        orders.order_id,
        orders.received_at,
        orders.order_type,
        {{ dsa_member_state('orders.member_state') }} as member_state,
        {{ dsa_illegal_category(
            dsa_category('taxonomy'), "'STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER'"
        ) }} as category,
        {{ dsa_sub_category('keywords.dsa_keyword') }},
        orders.items_concerned,
        {{ seconds_between('orders.received_at', 'orders.acknowledged_at') }} as inform_seconds,
        {{ seconds_between('orders.received_at', 'orders.effect_given_at') }} as effect_seconds
    from orders
    left join taxonomy
        on {{ taxonomy_matches(
            'taxonomy', 'orders.policy_code', 'cast(orders.received_at as date)'
        ) }}
    left join keywords on orders.policy_code = keywords.policy_code
)

select * from final
