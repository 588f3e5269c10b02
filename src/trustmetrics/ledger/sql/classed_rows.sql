-- Grain: one row per valid version of an entity that arrived after then, up to now.
-- Why: each has one cause for moving a number that was published then.
create temp table {{ classed }} as
with valid_rows as (
    select * exclude (raw_row, breaches)
    from {{ relation }}
    where breaches is null
),

counted_then as (
    select *
    from valid_rows
    where ingested_at <= $then
    qualify
        row_number() over (
            partition by {{ key | join(', ') }}
            order by
                ingested_at desc
                {%- for name in others %},
                {{ name }} desc nulls last
                {%- endfor %},
                coalesce(is_deleted, false) desc
        ) = 1
),

later as (
    select *
    from valid_rows
    where ingested_at > $then and ingested_at <= $now
)

select
    later.*,
    case
        when coalesce(later.is_deleted, false) then 'deletion'
        when counted_then.ingested_at is null then 'late_data'
        -- What was open has been filled in, and nothing else is other than it was.
        when
            not coalesce(counted_then.is_deleted, false)
            {%- for name in others %}
            and (
                later.{{ name }} is not distinct from counted_then.{{ name }}
                {%- if name in known_from %}
                {%- set time = 'counted_then.' ~ known_from[name] %}
                or {{ time }} is null or {{ time }} > $then
                {%- endif %}
            )
            {%- endfor %}
            then 'late_data'
        else 'correction'
    end as cause
from later
left join counted_then
    on
        {%- for name in key %}
        {{ 'and ' if not loop.first }}later.{{ name }} = counted_then.{{ name }}
        {%- endfor %}
