-- Grain: one row per column that holds one of a few values (enums and vocabularies).
-- Why: how far the shares of its values in the latest week lie from those in the trailing weeks
-- (total variation distance: half the sum of the absolute differences). Only values that many rows
-- carry are named: a rare one could be about a person.
with {% include 'windowed.sql' %},

cells as (
    select
        weeks_ago,
        unnest(
            [
                {%- for column in columns %}
                struct_pack(
                    column_name := '{{ column.name }}',
                    {%- if column.enum %}
                    cell := case
                        when {{ column.name }} in ({{ column.enum | map('sql_text') | join(', ') }})
                            then {{ column.name }}
                    end
                    {%- else %}
                    cell := {{ column.name }}
                    {%- endif %}
                )
                {{- ',' if not loop.last }}
                {%- endfor %}
            ],
            recursive := true
        )
    from windowed
),

counts as (
    select
        column_name,
        cell,
        count(*) filter (where weeks_ago = 0) as recent_count,
        count(*) filter (where weeks_ago > 0) as trailing_count
    from cells
    where cell is not null
    group by all
),

totals as (
    select
        column_name,
        cell,
        recent_count,
        trailing_count,
        sum(recent_count) over (partition by column_name) as recent_rows,
        sum(trailing_count) over (partition by column_name) as trailing_rows
    from counts
),

shares as (
    select
        *,
        coalesce(recent_count / nullif(recent_rows, 0), 0) as recent_share,
        coalesce(trailing_count / nullif(trailing_rows, 0), 0) as trailing_share,
        (recent_count + trailing_count) / nullif(recent_rows + trailing_rows, 0) as pooled_share
    from totals
)

select
    column_name,
    cast(max(recent_rows) as bigint) as recent_rows,
    cast(max(trailing_rows) as bigint) as trailing_rows,
    count(*) as value_count,
    sum(abs(recent_share - trailing_share)) / 2 as distance,
    sum(sqrt(pooled_share * (1 - pooled_share))) as spread,
    coalesce(
        list(
            struct_pack(
                name := cell,
                trailing_share := trailing_share,
                recent_share := recent_share
            ) order by abs(recent_share - trailing_share) desc, cell
        ) filter (where greatest(recent_count, trailing_count) >= $nameable_rows),
        []
    )[:3] as moves,
    coalesce(
        list(cell order by recent_count desc, cell)
            filter (where recent_count >= $nameable_rows and recent_share >= $new_share),
        []
    ) as recent_values,
    coalesce(list(cell order by cell) filter (where trailing_count > 0), []) as trailing_values
from shares
group by column_name
order by column_name
