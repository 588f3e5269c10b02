-- Grain: one row per metric, entry of its history in the register and version that it is about.
-- Why: with it a dashboard can mark where a trend line changes its meaning, and say why.
with entries as (
    select * from {{ ref('metric_versions') }}
),

final as (
    select
        metric,
        version as metric_version,
        entry,
        change,
        reason,
        decided_by,
        decided_on,
        effective_from,
        restates_history,
        restated_from,
        replaced_by,
        change in ('introduced', 'corrective', 'breaking', 'amended') as is_change_of_meaning
    from entries
)

select * from final
