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
    select
        *,
        -- Some version says that it had happened by then.
        coalesce(
            bool_or(cast({{ event }} as timestamp) <= $then)
                over (partition by {{ key | join(', ') }}),
            false
        ) as has_happened
    from valid_rows
    where ingested_at > $then and ingested_at <= $now
)

select
    later.* exclude (has_happened),
    case
        when counted_then.ingested_at is null and not later.has_happened then 'later_event'
        when coalesce(later.is_deleted, false) then 'deletion'
        when counted_then.ingested_at is null then 'late_data'
        -- What was open, or known until then, has changed after then, and nothing else has.
        {%- for cause, opens in (('later_event', 'later'), ('late_data', 'counted_then')) %}
        when
            not coalesce(counted_then.is_deleted, false)
            {%- for name in others %}
            and (
                later.{{ name }} is not distinct from counted_then.{{ name }}
                {%- if name in known_from %}
                {%- set time = opens ~ '.' ~ known_from[name] %}
                or {{ time }} > $then
                {%- if opens == 'counted_then' %}
                or {{ time }} is null
                {%- endif %}
                {%- endif %}
            )
            {%- endfor %}
            then '{{ cause }}'
        {%- if not loop.last %}
        -- What was open has been filled in, and nothing else is other than it was.
        {%- endif %}
        {%- endfor %}
        else 'correction'
    end as cause
from later
left join counted_then
    on
        {%- for name in key %}
        {{ 'and ' if not loop.first }}later.{{ name }} = counted_then.{{ name }}
        {%- endfor %}
