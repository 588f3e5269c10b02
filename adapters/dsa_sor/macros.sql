-- What the other files share: how a cell is read. A date that does not come back from its type as
-- it was written is none, for the engine reads more than it should (2025-9-1, an offset).
create or replace macro moment(cell) as
    case
        when
            length(cell) in (10, 19)
            and left(cast(try_cast(cell as timestamp) as varchar), length(cell)) = cell
            then try_cast(cell as timestamp)
    end;

create or replace macro is_bad_moment(cell) as cell is not null and moment(cell) is null;

-- An array is a JSON text, ["A","B"]; before arrays came, one value stood alone.
create or replace macro listed(cell) as
    case
        when trim(cell, '[] ') not in ('', 'null')
            then list_distinct(string_split(regexp_replace(cell, '[\[\]" ]', '', 'g'), ','))
    end;

create or replace macro shown(name, cell) as
    name || case when cell is null then ' is empty' else ' ''' || left(cell, 100) || '''' end;
