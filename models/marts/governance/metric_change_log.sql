-- Grain: one row per metric, entry of its history in the register and version that it is about; and
-- per metric version, slice and entry in the history of a vocabulary that can move that slice.
-- Why: with it a dashboard can mark where a trend line changes its meaning, and say why.
with entries as (
    select * from {{ ref('metric_versions') }}
),

vocabulary_changes as (
    select * from {{ ref('vocabulary_changes') }}
),

versions as (
    select
        metric,
        version
    from entries
    where change in ('introduced', 'corrective', 'breaking')
),

of_metrics as (
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
        change in ('introduced', 'corrective', 'breaking', 'amended') as is_change_of_meaning,
        change in ('introduced', 'corrective', 'breaking', 'amended') as marks_trend,
        cast(null as varchar) as vocabulary,
        cast(null as varchar) as codes,
        cast(null as varchar) as slice
    from entries
),

of_vocabularies as (
    select
        vocabulary_changes.metric,
        versions.version as metric_version,
        vocabulary_changes.entry,
        vocabulary_changes.change,
        vocabulary_changes.reason,
        vocabulary_changes.decided_by,
        vocabulary_changes.decided_on,
        vocabulary_changes.effective_from,
        vocabulary_changes.restates_history,
        vocabulary_changes.restated_from,
        cast(null as varchar) as replaced_by,
        false as is_change_of_meaning,
        true as marks_trend,
        vocabulary_changes.vocabulary,
        vocabulary_changes.codes,
        vocabulary_changes.slice
    from vocabulary_changes
    inner join versions on vocabulary_changes.metric = versions.metric
),

final as (
    select * from of_metrics
    union all
    select * from of_vocabularies
)

select * from final
