-- Grain: one row per stratum (week, surface, stratum) of the prevalence study.
-- Why: only labels of violating or benign count in the estimate; undecided ones, and those without
-- a known stratum, do not.
with strata as (
    select * from {{ ref('stg_prevalence_strata') }}
),

labels as (
    select
        period_start_date,
        surface,
        stratum,
        count(*) as label_count,
        count(*) filter (where label = 'violating') as violating_count
    from {{ ref('stg_prevalence_labels') }}
    where label in ('violating', 'benign')
    group by
        period_start_date,
        surface,
        stratum
),

final as (
    select
        strata.period_start_date,
        strata.surface,
        strata.stratum,
        strata.population_views,
        coalesce(labels.label_count, 0) as label_count,
        coalesce(labels.violating_count, 0) as violating_count
    from strata
    left join labels
        on
            strata.period_start_date = labels.period_start_date
            and strata.surface = labels.surface
            and strata.stratum = labels.stratum
)

select * from final
