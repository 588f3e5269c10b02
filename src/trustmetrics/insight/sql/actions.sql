-- Post-mortem actions that were open at the end of the report's period, the earliest due first.
select
    due_on,
    closed_at,
    cast(created_at as date) as agreed_on
from staging.stg_postmortem_actions
where
    cast(created_at as date) <= $end
    and (closed_at is null or cast(closed_at as date) > $end)
order by due_on, created_at
