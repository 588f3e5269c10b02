-- Kaplan-Meier quantiles and the bounds of Brookmeyer and Crowley against published values.
-- Source: Freireich EJ et al. (1963), Blood 21: 699-716, medians with the bounds that R's
-- survival gives for the data set gehan of package MASS (conf.type "log"), quartiles of the
-- first arm; and the medians and bounds of R's data set aml. A week stands for a second here.
-- Then the examples of the metrics' pages, by hand, in tenths of an hour and in hours: in the
-- first S is exactly 0.5 at 10, which doubles miss in the last digit; the tolerance of 1e-9
-- makes up for it, and the median is the middle of the flat piece from 10 to 30. Four events
-- give the mean of the middle two, as any median does; where no event ends the piece, the
-- longest follow-up does. Returns the quantiles that are missing or differ.
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
        ('maintained', 48, true), ('maintained', 161, false),
        ('not maintained', 5, true), ('not maintained', 5, true), ('not maintained', 8, true),
        ('not maintained', 8, true), ('not maintained', 12, true), ('not maintained', 16, false),
        ('not maintained', 23, true), ('not maintained', 27, true), ('not maintained', 30, true),
        ('not maintained', 33, true), ('not maintained', 43, true), ('not maintained', 45, true),
        ('example of p50', 2, true), ('example of p50', 5, true), ('example of p50', 5, true),
        ('example of p50', 10, true), ('example of p50', 20, false), ('example of p50', 30, true),
        ('example of p50', 60, true), ('example of p50', 90, false),
        ('example of p90', 2, true), ('example of p90', 4, true), ('example of p90', 5, true),
        ('example of p90', 8, true), ('example of p90', 10, true), ('example of p90', 15, true),
        ('example of p90', 20, true), ('example of p90', 30, true), ('example of p90', 50, true),
        ('example of p90', 70, true), ('example of p90', 110, true), ('example of p90', 120, false),
        ('example of resolution', 4, true), ('example of resolution', 10, true),
        ('example of resolution', 10, false), ('example of resolution', 26, true),
        ('example of resolution', 30, true), ('example of resolution', 52, true),
        ('example of resolution', 75, false), ('example of resolution', 120, true),
        ('four', 1, true), ('four', 2, true), ('four', 3, true), ('four', 4, true),
        ('flat to the end', 1, true), ('flat to the end', 2, true), ('flat to the end', 5, false),
        ('flat to the end', 7, false)
    ) as subject (arm, weeks, is_event)
),

{{ survival_quantiles(slices=['arm'], grains=['quarter'], quantiles=[0.25, 0.5, 0.75, 0.9]) }},

published as (
    select quantile.*
    from (
        values
        ('6-mp', 0.25, 21, 13, null, null, false),
        ('6-mp', 0.5, 21, 23, 16, null, true),
        ('6-mp', 0.75, 21, null, null, null, false),
        ('placebo', 0.5, 21, 8, 4, 12, true),
        ('maintained', 0.5, 11, 31, 18, null, true),
        ('not maintained', 0.5, 12, 23, 8, null, true),
        ('example of p50', 0.5, 8, 20, 5, null, true),
        ('example of p90', 0.9, 12, 110, 50, null, true),
        ('example of resolution', 0.5, 8, 30, 26, null, true),
        ('four', 0.5, 4, 2.5, 1, null, true),
        ('four', 0.25, 4, 1.5, null, null, false),
        ('flat to the end', 0.5, 4, 4.5, 1, null, true)
    ) as quantile (arm, quantile, subjects, weeks, lower_weeks, upper_weeks, has_bounds)
)

select
    published.*,
    quantiles.subject_count,
    quantiles.value_seconds,
    quantiles.lower_seconds,
    quantiles.upper_seconds
from published
left join quantiles
    on
        quantiles.slice = 'arm'
        and published.arm = quantiles.slice_value
        and published.quantile = quantiles.quantile
where
    coalesce(quantiles.subject_count, 0) <> published.subjects
    or coalesce(quantiles.value_seconds, -1) <> coalesce(published.weeks, -1)
    or (
        published.has_bounds
        and (
            coalesce(quantiles.lower_seconds, -1) <> coalesce(published.lower_weeks, -1)
            or coalesce(quantiles.upper_seconds, -1) <> coalesce(published.upper_weeks, -1)
        )
    )
