{{ config(materialized='table') }}
-- Grain: one row per notice under Article 16 of the Digital Services Act.
-- Why: not every report is one; a notice has the category that its sender alleges, and was
-- processed by machines alone where no person decided its case.
with reports as (
    select * from {{ ref('stg_reports') }}
    where coalesce(is_notice, reporter_type <> 'internal')
),

decided_cases as (
    select
        case_id,
        count(*) filter (where decided_by = 'human') as human_decision_count
    from {{ ref('stg_decisions') }}
    group by case_id
),

taxonomy as (
    select * from {{ ref('policy_taxonomy') }}
),

keywords as (
    select * from {{ ref('dsa_keywords') }}
),

final as (
    select
        reports.report_id,
        reports.reported_at,
        reports.case_id,
        reports.region,
        reports.reporter_type = 'trusted_flagger' as is_trusted,
        reports.is_notice is not null as is_recorded,
        coalesce(reports.items_reported, 1) as item_count,
        {{ dsa_illegal_category(
            dsa_category('taxonomy'), "'STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE'"
        ) }} as category,
        {{ dsa_sub_category('keywords.dsa_keyword') }},
        coalesce(decided_cases.human_decision_count = 0, false) as is_solely_automated
    from reports
    left join decided_cases on reports.case_id = decided_cases.case_id
    left join taxonomy
        on {{ taxonomy_matches(
            'taxonomy', 'reports.policy_code', 'cast(reports.reported_at as date)'
        ) }}
    left join keywords on reports.policy_code = keywords.policy_code
)

select * from final
