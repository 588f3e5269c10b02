{#- The body of unmapped_codes: per vocabulary, table and code, the entities whose code it lacks. What
    metrics do with them is their own affair (docs/methodology.md). -#}
{% macro unmapped_codes() %}
with taxonomy as (
    select * from {{ ref('policy_taxonomy') }}
),

slas as (
    select * from {{ ref('action_sla') }}
),

complexity as (
    select * from {{ ref('case_complexity') }}
),

cases as (
    select * from {{ ref('stg_cases') }}
),

reviewed as (
    select distinct case_id
    from {{ ref('stg_decisions') }}
    where decided_by = 'human'
),

coded as (
    {%- for table, dated_by in tables_with_policy_codes().items() %}
    select
        cast('{{ table }}' as varchar) as table_name,
        policy_code,
        cast({{ dated_by }} as date) as coded_on
    from {{ ref('stg_' ~ table) }}
    where policy_code is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

unmapped as (
    select
        cast('policy_taxonomy' as varchar) as vocabulary,
        coded.table_name,
        cast('policy_code' as varchar) as column_name,
        coded.policy_code as code
    from coded
    left join taxonomy on {{ taxonomy_matches('taxonomy', 'coded.policy_code', 'coded.coded_on') }}
    where taxonomy.policy_code is null
    union all
    select
        cast('action_sla' as varchar) as vocabulary,
        cast('cases' as varchar) as table_name,
        cast('severity' as varchar) as column_name,
        cases.severity as code
    from cases
    left join slas on cases.severity = slas.severity
    where slas.severity is null
    union all
    select
        cast('case_complexity' as varchar) as vocabulary,
        cast('cases' as varchar) as table_name,
        cast('queue, severity' as varchar) as column_name,
        cases.queue || ', ' || cases.severity as code
    from cases
    inner join reviewed on cases.case_id = reviewed.case_id
    left join complexity
        on
            cases.queue = complexity.queue
            and cases.severity = complexity.severity
    where complexity.queue is null
),

final as (
    select
        vocabulary,
        table_name,
        column_name,
        cast(code as varchar) as code,
        cast(count(*) as bigint) as row_count
    from unmapped
    group by
        vocabulary,
        table_name,
        column_name,
        code
)

select * from final
{% endmacro %}

{#- The raw tables of which a metric looks a policy code up, and what dates each code. -#}
{% macro tables_with_policy_codes() %}
    {{- return({
        'cases': 'opened_at',
        'decisions': 'decided_at',
        'detections': 'detected_at',
        'prevalence_labels': 'labelled_at',
        'reports': 'reported_at',
    }) -}}
{% endmacro %}
