{%- set min_violations = var('min_violations', 2) | int -%}
{%- set days = var('days', none) -%}
{%- set in_time = 'true' if days is none
    else 'cases.occurred_at > as_of.as_of - ' ~ (days | int) ~ " * interval '1' day" -%}
{%- set identifier_types = var('identifier_types', ['device', 'payment', 'phone', 'email']) -%}
{%- if identifier_types is string -%}{%- set identifier_types = [identifier_types] -%}{%- endif -%}
{%- set max_holders = var('max_holders', 20) | int -%}
-- Grain: one row per account with at least as many confirmed violations as the var min_violations.
-- Why: who offends again, how soon, despite which measures, and which accounts share an identifier
-- with them (direct links only). Restricted: it names accounts.
with as_of as (
    select * from {{ ref('as_of') }}
),

accounts as (
    select * from {{ ref('stg_accounts') }}
),

actions as (
    select * from {{ ref('stg_enforcement_actions') }}
),

identifiers as (
    select * from {{ ref('stg_account_identifiers') }}
    where
        identifier_type in (
            {%- for identifier_type in identifier_types -%}
            {{ dbt.string_literal(dbt.escape_single_quotes(identifier_type | string)) }}
            {{- ', ' if not loop.last }}
            {%- endfor -%}
        )
),

violations as (
    select
        cases.subject_account_id as account_id,
        cases.harm_type,
        cases.occurred_at,
        lag(cases.occurred_at) over (
            partition by cases.subject_account_id order by cases.occurred_at
        ) as last_occurred_at
    from {{ ref('int_cases') }} as cases
    cross join as_of
    where
        cases.is_confirmed
        and {{ in_time }}
),

gaps as (
    select
        *,
        {{ seconds_between('last_occurred_at', 'occurred_at') }} as gap_seconds
    from violations
),

offences as (
    select
        account_id,
        count(*) as confirmed_violations,
        count(distinct harm_type) as harm_types,
        min(occurred_at) as first_occurred_at,
        max(occurred_at) as last_occurred_at,
        min(gap_seconds) as shortest_gap_seconds,
        avg(gap_seconds) as mean_gap_seconds
    from gaps
    group by account_id
),

measures as (
    select
        subject_account_id as account_id,
        count(*) as actions,
        min(actioned_at) as first_actioned_at,
        min(case when action_type = 'account_terminated' then actioned_at end) as terminated_at
    from actions
    group by subject_account_id
),

after_measures as (
    select
        violations.account_id,
        count(*) as violations_after_action
    from violations
    inner join measures
        on
            violations.account_id = measures.account_id
            and violations.occurred_at > measures.first_actioned_at
    group by violations.account_id
),

-- An identifier that very many accounts have says nothing about two of them.
shared as (
    select
        identifier_type,
        identifier_hash
    from identifiers
    group by
        identifier_type,
        identifier_hash
    having count(*) between 2 and {{ max_holders }}
),

holders as (
    select
        identifiers.account_id,
        identifiers.identifier_type,
        identifiers.identifier_hash
    from identifiers
    inner join shared
        on
            identifiers.identifier_type = shared.identifier_type
            and identifiers.identifier_hash = shared.identifier_hash
),

links as (
    select distinct
        holders.account_id,
        others.account_id as linked_account_id
    from holders
    inner join holders as others
        on
            holders.identifier_type = others.identifier_type
            and holders.identifier_hash = others.identifier_hash
            and holders.account_id <> others.account_id
),

linked as (
    select
        links.account_id,
        count(*) as linked_accounts,
        count(offences.account_id) as linked_offenders,
        coalesce(sum(offences.confirmed_violations), 0) as linked_violations,
        min(links.linked_account_id) as least_linked_account_id
    from links
    left join offences on links.linked_account_id = offences.account_id
    group by links.account_id
),

final as (
    select
        offences.account_id,
        accounts.account_type,
        accounts.created_at,
        offences.confirmed_violations,
        offences.harm_types,
        offences.first_occurred_at,
        offences.last_occurred_at,
        {{ ratio('offences.shortest_gap_seconds', 86400) }} as shortest_gap_days,
        {{ ratio('offences.mean_gap_seconds', 86400) }} as mean_gap_days,
        {{ ratio(seconds_between('offences.last_occurred_at', 'as_of.as_of'), 86400) }}
            as days_since_last,
        coalesce(measures.actions, 0) as actions,
        coalesce(after_measures.violations_after_action, 0) as violations_after_action,
        measures.terminated_at,
        coalesce(linked.linked_accounts, 0) as linked_accounts,
        coalesce(linked.linked_offenders, 0) as linked_offenders,
        coalesce(linked.linked_violations, 0) as linked_violations,
        case
            when linked.least_linked_account_id < offences.account_id
                then linked.least_linked_account_id
            when linked.least_linked_account_id is not null then offences.account_id
        end as link_group
    from offences
    cross join as_of
    left join accounts on offences.account_id = accounts.account_id
    left join measures on offences.account_id = measures.account_id
    left join after_measures on offences.account_id = after_measures.account_id
    left join linked on offences.account_id = linked.account_id
    where offences.confirmed_violations >= {{ min_violations }}
)

select * from final
order by
    confirmed_violations desc,
    last_occurred_at desc,
    account_id
