-- Grain: one row per period grain (week, month, quarter), period and slice value.
-- Share of content views that were violating, estimated from a stratified sample of views
-- (Cochran 1977, chapter 5), by the sampled week; covered_view_share says which part of all views
-- lay in strata with a label that decides.
with strata as (
    select * from {{ ref('int_sampled_strata') }}
),

violating_labels as (
    select * from {{ ref('int_violating_labels') }}
),

{{ stratified_share(grains=['week', 'month', 'quarter']) }},

{{ kpi_rows(
    metric='violative_view_rate', version=1, maturity_days=14, extra=['covered_view_share']
) }}

select * from kpi
