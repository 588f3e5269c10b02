-- Grain: one row per case id whose latest closing or reopening is a closing.
-- Why: that event says when the case was closed; a case without a row here is not closed.
with changes as (
    select
        *,
        row_number() over (
            partition by case_id
            order by occurred_at desc, {{ by_bytes('case_event_id') }} desc
        ) as change_rank
    from {{ ref('stg_case_events') }}
    where event_type in ('closed', 'reopened')
),

final as (
    select
        case_id,
        occurred_at as closed_at
    from changes
    where
        change_rank = 1
        and event_type = 'closed'
)

select * from final
