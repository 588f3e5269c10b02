-- Grain: one row per experiment and account: every fifth of the accounts older than the period,
-- which are too many to come round twice. Harm before assignment foretells harm after it, so that
-- it can serve to reduce variance.
with units as (
    select
        effects.*,
        effects.number * 1000000000::bigint + j as n,
        (j * 5 + effects.number * 31) % (getvariable('n_accounts') // 2) as account,
        case when chance('variant', n, effects.treatment_share)
            then 'treatment' else 'control' end as variant,
        epoch_ms(effects.started_on::timestamp)
        + days(
            uniform('assigned', n)
            * least(
                coalesce(effects.ended_on, date '2026-07-01') - effects.started_on,
                14
            )
        ) as ms,
        case when chance('prone', account, 0.06) then 8 else 1 end as proneness,
    from experiment_effects as effects
    cross join range(getvariable('n_units') // 6) as numbers (j)
),

final as (
    select
        experiment_id,
        dangling('a', 'unit', n, account_id(account)) as account_id,
        variant,
        to_moment(ms) as assigned_at,
        chance(
            'converted', n,
            conversion * case variant when 'treatment' then 1 + conversion_change else 1 end
        ) as converted,
        floor(
            0.25 * proneness * waiting('harm', n)
            * case variant when 'treatment' then 1 + harm_change else 1 end
        )::integer as harm_events,
        case when not chance('new account', n, 0.1)
            then floor(0.25 * proneness * waiting('harm before', n))::integer end
            as pre_harm_events,
        to_moment(ms) + interval 6 hour as known_at,
    from units
)

select * from final
