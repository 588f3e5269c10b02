-- What the platform is made of: policies with their habits, and surfaces with their size.

-- One row per policy code, from policy_mix.csv beside this file. weight: share of signals in
-- thousandths. critical, high, medium and feed, messaging, marketplace, live: upper bounds of a
-- draw of 0 to 99 (the rest is low, and profile). flagged: percent of cases that a detector sees.
-- truth: percent of the cases without a flag that turn out to be violations. automated: percent of
-- the sure flags of low and medium severity that nobody looks at. again: percent of offenders who
-- offend once more. term_1 to term_4: days that an account is suspended for at the first offence,
-- the second and so on; 0: not at all; 9999: for good. LEGACY-7 and MINOR-9 are in no taxonomy.
create table policy_mix as
select
    *,
    coalesce(
        sum(weight) over (order by policy_code rows between unbounded preceding and 1 preceding),
        0
    )::integer as first_slot,
from read_csv(getvariable('policy_mix_file'));

-- One row per thousandth of the policy mix, to be met by an equality join with a draw.
create table policy_slots as
select
    unnest(range(first_slot, first_slot + weight))::integer as slot,
    * exclude (first_slot, weight),
from policy_mix;

-- One row per surface and region that people use. share: of all active accounts.
-- views, messages, transactions: per daily active account of the surface.
create table places as
select
    surfaces.*,
    regions.*,
from (
    values
        ('feed', 0.92, 64.0, 0.0, 0.0),
        ('messaging', 0.70, 3.0, 14.0, 0.01),
        ('marketplace', 0.30, 18.0, 1.5, 0.20),
        ('live', 0.22, 24.0, 4.0, 0.03),
        ('profile', 0.55, 6.0, 0.0, 0.0)
) as surfaces (surface, share, views, messages, transactions)
cross join (
    values ('eu', 0.40), ('na', 0.26), ('latam', 0.16), ('apac', 0.18)
) as regions (region, region_share);

-- One row per day of the period, and of the weeks before it, in which offenders set out who offend
-- again within it. level: activity against the period's mean.
create table days as
select
    day::date as day,
    growth(elapsed(epoch_ms(day)))
    * (1 + (season(day) - 1) / 2)
    * case isodow(day) when 6 then 1.05 when 7 then 1.08 else 0.974 end
    * (0.98 + 0.04 * uniform('day level', epoch_ms(day))) as level,
from range(
    to_moment(getvariable('start_ms')) - to_days(getvariable('n_lead_days')::integer),
    to_moment(getvariable('end_ms')),
    interval 1 day
) as calendar (day);

-- The days of the day-by-day tables, which a small sample has fewer of.
create view days_of_history as
select * from days
where day >= getvariable('history_start');

-- One row per thousandth of the offenders that a story has to itself, with the slot of its policy.
create table story_parts as
select
    stories.story,
    policy_mix.first_slot as slot,
    unnest(range(stories.first_part, stories.first_part + stories.parts))::integer as part,
from (
    values
        ('wave', 0, 24, 'SCAM-1'),
        ('ring', 24, 15, 'SCAM-2'),
        ('nudity', 39, 10, 'NUD-1'),
        ('har2', 49, 6, 'HAR-1')
) as stories (story, first_part, parts, policy_code)
inner join policy_mix on policy_mix.policy_code = stories.policy_code;

-- One row per week of the prevalence study, whole weeks only: nine at least, so that some have
-- labels however short the history is.
create table study_weeks as
select
    row_number() over (order by monday) - 1 as week,
    monday::date as period_start_date,
from range(
    date_trunc(
        'week',
        least(getvariable('history_start'), to_day(getvariable('end_ms')) - 70)::timestamp
        + interval 6 day
    ),
    to_moment(getvariable('end_ms')) - interval 6 day,
    interval 7 day
) as calendar (monday);
