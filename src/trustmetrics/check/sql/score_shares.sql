-- Grain: one row per bounded number (a score, a probability, hours) and model that gave it.
-- Why: how far its distribution in the latest week lies from that in the trailing weeks: the
-- greatest difference of the cumulative shares (Kolmogorov-Smirnov), over {{ bins }} equal bins between the
-- contract's bounds.
with {% include 'windowed.sql' %},

cells as (
    select
        weeks_ago,
        {{ by or 'cast(null as varchar)' }} as slice,
        unnest(
            [
                {%- for column in columns %}
                struct_pack(
                    column_name := '{{ column.name }}',
                    score := cast({{ column.name }} as double),
                    bin := cast(least({{ bins - 1 }}, greatest(0, floor(
                        ({{ column.name }} - {{ column.minimum }}) * {{ bins }}
                        / cast({{ column.maximum }} - {{ column.minimum }} as double)
                    ))) as integer)
                ){{ ',' if not loop.last }}
                {%- endfor %}
            ],
            recursive := true
        )
    from windowed
),

bins as (
    select
        column_name,
        slice,
        bin,
        count(*) filter (where weeks_ago = 0) as recent_count,
        count(*) filter (where weeks_ago > 0) as trailing_count,
        sum(score) filter (where weeks_ago = 0) as recent_sum,
        sum(score) filter (where weeks_ago > 0) as trailing_sum
    from cells
    where isfinite(score) {{- ' and slice is not null' if by }}
    group by all
),

cumulated as (
    select
        *,
        sum(recent_count) over up_to as recent_up_to,
        sum(trailing_count) over up_to as trailing_up_to,
        sum(recent_count) over series as recent_rows,
        sum(trailing_count) over series as trailing_rows
    from bins
    window
        series as (partition by column_name, slice),
        up_to as (partition by column_name, slice order by bin)
)

select
    column_name,
    slice,
    cast(max(recent_rows) as bigint) as recent_rows,
    cast(max(trailing_rows) as bigint) as trailing_rows,
    max(abs(
        coalesce(recent_up_to / nullif(recent_rows, 0), 0)
        - coalesce(trailing_up_to / nullif(trailing_rows, 0), 0)
    )) as distance,
    sum(recent_sum) / nullif(max(recent_rows), 0) as recent_mean,
    sum(trailing_sum) / nullif(max(trailing_rows), 0) as trailing_mean
from cumulated
group by column_name, slice
order by column_name, slice
