-- Grain: one row per valid row that was there then, and per newest later version of the causes given.
-- Why: what the numbers would have been then, had these rows arrived in time: they are dated then, so
-- that a build as of then sees them, and sees of them what had happened by then.
with valid_rows as (
    select * exclude (raw_row, breaches)
    from {{ relation }}
    where breaches is null
),

added as (
    select * exclude (cause)
    from {{ classed }}
    where cause in ({{ causes | map('sql_text') | join(', ') }})
    qualify rank() over (partition by {{ key | join(', ') }} order by ingested_at desc) = 1
),

kept as (
    select valid_rows.*
    from valid_rows
    where
        valid_rows.ingested_at <= $then
        -- A row of that very instant would tie with the one that takes its place.
        and not (
            valid_rows.ingested_at = $then
            and exists (
                select 1
                from added
                where
                    {%- for name in key %}
                    {{ 'and ' if not loop.first }}added.{{ name }} = valid_rows.{{ name }}
                    {%- endfor %}
            )
        )
)

select * from kept
union all by name
select * replace (cast($then as timestamp) as ingested_at) from added
