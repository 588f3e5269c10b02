-- Kaplan-Meier's estimate and Greenwood's standard error against published values.
-- Source: Freireich EJ et al. (1963), The effect of 6-mercaptopurine on the duration of
-- steroid-induced remissions in acute leukemia, Blood 21: 699-716 (weeks in remission), and the
-- data set aml of R's package survival (maintenance chemotherapy), evaluated in many textbooks to
-- four decimals. A week stands for a second here. Returns the points that are missing or differ.
with subjects as (
    select
        subject.arm,
        subject.weeks as duration_seconds,
        subject.is_event,
        cast('2023-07-01' as date) as period_at
    from (
        values
        ('6-mp', 6, true), ('6-mp', 6, true), ('6-mp', 6, true), ('6-mp', 6, false),
        ('6-mp', 7, true), ('6-mp', 9, false), ('6-mp', 10, true), ('6-mp', 10, false),
        ('6-mp', 11, false), ('6-mp', 13, true), ('6-mp', 16, true), ('6-mp', 17, false),
        ('6-mp', 19, false), ('6-mp', 20, false), ('6-mp', 22, true), ('6-mp', 23, true),
        ('6-mp', 25, false), ('6-mp', 32, false), ('6-mp', 32, false), ('6-mp', 34, false),
        ('6-mp', 35, false),
        ('placebo', 1, true), ('placebo', 1, true), ('placebo', 2, true), ('placebo', 2, true),
        ('placebo', 3, true), ('placebo', 4, true), ('placebo', 4, true), ('placebo', 5, true),
        ('placebo', 5, true), ('placebo', 8, true), ('placebo', 8, true), ('placebo', 8, true),
        ('placebo', 8, true), ('placebo', 11, true), ('placebo', 11, true), ('placebo', 12, true),
        ('placebo', 12, true), ('placebo', 15, true), ('placebo', 17, true), ('placebo', 22, true),
        ('placebo', 23, true),
        ('maintained', 9, true), ('maintained', 13, true), ('maintained', 13, false),
        ('maintained', 18, true), ('maintained', 23, true), ('maintained', 28, false),
        ('maintained', 31, true), ('maintained', 34, true), ('maintained', 45, false),
        ('maintained', 48, true), ('maintained', 161, false)
    ) as subject (arm, weeks, is_event)
),

{{ survival_curve(slices=['arm'], grains=['quarter']) }},

published as (
    select point.*
    from (
        values
        ('6-mp', 6, 21, 3, 0.8571, 0.0764),
        ('6-mp', 7, 17, 1, 0.8067, null),
        ('6-mp', 10, 15, 1, 0.7529, null),
        ('6-mp', 13, 12, 1, 0.6902, null),
        ('6-mp', 16, 11, 1, 0.6275, null),
        ('6-mp', 22, 7, 1, 0.5378, null),
        ('6-mp', 23, 6, 1, 0.4482, 0.1346),
        ('placebo', 8, 12, 4, 0.3810, 0.1060),
        ('placebo', 23, 1, 1, 0, null),
        ('maintained', 9, 11, 1, 0.9091, null),
        ('maintained', 13, 10, 1, 0.8182, null),
        ('maintained', 18, 8, 1, 0.7159, null),
        ('maintained', 23, 7, 1, 0.6136, null),
        ('maintained', 31, 5, 1, 0.4909, null),
        ('maintained', 34, 4, 1, 0.3682, null),
        ('maintained', 48, 2, 1, 0.1841, null)
    ) as point (arm, weeks, at_risk, events, survival, standard_error)
),

arms as (
    select
        cohorts.slice_value as arm,
        curve.*
    from curve
    inner join cohorts on curve.cohort_number = cohorts.cohort_number
    where cohorts.slice = 'arm'
)

select
    published.*,
    arms.at_risk_count,
    arms.event_count,
    arms.survival as computed_survival,
    arms.survival * sqrt(arms.greenwood) as computed_standard_error
from published
left join arms
    on
        published.arm = arms.arm
        and published.weeks = arms.duration_seconds
where
    arms.survival is null
    or arms.at_risk_count <> published.at_risk
    or arms.event_count <> published.events
    or abs(arms.survival - published.survival) > 5e-5
    or (published.survival > 0) <> (arms.greenwood is not null)
    or abs(arms.survival * sqrt(arms.greenwood) - published.standard_error) > 5e-5
