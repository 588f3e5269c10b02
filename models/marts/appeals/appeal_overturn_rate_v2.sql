-- Grain: one row per period grain, period and slice value.
-- Share of the cases with an appeal resolved in the period, not withdrawn, of which at least one
-- was overturned in whole or in part. A case counts once in a period, however often it was
-- appealed. A missing decision stands for a case of its own, its slices unknown.
with appeals as (
    select * from {{ ref('int_resolved_appeals') }}
    where outcome <> 'withdrawn'
),

decisions as (
    select * from {{ ref('stg_decisions') }}
),

cases as (
    select * from {{ ref('int_cases') }}
),

dated as (
    {{ in_each_period('appeals', 'cast(appeals.resolved_at as date)', metric_grains()) }}
),

appealed as (
    select
        dated.period_grain,
        dated.period_start,
        decisions.case_id,
        case when decisions.decision_id is null then dated.decision_id end as missing_decision_id,
        decisions.decision_id,
        decisions.decided_at,
        decisions.decided_by,
        dated.outcome in ('overturned', 'partially_overturned') as is_overturned
    from dated
    left join decisions on dated.decision_id = decisions.decision_id
),

ranked as (
    select
        *,
        bool_or(is_overturned) over (
            partition by period_grain, period_start, case_id, missing_decision_id
        ) as is_success,
        row_number() over (
            partition by period_grain, period_start, case_id, missing_decision_id
            order by decided_at desc, {{ by_bytes('decision_id') }} desc
        ) as decision_rank
    from appealed
),

subjects as (
    select
        ranked.period_grain,
        ranked.period_start,
        ranked.is_success,
        cases.harm_type,
        cases.surface,
        ranked.decided_by as segment
    from ranked
    left join cases on ranked.case_id = cases.case_id
    where ranked.decision_rank = 1
),

{{ kpi_proportion(subjects_have_periods=true) }},

{{ kpi_rows() }}

select * from kpi
