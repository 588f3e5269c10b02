-- Grain: one row per published number that was restated.
-- Why: what was said, what is known now, and why they differ: each part is what one cause adds to
-- those before it, in a fixed order, so that the parts add up to the difference exactly.
with restated as (
    select * from {{ ref('int_restated_numbers') }}
),

-- A step without a value has that of the step before: the part is told where the value returns.
steps as (
    select
        *,
        coalesce(value_then, said_value) as then_step,
        coalesce(value_with_late_data, value_then, said_value) as late_step,
        coalesce(
            value_with_corrections, value_with_late_data, value_then, said_value
        ) as corrected_step,
        coalesce(
            value_with_deletions,
            value_with_corrections,
            value_with_late_data,
            value_then,
            said_value
        ) as deleted_step,
        coalesce(
            value_with_later_events,
            value_with_deletions,
            value_with_corrections,
            value_with_late_data,
            value_then,
            said_value
        ) as decided_step,
        known_value is not null and said_value is not null as has_difference
    from restated
),

parts as (
    select
        *,
        case when has_difference then known_value - said_value end as difference,
        case when has_difference then then_step - said_value end as not_reproduced,
        case when has_difference then late_step - then_step end as late_data,
        case when has_difference then corrected_step - late_step end as correction,
        case when has_difference then deleted_step - corrected_step end as deletion,
        case when has_difference then decided_step - deleted_step end as late_decision_or_appeal,
        case when has_difference then known_value - decided_step end as definition,
        value_then_redefined - value_then as definition_then
    from steps
),

final as (
    select
        report_id,
        report_kind,
        report_title,
        published_at,
        number,
        metric,
        metric_version,
        known_version,
        slice,
        slice_value,
        period_grain,
        period_start,
        shown,
        is_restated,
        said_as_of,
        said_value,
        known_as_of,
        known_value,
        difference,
        not_reproduced,
        late_data,
        correction,
        deletion,
        late_decision_or_appeal,
        definition,
        definition_then
    from parts
)

select * from final
