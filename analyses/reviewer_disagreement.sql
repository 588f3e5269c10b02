{%- set since = var('since', none) -%}
{%- set before = var('before', none) -%}
{%- set items = var('items', 10) | int -%}
{%- set slices = ['decider', 'queue', 'harm_type'] -%}
{%- set asked = ['true'] -%}
{%- for operator, value in [('>=', since), ('<', before)] if value is not none -%}
    {%- do asked.append('DAY ' ~ operator ~ ' timestamp '
        ~ dbt.string_literal(dbt.escape_single_quotes(value | string))) -%}
{%- endfor -%}
{%- set asked = asked | join(' and ') -%}
-- Grain: one row per kind of second opinion (qa, appeal, calibration), slice and slice value.
-- Why: where a second person disagreed: decisions found incorrect, appeals that changed the
-- decision, ratings other than the item's most frequent. Restricted: it names moderators.
with reviews as (
    select * from {{ ref('stg_qa_reviews') }}
),

decisions as (
    select
        *,
        case when decided_by = 'automated' then 'automated' else moderator_id end as decider
    from {{ ref('stg_decisions') }}
),

appeals as (
    select * from {{ ref('int_resolved_appeals') }}
    where outcome <> 'withdrawn'
),

cases as (
    select * from {{ ref('int_cases') }}
),

ratings as (
    select * from {{ ref('int_calibration_items') }}
),

-- As in qa_pass_rate: each review weighted by one over its chance of being drawn; by the decision.
reviewed as (
    select
        'qa' as source,
        reviews.verdict = 'incorrect' as is_otherwise,
        {{ ratio(1, 'reviews.inclusion_probability') }} as weight,
        decisions.decider,
        cases.queue,
        cases.harm_type
    from reviews
    inner join decisions on reviews.decision_id = decisions.decision_id
    left join cases on decisions.case_id = cases.case_id
    where {{ asked | replace('DAY', 'decisions.decided_at') }}
),

-- As in appeal_overturn_rate, version 1: each appeal counts, by its resolution.
appealed as (
    select
        'appeal' as source,
        appeals.outcome in ('overturned', 'partially_overturned') as is_otherwise,
        cast(1 as {{ t_double() }}) as weight,
        decisions.decider,
        cases.queue,
        cases.harm_type
    from appeals
    left join decisions on appeals.decision_id = decisions.decision_id
    left join cases on decisions.case_id = cases.case_id
    where {{ asked | replace('DAY', 'appeals.resolved_at') }}
),

-- The same span of time for all sources.
subjects as (
    select
        'all' as period_grain,
        cast(null as date) as period_start,
        reviewed.*
    from reviewed
    union all
    select
        'all' as period_grain,
        cast(null as date) as period_start,
        appealed.*
    from appealed
),

{{ kpi_exploded(
    slices=slices,
    measures={
        'opinions': 'count(*)',
        'otherwise': 'count(*) filter (where is_otherwise)',
        'otherwise_weight': 'sum(case when is_otherwise then weight else 0 end)',
        'weight': 'sum(weight)',
        'squared_weight': 'sum(weight * weight)',
    },
    grains=none, subjects='subjects', by=['source']
) }},

second_opinions as (
    select
        source,
        slice,
        slice_value,
        sum(opinions) as opinions,
        sum(otherwise) as otherwise,
        {{ ratio('sum(otherwise_weight)', 'sum(weight)') }} as value,
        {{ ratio('sum(weight) * sum(weight)', 'sum(squared_weight)') }} as effective_size
    from exploded
    group by
        source,
        slice,
        slice_value
),

rated_items as (
    select
        phase,
        session_id,
        item_id,
        sum(rating_count) as opinions,
        sum(rating_count) - max(rating_count) as otherwise
    from ratings
    where {{ asked | replace('DAY', 'last_session_on') }}
    group by
        phase,
        session_id,
        item_id
),

-- An item id is unique only within its session, so its name holds both, and the phase to read by.
rated as (
    select
        'phase' as slice,
        phase as slice_value,
        sum(opinions) as opinions,
        sum(otherwise) as otherwise
    from rated_items
    group by phase
    union all
    select
        'overall' as slice,
        'all' as slice_value,
        sum(opinions) as opinions,
        sum(otherwise) as otherwise
    from rated_items
    having count(*) > 0
    union all
    select
        'item' as slice,
        phase || '/' || session_id || '/' || item_id as slice_value,
        opinions,
        otherwise
    from rated_items
),

gathered as (
    select * from second_opinions
    union all
    select
        'calibration' as source,
        slice,
        slice_value,
        opinions,
        otherwise,
        {{ ratio('otherwise', 'opinions') }} as value,
        cast(opinions as {{ t_double() }}) as effective_size
    from rated
),

bounded as (
    select
        *,
        {{ wilson('value', 'effective_size') }},
        max(case when slice = 'overall' then value end) over (partition by source)
            as overall_share,
        row_number() over (
            partition by source, slice
            order by value desc nulls last, opinions desc, {{ by_bytes('slice_value') }}
        ) as slice_rank
    from gathered
),

final as (
    select
        source,
        slice,
        slice_value,
        opinions,
        otherwise,
        value as otherwise_share,
        ci_lower,
        ci_upper,
        case
            when slice = 'overall' then 'overall'
            when ci_lower > overall_share then 'above'
            when ci_upper < overall_share then 'below'
            else 'not told apart'
        end as against_overall
    from bounded
    where
        slice <> 'item'
        or slice_rank <= {{ items }}
)

select * from final
order by
    source,
    case when slice = 'overall' then 0 else 1 end,
    slice,
    otherwise_share desc nulls last,
    opinions desc,
    slice_value
