-- Grain: one row per account. Numbered in order of creation, half of them older than the period.
with numbers as (
    select a
    from range(getvariable('n_accounts')) as numbers (a)
),

final as (
    select
        account_id(a) as account_id,
        to_moment(account_created_ms(a)) as created_at,
        case when chance('account type', a, 0.12) then 'business' else 'consumer' end
            as account_type,
        account_region(a) as region,
        to_moment(account_created_ms(a)) as known_at,
    from numbers
)

select * from final
