-- Grain: one row per stratum of the prevalence study and harm type with a violating label.
-- Why: the harm type of a violating view is that of its own code on the day of labelling.
with labels as (
    select * from {{ ref('stg_prevalence_labels') }}
    where label = 'violating'
),

taxonomy as (
    select * from {{ ref('policy_taxonomy') }}
),

typed as (
    select
        labels.period_start_date,
        labels.surface,
        labels.stratum,
        {{ harm_type('taxonomy', 'labels.policy_code') }} as harm_type
    from labels
    left join taxonomy
        on
            {{ taxonomy_matches(
                'taxonomy', 'labels.policy_code', 'cast(labels.labelled_at as date)'
            ) }}
),

final as (
    select
        typed.period_start_date,
        typed.surface,
        typed.stratum,
        typed.harm_type,
        count(*) as violating_count
    from typed
    inner join {{ ref('int_sampled_strata') }} as strata
        on
            typed.period_start_date = strata.period_start_date
            and typed.surface = strata.surface
            and typed.stratum = strata.stratum
    group by
        typed.period_start_date,
        typed.surface,
        typed.stratum,
        typed.harm_type
)

select * from final
