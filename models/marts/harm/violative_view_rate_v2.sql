-- Grain: one row per period grain (week, month, quarter), period and slice value.
-- Share of content views that were violating, estimated from a stratified sample of views
-- (Cochran 1977, chapter 5), by the sampled week; covered_view_share says what share of all views
-- lay in strata with a decided label.
with strata as (
    select * from {{ ref('int_sampled_strata') }}
),

violating_labels as (
    select * from {{ ref('int_violating_labels') }}
),

{{ stratified_share() }},

{{ kpi_rows() }}

select * from kpi
