-- Grain: one row per record of a piece whose statement stands in it again: all but the one to keep,
-- the latest; of those the one that names its countries, which light dumps leave out.
with

ranked as (
    select
        rowid as record,
        row_number() over (
            partition by statement_id
            order by created_at desc, scope is not null desc, content_hash desc, rowid
        ) as copy
    from statement
    where
        statement_id in (
            select statement_id from statement
            group by statement_id
            having count(*) > 1
        )
)

select record from ranked
where copy > 1
order by record
