{%- set detector_id = var('detector_id', none) -%}
{%- set since = var('since', none) -%}
{%- set before = var('before', none) -%}
{%- set steps = var('steps', 20) | int -%}
{%- set asked = ['true'] -%}
{%- for condition, value in [
    ('detector_id = ', detector_id), ('detected_at >= timestamp ', since),
    ('detected_at < timestamp ', before),
] if value is not none -%}
    {%- do asked.append(
        condition ~ dbt.string_literal(dbt.escape_single_quotes(value | string))) -%}
{%- endfor -%}
-- Grain: one row per detector and threshold: the steps from the highest that loses no flag up to
-- the highest that leaves one, and a row without a threshold for all flags, including those without
-- a score.
-- Why: what would remain of a detector's flags if it flagged only at or above a threshold, and what
-- would be lost. Precision is that of detection_precision, over the same flags.
with detections as (
    select
        detection_id,
        detector_id,
        score
    from {{ ref('stg_detections') }}
    where {{ asked | join(' and ') }}
),

reviewed as (
    select * from {{ ref('int_reviewed_detections') }}
),

-- A flag whose case is not decided has neither weight nor outcome.
flags as (
    select
        detections.detector_id,
        detections.score,
        reviewed.weight,
        reviewed.is_confirmed
    from detections
    left join reviewed on detections.detection_id = reviewed.detection_id
),

-- The row without a threshold comes first, as -1.
thresholds as (
    select cast(-1 as {{ t_double() }}) as threshold
    {%- for step in range(steps + 1) %}
    union all
    select cast({{ '%.6f' % (step / steps) }} as {{ t_double() }}) as threshold
    {%- endfor %}
),

kept as (
    select
        flags.detector_id,
        thresholds.threshold,
        count(*) as flags,
        count(flags.weight) as decided_flags,
        count(*) filter (where flags.is_confirmed) as confirmed_flags,
        sum(case when flags.is_confirmed then flags.weight else 0 end) as confirmed_weight,
        sum(flags.weight) as decided_weight,
        sum(flags.weight * flags.weight) as squared_weight
    from flags
    cross join thresholds
    where
        thresholds.threshold = -1
        or flags.score >= thresholds.threshold
    group by
        flags.detector_id,
        thresholds.threshold
),

-- A threshold loses flags only from those that have a score: those at or above 0.
scored as (
    select * from kept
    where threshold = 0
),

lost as (
    select
        kept.*,
        scored.flags as scored_flags,
        scored.flags - kept.flags as lost_flags,
        scored.confirmed_weight as scored_confirmed_weight,
        scored.confirmed_weight - kept.confirmed_weight as lost_confirmed_weight,
        scored.decided_weight - coalesce(kept.decided_weight, 0) as lost_decided_weight,
        scored.squared_weight - coalesce(kept.squared_weight, 0) as lost_squared_weight,
        max(case when kept.flags = scored.flags then kept.threshold end) over (
            partition by kept.detector_id
        ) as lowest_threshold
    from kept
    left join scored
        on
            kept.detector_id = scored.detector_id
            and kept.threshold >= 0
),

shares as (
    select
        *,
        {{ ratio('confirmed_weight', 'decided_weight') }} as value,
        {{ ratio('decided_weight * decided_weight', 'squared_weight') }} as effective_size
    from lost
),

bounded as (
    select
        *,
        {{ wilson('value', 'effective_size') }}
    from shares
),

-- What would be lost is a detector's other flags, so its precision has an interval of its own.
lost_shares as (
    select
        detector_id,
        threshold,
        {{ ratio('lost_confirmed_weight', 'lost_decided_weight') }} as lost_value,
        {{ ratio('lost_decided_weight * lost_decided_weight', 'lost_squared_weight') }}
            as lost_effective_size
    from lost
),

lost_bounded as (
    select
        *,
        {{ wilson('lost_value', 'lost_effective_size') }}
    from lost_shares
),

final as (
    select
        bounded.detector_id,
        case when bounded.threshold >= 0 then bounded.threshold end as threshold,
        bounded.flags,
        bounded.decided_flags,
        bounded.value as precision_estimate,
        bounded.ci_lower,
        bounded.ci_upper,
        bounded.confirmed_flags,
        bounded.confirmed_weight as confirmed_estimate,
        {{ ratio('bounded.confirmed_weight', 'bounded.scored_confirmed_weight') }}
            as confirmed_kept_share,
        bounded.lost_flags,
        bounded.lost_confirmed_weight as lost_confirmed_estimate,
        lost_bounded.lost_value as lost_precision,
        lost_bounded.ci_lower as lost_ci_lower,
        lost_bounded.ci_upper as lost_ci_upper
    from bounded
    inner join lost_bounded
        on
            bounded.detector_id = lost_bounded.detector_id
            and bounded.threshold = lost_bounded.threshold
    where
        bounded.threshold = -1
        or bounded.threshold >= bounded.lowest_threshold
)

select * from final
order by
    detector_id,
    threshold asc nulls first
