-- What becomes of each case. Grain: one row per case, its signal and its life: assigned, decided,
-- actioned, closed, appealed, reopened, decided again, closed again.
--
-- When a case is assigned and decided, and by whom, comes from the queue (case_reviews, which
-- review.py makes). Story 6: what the faulty version of det_nudity_image removed is appealed
-- against often, and most of it is overturned.
--
-- A column is null where the event does not take place or has not taken place by the end of the
-- period. Nothing follows an event that has not taken place.
create table case_lives as

with reviewed as (
    select
        routes.*,
        case when queue = 'automated' then opened_ms else reviews.assigned_ms end as assigned_ms,
        case when queue = 'automated'
            then if_happened(opened_ms + 200 + hours(0.003 * waiting('decision', i)))
            else reviews.decided_ms
        end as reviewed_ms,
        reviews.moderator,
    from case_routes as routes
    left join case_reviews as reviews using (i)
),

-- Machines dismiss two in three of the wrong flags on a second look; people err twice in a
-- hundred.
decided as (
    select
        *,
        case when fate <> 'duplicate' or is_brigade then reviewed_ms end as decided_ms,
        case
            when story = 'nudity' then 'violation'
            when queue = 'automated'
                then case when is_violation or chance('second look', i, 0.33)
                    then 'violation' else 'no_violation' end
            when chance('unclear', i, 0.02) then 'insufficient_information'
            when is_violation <> (not is_brigade and chance('human error', i, 0.02))
                then 'violation'
            else 'no_violation'
        end as outcome,
        outcome = 'violation' and (not is_violation or story = 'nudity') as is_wrongly_found,
        outcome = 'no_violation' and is_violation as is_wrongly_cleared,
    from reviewed
),

actioned as (
    select
        *,
        case
            when outcome = 'violation' and chance('action', i, 0.97)
                then if_happened(
                    decided_ms + 500 + hours(
                        case when queue = 'automated' then 0.001 else 0.02 end
                        * waiting('action delay', i)
                    )
                )
        end as actioned_ms,
        if_happened(reviewed_ms + hours(0.05 + 0.15 * waiting('closing', i))) as closed_ms,
    from decided
),

-- An appeal by the user whom an action hit, who has six months and mostly takes days; or now and
-- then by a reporter who was refused.
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
                        when story in ('wave', 'ring') then 0.02
                        when is_wrongly_found then 0.25
                        when term_days > 0 then 0.10
                        else 0.045
                    end
                )
                then if_happened(greatest(actioned_ms, closed_ms) + appeal_after_ms(i))
            when outcome = 'no_violation' and reported_ms is not null
                and chance('appeal', i, case when is_wrongly_cleared then 0.10 else 0.01 end)
                then if_happened(closed_ms + appeal_after_ms(i))
        end as appeal_ms,
        case when chance('channel', i, 0.03) then 'out_of_court' else 'internal' end as channel,
        case
            when chance('withdrawn', i, 0.06) then 'withdrawn'
            when chance(
                'verdict', i,
                case
                    when story = 'nudity' then 0.85
                    when is_wrongly_found or is_wrongly_cleared then 0.80
                    else 0.11
                end
            ) then 'overturned'
            when chance('partly', i, 0.06) then 'partially_overturned'
            else 'upheld'
        end as verdict,
    from actioned
),

resolved as (
    select
        *,
        if_happened(
            appeal_ms
            + case when channel = 'out_of_court' then days(25 + 60 * uniform('appeal takes', i))
                else days(2.2 * spread('appeal takes', i, 0.9)) end
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
        fate <> 'plain' or chance('new decision', i, 0.4) as is_decided_again,
        case when is_decided_again
            then if_happened(reopened_ms + hours(1 + 8 * waiting('second decision', i)))
        end as decided_again_ms,
        case
            when chance('second outcome', i, 0.4) and fate <> 'plain' then outcome
            when outcome = 'violation' then 'no_violation'
            else 'violation'
        end as outcome_again,
    from reopened
),

final as (
    select
        * exclude (is_decided_again),
        if_happened(
            case when is_decided_again then decided_again_ms else reopened_ms end
            + hours(0.2 + 2 * waiting('second closing', i))
        ) as closed_again_ms,
        case
            when fate <> 'plain' and outcome <> 'violation' and outcome_again = 'violation'
                then if_happened(decided_again_ms + hours(0.1 * waiting('second action', i)))
        end as actioned_again_ms,
    from decided_again
)

select * from final;
