-- A policy code has one harm type on a date: the spans of one code, inclusive at both ends, do not
-- overlap, and none ends before it begins (methodology, Harm type). Two matches would double a
-- case. Returns the spans that break this.
with spans as (
    select
        policy_code,
        harm_type,
        valid_from,
        coalesce(valid_to, cast('9999-12-31' as date)) as last_day,
        row_number() over (partition by policy_code order by valid_from, valid_to) as span_number
    from {{ ref('policy_taxonomy') }}
)

select
    earlier.policy_code,
    earlier.valid_from,
    earlier.last_day,
    later.valid_from as next_valid_from
from spans as earlier
left join spans as later
    on
        earlier.policy_code = later.policy_code
        and earlier.span_number < later.span_number
where
    later.valid_from <= earlier.last_day
    or earlier.last_day < earlier.valid_from
    or earlier.policy_code is null
    or earlier.harm_type is null
    or earlier.valid_from is null
