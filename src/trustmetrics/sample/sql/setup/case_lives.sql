-- What becomes of each case. Grain: one row per case, its signal and its life: assigned, decided,
-- actioned, closed, appealed, reopened, decided again, closed again.
--
-- Story 4 is here: the standard queue's team for severity high is short of people from 2026-04-20
-- to 2026-06-14; the wait for assignment rises to fifty times the usual in the middle of those
-- eight weeks and falls again.
-- Story 6: what the faulty version of det_nudity_image removed is appealed against often, and most
-- of it is overturned.
--
-- A column is null where the event does not take place or has not taken place by the end of the
-- period. Nothing follows an event that has not taken place.
create table case_lives as

with queued as (
    select
        *,
        case
            when story = 'nudity'
                or band = 'certain' and severity <> 'critical' and chance('automated', i, 0.55)
                then 'automated'
            when severity = 'critical' or severity = 'high' and chance('escalation', i, 0.1)
                then 'escalation'
            else 'standard'
        end as queue,
        case
            when chance('fate', i, 0.0015) then 'forgotten'
            when chance('fate', i, 0.0115) then 'duplicate'
            when chance('fate', i, 0.0315) then 'reopened in error'
            when chance('fate', i, 0.0375) then 'reopened on evidence'
            else 'plain'
        end as fate,
    from case_signals
),

assigned as (
    select
        *,
        if_happened(
            opened_ms + hours(
                case severity
                    when 'critical' then 0.25 when 'high' then 0.6 when 'medium' then 5 else 18
                end
                * spread('wait', i, 0.9)
                * case
                    when queue = 'standard' and severity = 'high'
                        and opened_ms >= ms_of('2026-04-20') and opened_ms < ms_of('2026-06-15')
                        then 1 + 49 * (
                            1 - abs(opened_ms - ms_of('2026-05-18')) / days(28)::double
                        )
                    else 1
                end
            )
        ) as assigned_ms,
    from queued
    where queue <> 'automated'

    union all by name

    select
        *,
        opened_ms as assigned_ms,
    from queued
    where queue = 'automated'
),

decided as (
    select
        *,
        case
            when fate in ('forgotten', 'duplicate') then null
            when queue = 'automated'
                then if_happened(assigned_ms + 200 + hours(0.003 * waiting('decision', i)))
            else if_happened(
                assigned_ms + hours(0.02 + 0.2 * waiting('decision', i))
            )
        end as decided_ms,
        case
            when queue <> 'automated' and chance('unclear', i, 0.025)
                then 'insufficient_information'
            when is_violation then 'violation'
            else 'no_violation'
        end as outcome,
    from assigned
),

actioned as (
    select
        *,
        case
            when outcome = 'violation' and chance('action', i, 0.95)
                then if_happened(
                    decided_ms + 500 + hours(
                        case when queue = 'automated' then 0.002 else 0.08 end
                        * waiting('action delay', i)
                    )
                )
        end as actioned_ms,
        if_happened(
            coalesce(decided_ms, case when fate = 'duplicate' then assigned_ms end)
            + hours(0.1 + 0.5 * waiting('closing', i))
        ) as closed_ms,
    from decided
),

-- An appeal by the user whom an action hit, or now and then by a reporter who was refused.
appealed as (
    select
        *,
        case
            when fate <> 'plain' then null
            when actioned_ms is not null
                and chance(
                    'appeal', i,
                    case
                        when story = 'nudity' then 0.6
                        when queue = 'automated' then 0.12
                        else 0.10
                    end
                )
                then if_happened(
                    greatest(actioned_ms, closed_ms) + days(2 * waiting('appeal after', i))
                )
            when outcome = 'no_violation' and reported_ms is not null and chance('appeal', i, 0.02)
                then if_happened(closed_ms + days(2 * waiting('appeal after', i)))
        end as appeal_ms,
        case when chance('channel', i, 0.03) then 'out_of_court' else 'internal' end as channel,
        case
            when chance('verdict', i, case when story = 'nudity' then 0.8 else 0.13 end)
                then 'overturned'
            when chance('verdict', i, 0.18) then 'partially_overturned'
            when chance('verdict', i, 0.25) then 'withdrawn'
            else 'upheld'
        end as verdict,
    from actioned
),

resolved as (
    select
        *,
        if_happened(
            appeal_ms
            + case when channel = 'out_of_court' then days(20 + 40 * uniform('appeal takes', i))
                else days(0.3 + 5 * waiting('appeal takes', i)) end
        ) as resolved_ms,
    from appealed
),

reopened as (
    select
        *,
        case
            when fate in ('reopened in error', 'reopened on evidence')
                then if_happened(closed_ms + days(0.2 + 6 * waiting('reopening', i)))
            when verdict = 'overturned' then if_happened(resolved_ms + hours(0.2))
        end as reopened_ms,
        case fate
            when 'reopened in error' then 'error'
            when 'reopened on evidence' then 'new_evidence'
            else 'appeal'
        end as reopened_reason,
    from resolved
),

decided_again as (
    select
        *,
        case
            when fate <> 'plain' or chance('new decision', i, 0.4)
                then if_happened(reopened_ms + hours(1 + 12 * waiting('second decision', i)))
        end as decided_again_ms,
        case
            when chance('second outcome', i, 0.4) and fate <> 'plain' then outcome
            when outcome = 'violation' then 'no_violation'
            else 'violation'
        end as outcome_again,
        fate <> 'plain' or chance('new decision', i, 0.4) as is_decided_again,
    from reopened
),

final as (
    select
        * exclude (is_decided_again),
        if_happened(
            case when is_decided_again then decided_again_ms else reopened_ms end
            + hours(0.5 + 20 * waiting('second closing', i))
        ) as closed_again_ms,
        case
            when fate <> 'plain' and outcome <> 'violation' and outcome_again = 'violation'
                then if_happened(decided_again_ms + hours(0.1 * waiting('second action', i)))
        end as actioned_again_ms,
    from decided_again
)

select * from final;
