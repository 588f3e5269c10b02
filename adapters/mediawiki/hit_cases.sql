-- Grain: one row per filter hit that led to a case: the account's first block after the hit
-- (a strictly later time; equal times of blocks by log_id), if it came within 48 hours.
-- Durations are whole seconds, rounded down, so anything short of 48 hours and a second is within
-- 48 hours.
with

hits as (
    select * from filter_hits
),

blocks as (
    select * from log_standing
    where action = 'block'
),

following as (
    select
        hits.hit_id,
        blocks.case_id,
        row_number() over (
            partition by hits.hit_id order by blocks.logged_at, blocks.log_id
        ) as position
    from hits
    inner join blocks
        on
            hits.account_hash = blocks.account_hash
            and hits.hit_at < blocks.logged_at
            and hits.hit_at + interval '48 hours 1 second' > blocks.logged_at
)

select
    hit_id,
    case_id
from following
where position = 1
