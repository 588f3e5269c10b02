-- A case that has no closing time is open now, in exactly one stretch without an end; a closed one
-- has none. Its stretches do not overlap and do not begin before the case was opened (methodology,
-- Life of a case; docs/metrics/backlog_open_cases.md). Returns the cases for which this does
-- not hold.
with stretches as (
    select
        *,
        lead(opened_at) over (partition by case_id order by opened_at) as next_opened_at
    from {{ ref('int_case_open_spans') }}
),

summed as (
    select
        case_id,
        count(*) filter (where closed_at is null) as open_count,
        count(*) filter (
            where
            opened_at < case_opened_at
            or closed_at <= opened_at
            or next_opened_at < closed_at
            or (closed_at is null and next_opened_at is not null)
        ) as broken_count
    from stretches
    group by case_id
)

select
    cases.case_id,
    cases.closed_at,
    summed.open_count,
    summed.broken_count
from {{ ref('int_cases') }} as cases
left join summed on cases.case_id = summed.case_id
where
    coalesce(summed.open_count, 0) <> case when cases.closed_at is null then 1 else 0 end
    or summed.broken_count > 0
