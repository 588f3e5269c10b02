-- Grain: one row per period grain (month, quarter), period and experiment; no overall.
-- Relative change of conversion in the treatment, which has the friction, against the control; by
-- the end of the experiment, or as_of while it runs.
with experiments as (
    select * from {{ ref('stg_experiments') }}
),

units as (
    select * from {{ ref('stg_experiment_units') }}
),

as_of as (
    select * from {{ ref('as_of') }}
),

subjects as (
    select
        coalesce(experiments.ended_on, cast(as_of.as_of as date)) as period_at,
        experiments.experiment_id as segment,
        units.variant,
        units.converted
    from experiments
    cross join as_of
    inner join units on experiments.experiment_id = units.experiment_id
),

{{ kpi_relative_change() }},

{{ kpi_rows() }}

select * from kpi
