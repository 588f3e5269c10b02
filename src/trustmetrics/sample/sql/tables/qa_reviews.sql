-- Grain: one row per quality review of a first decision. Grave decisions are drawn more often;
-- inclusion_probability says how often: one in two to one in sixteen, of which weights are exact.
with drawn as (
    select
        *,
        case
            when queue = 'automated' then 0.0625
            when severity = 'critical' then 0.5
            when severity = 'high' then 0.25
            when severity = 'medium' then 0.125
            else 0.0625
        end as inclusion_probability,
        if_happened(decided_ms + days(0.5 + 3 * waiting('quality review', i))) as ms,
        fate = 'reopened in error'
        or is_wrongly_found
        or is_wrongly_cleared
        or chance('wrong', i, 0.006) as is_wrong,
    from case_lives
    where decided_ms is not null
        and chance('quality sample', i, inclusion_probability)
),

final as (
    select
        make_id('q', 'quality review', i) as qa_review_id,
        dangling('j', 'quality review', i, make_id('j', 'decision', i * 2)) as decision_id,
        to_moment(ms) as reviewed_at,
        senior('quality reviewer', i) as reviewer_id,
        case when is_wrong then 'incorrect' else 'correct' end as verdict,
        case
            when not is_wrong then null
            when percent('error type', i) < 55 and outcome = 'violation' then 'false_positive'
            when percent('error type', i) < 55 and outcome = 'no_violation' then 'false_negative'
            when percent('error type', i) < 75 then 'wrong_policy'
            when percent('error type', i) < 90 then 'wrong_severity'
            else 'process'
        end as error_type,
        inclusion_probability::double as inclusion_probability,
        to_moment(ms) as known_at,
    from drawn
    where ms is not null
)

select * from final
