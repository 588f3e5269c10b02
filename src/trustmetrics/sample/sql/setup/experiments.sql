-- One row per experiment with friction: what it does. treatment_share is what the assignment
-- really did; number 4 was meant to be even and is not, a sample ratio mismatch to be found.
create table experiment_effects as
select
    make_id('t', 'experiment', number) as experiment_id,
    *,
from (
    values
        (
            1, 'link_warning', date '2025-04-07', date '2025-05-18',
            -0.03, 0.50, 0.62, -0.012, -0.20
        ),
        (
            2, 'message_limit', date '2025-07-07', date '2025-08-17',
            -0.02, 0.50, 0.71, -0.004, -0.12
        ),
        (
            3, 'seller_check', date '2025-05-05', date '2025-06-15',
            -0.05, 0.50, 0.48, -0.150, -0.35
        ),
        (
            4, 'comment_pause', date '2025-09-01', date '2025-10-12',
            -0.02, 0.46, 0.66, -0.010, -0.08
        ),
        (
            5, 'gift_delay', date '2026-03-09', date '2026-04-19',
            -0.05, 0.50, 0.55, -0.025, -0.40
        ),
        (
            6, 'payee_confirm', date '2026-06-01', null,
            -0.03, 0.50, 0.58, -0.015, -0.25
        )
) as effects (
    number, name, started_on, ended_on, friction_guardrail, treatment_share,
    conversion, conversion_change, harm_change
);
