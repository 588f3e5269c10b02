-- Incidents that were declared in the report's period, or were open at its end; without their ids.
select
    severity,
    surface,
    declared_at,
    contained_at,
    resolved_at
from staging.stg_incidents
where
    cast(declared_at as date) <= $end
    and (
        cast(declared_at as date) >= $start
        or resolved_at is null
        or cast(resolved_at as date) > $end
    )
order by severity, declared_at, surface nulls first
