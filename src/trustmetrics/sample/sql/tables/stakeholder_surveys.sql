-- Grain: one row per response to the quarterly survey of those who use the team's work.
with responses as (
    select
        n,
        (['policy', 'legal', 'operations', 'product'])[1 + (n % 4)::integer] as stakeholder_group,
        stream_ms('survey', n, (n + uniform('survey', n)) / getvariable('n_responses'))
            as streamed_ms,
        epoch_ms(date_trunc('quarter', to_moment(streamed_ms)))
        + days(62 + 26 * uniform('answered', n)) as ms,
        3.85 + 0.4 * elapsed(streamed_ms)
        - case when stakeholder_group = 'product' then 0.4 else 0 end as mood,
    from range(getvariable('n_responses')) as numbers (n)
),

final as (
    select
        make_id('y', 'response', n) as response_id,
        to_moment(ms) as submitted_at,
        stakeholder_group,
        greatest(1, least(5, round(mood - 1.8 + 3.2 * uniform('score', n))))::integer as score,
        to_moment(ms) as known_at,
    from responses
)

select * from final
