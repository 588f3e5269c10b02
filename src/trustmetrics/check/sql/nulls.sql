-- Grain: one row per nullable column of a raw table.
-- Why: how many of its cells are NULL in the latest week, and in the trailing weeks. Tombstones need
-- no cells, so they do not count.
with {% include 'windowed.sql' %}
select unnest(
    [
        {%- for column in columns %}
        struct_pack(
            column_name := '{{ column.name }}',
            recent_hits := count(*) filter (where weeks_ago = 0 and {{ column.name }} is null),
            recent_rows := count(*) filter (where weeks_ago = 0),
            trailing_hits := count(*) filter (where weeks_ago > 0 and {{ column.name }} is null),
            trailing_rows := count(*) filter (where weeks_ago > 0)
        ){{ ',' if not loop.last }}
        {%- endfor %}
    ],
    recursive := true
)
from windowed
where not coalesce(is_deleted, false)
