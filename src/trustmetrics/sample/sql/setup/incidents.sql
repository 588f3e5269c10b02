-- One row per incident, in epoch milliseconds; the stories' own first.
create table incident_times as

with told as (
    select
        number,
        severity,
        policy_code,
        surface,
        ms_of(declared) as declared_ms,
        ms_of(contained) as contained_ms,
        ms_of(resolved) as resolved_ms,
    from (
        values
            (
                1, 'sev1', 'SCAM-1', 'live',
                '2026-02-21 08:10:00', '2026-03-05 17:30:00', '2026-04-07 12:00:00'
            ),
            (
                2, 'sev2', 'NUD-1', 'feed',
                '2026-01-19 14:05:00', '2026-01-25 20:45:00', '2026-02-02 09:00:00'
            ),
            (3, 'sev2', 'ATO-1', 'messaging', '2026-06-29 22:40:00', null, null)
    ) as told (number, severity, policy_code, surface, declared, contained, resolved)
),

others as (
    select
        k + 4 as number,
        case
            when percent('incident severity', k) < 4 then 'sev1'
            when percent('incident severity', k) < 28 then 'sev2'
            when percent('incident severity', k) < 68 then 'sev3'
            else 'sev4'
        end as severity,
        case when not chance('incident of no policy', k, 0.15) then mix.policy_code end
            as policy_code,
        case when not chance('incident of no surface', k, 0.1)
            then (['feed', 'messaging', 'marketplace', 'live', 'profile'])[
                1 + (draw('incident surface', k) % 5)::integer
            ] end as surface,
        stream_ms('incident', k, (k + uniform('incident', k)) / getvariable('n_incidents'))
            as declared_ms,
        if_happened(
            declared_ms
            + hours(
                case severity when 'sev1' then 4 when 'sev2' then 9 else 30 end
                * spread('containment', k, 0.8)
            )
        ) as contained_ms,
        if_happened(contained_ms + days(1 + 4 * waiting('resolution', k))) as resolved_ms,
    from range(getvariable('n_incidents')) as numbers (k)
    inner join policy_slots as mix on mix.slot = draw('incident policy', k) % 1000
),

together as (
    select * from told
    union all
    select * from others
),

final as (
    select
        make_id('n', 'incident', number) as incident_id,
        *,
    from together
)

select * from final;
