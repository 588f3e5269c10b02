-- Grain: one row per statement and piece that a better copy of it stands outside of: a later one;
-- of those one that names its countries; else the same in every order of the files.
with

repeated as (
    select statement_id from statements
    group by statement_id
    having count(*) > 1
),

ranked as (
    select
        piece,
        statement_id,
        row_number() over (
            partition by statement_id
            order by created_at desc, is_scope_stated desc, content_hash desc, piece
        ) as copy
    from statements
    where statements.statement_id in (select repeated.statement_id from repeated)
)

select
    piece,
    cast(statement_id as varchar) as case_id
from ranked
where copy > 1
order by piece, case_id
