-- Grain: one row per content of territorial_scope in a piece, with the region that it is.
with

cells as (
    select distinct scope as cell
    from statement
    where scope is not null
),

countries as (
    select
        cell,
        listed(cell) as countries
    from cells
)

select
    cell,
    case
        when len(countries) = 1 then countries[1]
        when len(countries) = 27 and not list_has_any(countries, ['IS', 'LI', 'NO']) then 'EU'
        when len(countries) = 30 then 'EEA'
        else 'several'
    end as region
from countries
