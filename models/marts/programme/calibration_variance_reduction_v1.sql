-- Grain: one row per period grain (month, quarter), period and slice value.
-- By how much a calibration programme lowered the disagreement among raters: one less the
-- disagreement after over the disagreement before; by the programme's last `after` session.
with items as (
    select
        programme_id as segment,
        last_session_on as period_at,
        phase,
        session_id,
        item_id,
        max(rater_count) as rater_count,
        {{ ratio(
            'max(rater_count) * max(rater_count) - sum(rating_count * rating_count)',
            'max(rater_count) * (max(rater_count) - 1)'
        ) }} as disagreement
    from {{ ref('int_calibration_items') }}
    group by
        programme_id,
        last_session_on,
        phase,
        session_id,
        item_id
),

{{ kpi_sliced(
    slices=metric_slices(),
    measures={
        'item_count_after': "count(*) filter (where phase = 'after')",
        'item_count_before': "count(*) filter (where phase = 'before')",
        'rating_count': 'sum(rater_count)',
    },
    grains=metric_grains(),
    subjects='items',
    sums={
        'disagreement_after': "case when phase = 'after' then disagreement else 0 end",
        'disagreement_before': "case when phase = 'before' then disagreement else 0 end",
    }
) }},

disagreements as (
    select
        *,
        {{ ratio('disagreement_after', 'item_count_after') }} as numerator,
        {{ ratio('disagreement_before', 'item_count_before') }} as denominator
    from sliced
),

estimates as (
    select
        *,
        1 - {{ ratio('numerator', 'denominator') }} as value,
        {{ no_interval() }},
        rating_count as sample_size
    from disagreements
    where
        numerator is not null
        and denominator > 0
),

{{ kpi_rows() }}

select * from kpi
