-- Grain: one row per account, kind of identifier and identifier.
--
-- Ordinary accounts have a device or an address of their own; one address in thirty is that of a
-- household, which two or three accounts share. Story 7: the six accounts of a ring share one
-- device and one means of payment.
with rings as (
    select
        getvariable('n_accounts') // 2 - getvariable('n_ring_accounts') + ring * 6 + member as a,
        identifier_type,
        make_id('h', 'ring ' || identifier_type, ring) as identifier_hash,
        ring_start_ms(ring) - days(uniform('ring seen', a)) as first_seen_ms,
        first_seen_ms + days(62) as last_seen_ms,
    from range(getvariable('n_rings')) as rings (ring)
    cross join range(6) as members (member)
    cross join (values ('device'), ('payment')) as shared (identifier_type)
),

ordinary as (
    select
        draw('identified', n) % getvariable('n_accounts') as a,
        case
            when percent('identifier type', n) < 45 then 'device'
            when percent('identifier type', n) < 70 then 'ip'
            when percent('identifier type', n) < 80 then 'payment'
            when percent('identifier type', n) < 90 then 'phone'
            else 'email'
        end as identifier_type,
        case
            when identifier_type = 'ip' and chance('household', n, 0.03)
                then make_id(
                    'h',
                    'household',
                    draw('which household', n) % (1 + getvariable('n_identifiers') // 400)
                )
            else make_id('h', 'identifier', n)
        end as identifier_hash,
        account_created_ms(a) as first_seen_ms,
        first_seen_ms
        + floor(
            (getvariable('end_ms') - 1 - first_seen_ms) * pow(uniform('seen', n), 0.7)
        )::bigint as last_seen_ms,
    from range(getvariable('n_identifiers')) as numbers (n)
),

together as (
    select * from rings
    union all
    select * from ordinary
),

final as (
    select
        dangling('a', 'identifier', a, account_id(a)) as account_id,
        identifier_type,
        identifier_hash,
        to_moment(first_seen_ms) as first_seen_at,
        to_moment(last_seen_ms) as last_seen_at,
        to_moment(last_seen_ms) as known_at,
    from together
)

select distinct on (account_id, identifier_type, identifier_hash) * from final
order by account_id, identifier_type, identifier_hash, last_seen_at
