-- Grain: one row per week, latest first, and column that counts something (views, accounts, items).
-- Why: all rows can arrive while what they count has fallen to nothing. The mean, for the number
-- of rows has a check of its own.
with {% include 'windowed.sql' %},

weeks as (
    select unnest(range(0, $weeks + 1)) as week
)

select
    weeks.week as weeks_ago,
    unnest(
        [
            {%- for column in columns %}
            struct_pack(
                column_name := '{{ column.name }}',
                row_count := count(windowed.{{ column.name }}),
                mean := avg(windowed.{{ column.name }})
            ){{ ',' if not loop.last }}
            {%- endfor %}
        ],
        recursive := true
    )
from weeks
left join windowed on weeks.week = windowed.weeks_ago
group by weeks.week
order by 1, 2
