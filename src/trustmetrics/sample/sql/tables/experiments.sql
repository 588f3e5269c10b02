-- Grain: one row per experiment with friction in a flow. The last one is still running. What each
-- does to its units is in experiment_effects, which the setup makes.
with final as (
    select
        experiment_id,
        name,
        started_on,
        ended_on,
        0.5::double as expected_treatment_share,
        friction_guardrail::double as friction_guardrail,
        started_on::timestamp - interval 20 hour as known_at,
    from experiment_effects
)

select * from final
