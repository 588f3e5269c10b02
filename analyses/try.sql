-- Grain: one row.
with final as (
    select a.as_of, 1 as aaaaaaaaaa, 2 as bbbbbbbbbbbbbbb, 3 as cccccccccc, 4 as dddddd, 5 as eeee, 6 as fffff, 7 as gggg, '{{ var("week", "none") }}' as vvvv,
     'aaaaaaaaaa bbbbbbbbbbbbbbbbbb ccccccccccccccc ddddddddd' as longtext, '{{ flags.WHICH }}' as w
    from {{ ref('as_of') }} as a
)

select * from final
order by as_of
