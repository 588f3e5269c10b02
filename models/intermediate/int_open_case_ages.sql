-- Grain: one row per period grain (week, month, quarter), period and case open at its end.
-- Why: how old the open cases are, since they were opened, at the instant that a state is read.
with spans as (
    select * from {{ ref('int_case_open_spans') }}
),

instants as (
    select * from {{ ref('int_count_periods') }}
    where period_grain in ('week', 'month', 'quarter')
),

final as (
    select
        instants.period_grain,
        instants.period_start,
        spans.case_id,
        spans.severity,
        spans.queue,
        {{ seconds_between('spans.case_opened_at', 'instants.state_at') }} as age_seconds
    from instants
    inner join spans
        on {{ is_state_at('instants', 'spans.opened_at', 'spans.closed_at') }}
)

select * from final
