{%- set case_id = dbt.string_literal(dbt.escape_single_quotes(var('case_id', '') | string)) -%}
{#- The raw tables of a case: how a line of each is called, the column that ties it to the case (or,
    where that is decision_id, to a decision of the case), and what its other time is called. -#}
{%- set tables = {
    'reports': {'moment': "'reported'", 'by': 'case_id'},
    'detections': {'moment': "'flagged'", 'by': 'case_id'},
    'cases': {'moment': "'opened'", 'by': 'case_id', 'other_moment': "'occurred'"},
    'case_events': {'moment': 'event_type', 'by': 'case_id'},
    'decisions': {'moment': "'decided'", 'by': 'case_id'},
    'enforcement_actions': {
        'moment': "'actioned'", 'by': 'case_id', 'other_moment': "'action_ended'",
    },
    'appeals': {
        'moment': "'appealed'", 'by': 'decision_id', 'other_moment': "'appeal_resolved'",
    },
    'qa_reviews': {'moment': "'qa_reviewed'", 'by': 'decision_id'},
} -%}
-- Grain: one row per raw row of the case and moment that it tells of, and one for the case as it
-- counts at as_of.
-- Why: all that was ever delivered about a case, in the order in which it happened: rows that
-- count, the versions they replaced, tombstones, rejected rows. A row belongs to the case if any
-- version of its key does. Restricted: it holds ids.
with as_of as (
    select * from {{ ref('as_of') }}
),

case_lives as (
    select * from {{ ref('int_cases') }}
    where case_id = {{ case_id }}
),
{%- for table in tables %}

{{ table }} as (
    select * from {{ ref('stg_' ~ table) }}
),

raw_{{ table }} as (
    select * from {{ ref('base_' ~ table) }}
),
{%- endfor %}

{%- if execute %}

case_decisions as (
    select distinct decision_id from raw_decisions
    where case_id = {{ case_id }}
),
{%- for table, told in tables.items() %}
{%- set contract = table_contract(table) %}
{%- set key = contract.key[0] %}
{%- set skipped = [key, contract.event, 'ingested_at', 'is_deleted'] + contract.open_until
    + (['case_id'] if told.by == 'case_id' else []) %}
{#- NULL in the entity, too, where they lie after as_of. -#}
{%- set pending = known_from(table) %}
{%- set belongs -%}
    {%- if told.by == 'case_id' -%}
    case_id = {{ case_id }}
    {%- else -%}
    decision_id in (select decision_id from case_decisions)
    {%- endif -%}
{%- endset %}

{{ table }}_versions as (
    select
        '{{ table }}' as table_name,
        versions.{{ key }} as row_id,
        {{ told.moment if "'" in told.moment else 'versions.' ~ told.moment }} as moment,
        versions.{{ contract.event }} as happened_at,
        {%- if told.other_moment %}
        {{ told.other_moment }} as other_moment,
        versions.{{ contract.open_until[0] }} as other_happened_at,
        {%- else %}
        cast(null as varchar) as other_moment,
        cast(null as timestamp) as other_happened_at,
        {%- endif %}
        versions.ingested_at,
        coalesce(versions.is_deleted, false) as is_deleted,
        versions.breaches,
        trim(
            {%- for column in contract.columns if column.name not in skipped %}
            {{ '|| ' if not loop.first -}}
            coalesce('{{ column.name }}=' || cast(versions.{{ column.name }} as varchar) || ' ', '')
            {%- endfor %}
            {%- if told.by == 'case_id' and key != 'case_id' %}
            || case
                when versions.case_id <> {{ case_id }} then 'case_id=' || versions.case_id else ''
            end
            {%- endif %}
        ) as detail,
        entities.{{ key }} is not null as has_entity,
        coalesce(entities.{{ belongs }}, false) as is_of_case,
        versions.breaches is null
        and not coalesce(versions.is_deleted, false)
        {%- for column in contract.columns if column.name != 'is_deleted' %}
        {%- if column.name in pending %}
        and (
            versions.{{ column.name }} = entities.{{ column.name }}
            or entities.{{ column.name }} is null
        )
        {%- else %}
        and versions.{{ column.name }} is not distinct from entities.{{ column.name }}
        {%- endif %}
        {%- endfor %} as is_entity
    from raw_{{ table }} as versions
    left join {{ table }} as entities on versions.{{ key }} = entities.{{ key }}
    where
        versions.{{ belongs }}
        or versions.{{ key }} in (
            select {{ key }} from raw_{{ table }}
            where {{ belongs }}
        )
),
{%- endfor %}

versions as (
    {%- for table in tables %}
    select * from {{ table }}_versions
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

-- Among the valid versions that as_of can see: when the newest came, and which of several that are
-- alike stands for the entity.
ranked as (
    select
        versions.*,
        max(
            case
                when versions.breaches is null and versions.ingested_at <= as_of.as_of
                    then versions.ingested_at
            end
        ) over (partition by versions.table_name, versions.row_id) as newest_ingested_at,
        row_number() over (
            partition by
                versions.table_name, versions.row_id, versions.ingested_at, versions.is_entity
            order by versions.detail
        ) as twin_rank,
        as_of.as_of
    from versions
    cross join as_of
),

judged as (
    select
        *,
        case
            when breaches is not null then 'rejected'
            when ingested_at > as_of then 'not_yet'
            when is_entity and twin_rank > 1 then 'repeated'
            when is_entity and not is_of_case then 'counts_elsewhere'
            when is_entity then 'counts'
            when ingested_at < newest_ingested_at then 'superseded'
            when is_deleted and not has_entity then 'deleted'
            when has_entity or is_deleted then 'lost_tie'
            else 'not_yet'
        end as row_status,
        min(happened_at) over (partition by table_name, row_id) as first_happened_at
    from ranked
),

lines as (
    select
        coalesce(happened_at, first_happened_at, ingested_at) as line_at,
        happened_at,
        case when is_deleted then 'deleted' else moment end as moment,
        table_name,
        row_id,
        row_status,
        detail,
        ingested_at,
        breaches
    from judged
    union all
    select
        other_happened_at as line_at,
        other_happened_at as happened_at,
        other_moment as moment,
        table_name,
        row_id,
        row_status,
        detail,
        ingested_at,
        breaches
    from judged
    where
        other_happened_at <= as_of
        and not is_deleted
    union all
    select
        as_of.as_of as line_at,
        as_of.as_of as happened_at,
        'as_of' as moment,
        'int_cases' as table_name,
        case_lives.case_id as row_id,
        'derived' as row_status,
        'disposition=' || case_lives.disposition
        || ' harm_type=' || case_lives.harm_type
        || case when case_lives.is_proactive then ' proactive' else ' not proactive' end
        || ' first_signal_at=' || cast(case_lives.first_signal_at as varchar)
        || coalesce(' first_actioned_at=' || cast(case_lives.first_actioned_at as varchar), '')
        || coalesce(' closed_at=' || cast(case_lives.closed_at as varchar), ' open') as detail,
        cast(null as timestamp) as ingested_at,
        cast(null as varchar) as breaches
    from case_lives
    cross join as_of
),

final as (
    select
        row_number() over (
            order by
                line_at asc nulls last,
                case when table_name = 'int_cases' then 1 else 0 end,
                table_name,
                row_id,
                ingested_at asc nulls last,
                moment
        ) as line_number,
        happened_at,
        moment,
        table_name,
        row_id,
        row_status,
        detail,
        ingested_at,
        breaches
    from lines
)

select * from final
order by line_number
{%- else %}

final as (
    select
        as_of.as_of
        {%- for table in tables %},
        (select count(*) from raw_{{ table }}) as {{ table }}
        {%- endfor %}
    from as_of
)

select * from final
{%- endif %}
