{%- set surface = var('surface', none) -%}
{%- set week = var('week', none) -%}
{%- set days = var('near_days', 28) | int -%}
{%- set asked_surface = dbt.string_literal(dbt.escape_single_quotes(surface | string)) -%}
{%- set incident = "severity || coalesce(' ' || policy_code, '')" -%}
{#- What happens on a surface and when: the table, the column of its time, and words for it. -#}
{%- set of_surfaces = [
    ('surfaces', 'launched_on', "'surface launched'"),
    ('surfaces', 'retired_on', "'surface retired'"),
    ('monitors', 'active_from', "'monitor began'"),
    ('monitors', 'active_to', "'monitor ended'"),
    ('incidents', 'declared_at', "'incident declared: ' || " ~ incident),
    ('incidents', 'contained_at', "'incident contained: ' || " ~ incident),
] -%}
{%- set of_surface = 'true' if surface is none
    else '(events.surface is null or events.surface = ' ~ asked_surface ~ ')' -%}
-- Grain: one row per event near the week that is asked for.
-- Why: what could have made the reports of a week rise: launches, incidents, gaps in monitoring,
-- new versions of detectors, codes that changed their harm type. Nearness is no proof.
with as_of as (
    select * from {{ ref('as_of') }}
),

surfaces as (
    select * from {{ ref('stg_surfaces') }}
),

monitors as (
    select * from {{ ref('stg_surface_monitors') }}
),

incidents as (
    select * from {{ ref('stg_incidents') }}
),

detections as (
    select * from {{ ref('stg_detections') }}
),

taxonomy as (
    select * from {{ ref('policy_taxonomy') }}
),

asked as (
    select {{ asked_week(week) }} as week_start from as_of
),

-- The first version of a detector is the detector, not a change of it.
versions as (
    select
        detector_id,
        detector_version,
        min(detected_at) as first_detected_at
    from detections
    group by
        detector_id,
        detector_version
),

releases as (
    select
        *,
        row_number() over (
            partition by detector_id
            order by first_detected_at, {{ by_bytes('detector_version') }}
        ) as version_rank
    from versions
),

events as (
    {%- for relation, moment, words in of_surfaces %}
    select
        cast({{ moment }} as timestamp) as happened_at,
        surface,
        {{ words }} as event
    from {{ relation }}
    union all
    {%- endfor %}
    select
        first_detected_at as happened_at,
        cast(null as varchar) as surface,
        'first flag of ' || detector_id || ' ' || detector_version as event
    from releases
    where version_rank > 1
    union all
    select
        cast(valid_from as timestamp) as happened_at,
        cast(null as varchar) as surface,
        'code ' || policy_code || ' now ' || harm_type as event
    from taxonomy
),

final as (
    select
        events.happened_at,
        events.surface,
        events.event
    from events
    cross join asked
    where
        events.happened_at
        >= cast(cast(asked.week_start - interval '{{ days }}' day as date) as timestamp)
        and events.happened_at < cast({{ period_end("'week'", 'asked.week_start') }} as timestamp)
        and {{ of_surface }}
)

select * from final
order by
    happened_at,
    event,
    surface nulls first
