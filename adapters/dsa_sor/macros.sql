-- What the other files share: how a cell is read. The form is asked for beside the cast, because
-- the engine casts more than it should (2025-9-1, 10:00+02).
create or replace macro moment(cell) as
case
    when cell like '____-__-__ __:__:__' or cell like '____-__-__'
        then try_cast(cell as timestamp)
end;

-- An array is a JSON text, ["A","B"]; before arrays came, one value stood alone.
create or replace macro listed(cell) as
list_distinct(string_split(regexp_replace(cell, '[\[\]" ]', '', 'g'), ','));

create or replace macro stated(cell) as
case when cell not in ('[]', 'null', '""', '[""]') then cell end;

create or replace macro shown(name, cell) as
name || case when cell is null then ' is empty' else ' ''' || left(cell, 100) || '''' end;
