-- Grain: one row per week, surface and stratum: how many views the view-sampled study stands for.
with weeks as (
    select * from study_weeks
),

final as (
    select
        weeks.period_start_date,
        surfaces.surface,
        strata.stratum,
        greatest(
            1,
            getvariable('members') * 0.36 * 7 * surfaces.share * surfaces.views * strata.share
            * growth(elapsed(epoch_ms(weeks.period_start_date::timestamp)))
            * (1 + (season(weeks.period_start_date) - 1) / 2)
            * (
                0.97 + 0.06 * uniform(
                    'strata ' || surfaces.surface || strata.stratum,
                    epoch_ms(weeks.period_start_date::timestamp)
                )
            )
        )::bigint as population_views,
        weeks.period_start_date::timestamp + interval 172 hour as known_at,
    from weeks
    cross join (select distinct surface, share, views from places) as surfaces
    cross join (
        values ('high_risk', 0.02), ('new_author', 0.18), ('other', 0.80)
    ) as strata (stratum, share)
)

select * from final
