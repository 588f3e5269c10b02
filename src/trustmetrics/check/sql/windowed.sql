{#- The rows of the latest week (weeks_ago 0) and of the trailing weeks, by the time that counts:
    their arrival, or their event where all rows came in one load. -#}
windowed as (
    select
        *,
        cast(floor(
            epoch($week_end - cast({{ counted_by }} as timestamp) - interval 1 microsecond) / 604800
        ) as bigint) as weeks_ago
    from raw.{{ table }}
    where
        ingested_at between $calendar_start and $as_of
        and cast({{ counted_by }} as timestamp) < $week_end
        and cast({{ counted_by }} as timestamp) >= $week_end - to_days(cast(7 * ($weeks + 1) as integer))
)
