-- Grain: one row per period grain, period and case open at its end.
-- Why: the backlog is a state: which cases are open at the instant that it is read at, and how old
-- they are then, since they were opened.
with spans as (
    select * from {{ ref('int_case_open_spans') }}
),

periods as (
    select * from {{ ref('int_count_periods') }}
),

final as (
    select
        periods.period_grain,
        periods.period_start,
        spans.case_id,
        spans.severity,
        spans.queue,
        {{ seconds_between('spans.case_opened_at', 'periods.state_at') }} as age_seconds
    from periods
    inner join spans
        on {{ is_state_at('periods', 'spans.opened_at', 'spans.closed_at') }}
)

select * from final
