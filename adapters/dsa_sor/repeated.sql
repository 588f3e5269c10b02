-- Grain: one row per record of a piece whose statement stands in it again: all but the one to keep,
-- the latest; of those the one that names its countries, which light dumps leave out.
with

twice as (
    select statement_id
    from statement
    group by statement_id
    having count(*) > 1
),

ranked as (
    select
        statement.rowid as record,
        row_number() over (
            partition by statement.statement_id
            order by
                statement.created_at desc,
                statement.scope is not null desc,
                statement.content_hash desc,
                statement.rowid
        ) as copy
    from statement
    inner join twice on statement.statement_id = twice.statement_id
)

select record from ranked
where copy > 1
order by record
