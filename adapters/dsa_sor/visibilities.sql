-- Grain: one row per content of decision_visibility in a piece: there are few, so that they are
-- taken apart once and not in each record.
with

cells as (
    select distinct visibility as cell
    from statement
    where visibility is not null
)

select
    cells.cell,
    listed(cells.cell) as restrictions,
    not list_has_all(getvariable('restrictions'), listed(cells.cell)) as is_unknown
from cells
