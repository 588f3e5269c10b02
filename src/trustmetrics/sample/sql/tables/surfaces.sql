-- Grain: one row per surface. The last two have no traffic in the sample: one was retired, one
-- was launched in the last week.
with final as (
    select
        surface,
        risk_tier,
        launched_on,
        retired_on,
        greatest(launched_on, date '2025-04-01')::timestamp as known_at,
    from (
        values
            ('feed', 'high', date '2018-03-01', null),
            ('messaging', 'high', date '2018-03-01', null),
            ('marketplace', 'high', date '2020-06-15', null),
            ('live', 'high', date '2022-11-01', null),
            ('profile', 'medium', date '2018-03-01', null),
            ('audio_rooms', 'medium', date '2021-04-12', date '2025-03-01'),
            ('circles', 'low', date '2026-06-24', null)
    ) as surfaces (surface, risk_tier, launched_on, retired_on)
)

select * from final
