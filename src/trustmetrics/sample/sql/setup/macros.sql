-- The vocabulary of the generator: chance from a hash, time in milliseconds, opaque ids.
--
-- Nothing here calls random(): a draw depends on the seed, a salt and a row number alone, so that
-- the number of threads and the order of work change nothing. The outer hash is not decoration:
-- one hash() of several arguments joins their hashes by an exclusive or, so that draws of one row
-- under two salts would differ by a constant.
--
-- Session variables, set by the runner: seed, start_ms, end_ms (epoch milliseconds, the end
-- excluded), n_days, history_start (first date of the day-by-day tables), members (accounts that
-- are active in a month, on average), n_* counts.

create macro draw(salt, k) as
    hash(hash(getvariable('seed'), salt, k));

create macro uniform(salt, k) as
    (draw(salt, k) >> 11)::double / 9007199254740992;

create macro chance(salt, k, p) as
    uniform(salt, k) < p;

create macro percent(salt, k) as
    (draw(salt, k) % 100)::integer;

-- Exponential with mean 1.
create macro waiting(salt, k) as
    -ln(1 - uniform(salt, k));

-- Log-normal with median 1; sigma is the deviation of the logarithm.
create macro spread(salt, k, sigma) as
    exp(
        sigma * sqrt(-2 * ln(1 - uniform(salt, k)))
        * cos(6.283185307179586 * uniform(salt || ' angle', k))
    );

-- Gamma of a whole-numbered shape, mean 1. A Poisson count whose mean it multiplies is negative
-- binomial, with a variance of mean + mean^2 / shape.
create macro fluctuation(salt, k, shape) as
    list_sum([waiting(salt || ' ' || j, k) for j in range(shape)]) / shape;

create macro make_id(prefix, salt, k) as
    printf(prefix || '%016x', draw(salt, k));

-- Two references in ten thousand point to nothing.
create macro dangling(prefix, salt, k, id) as
    case when draw(salt || ' orphan', k) % 5000 = 7
        then make_id(prefix, salt || ' nowhere', k)
        else id
    end;

create macro hours(x) as
    (x::double * 3600000)::bigint;

create macro days(x) as
    (x::double * 86400000)::bigint;

create macro ms_of(moment) as
    epoch_ms(moment::timestamp);

create macro to_moment(ms) as
    make_timestamp(ms * 1000);

create macro to_day(ms) as
    make_timestamp(ms * 1000)::date;

-- What lies at or after the end of the sample has not happened.
create macro if_happened(ms) as
    case when ms < getvariable('end_ms') then ms end;

-- Share of the period that has passed, 0 to 1.
create macro elapsed(ms) as
    (ms - getvariable('start_ms'))::double / (getvariable('end_ms') - getvariable('start_ms'));

-- The platform grows by 25 percent over the period: density 1 + 0.25 x, mean 1.125.
create macro growth(x) as
    (1 + 0.25 * x) / 1.125;

-- Inverse of the cumulated growth: evenly spaced u become moments of a growing stream.
create macro grown(u) as
    (sqrt(1 + 0.5625 * u) - 1) / 0.25;

-- A moment of a stream of office work: a day by u, an hour between six and eighteen.
create macro stream_ms(salt, k, u) as
    getvariable('start_ms')
    + 86400000::bigint * least(
        floor(grown(u) * getvariable('n_days'))::bigint,
        getvariable('n_days') - 1
    )
    + 21600000
    + floor(
        21600000 * (uniform(salt || ' hour', k) + uniform(salt || ' minute', k))
    )::bigint;

-- Winter is busier than summer: a tenth up in mid-January, a tenth down in mid-July.
create macro season(day) as
    1 + 0.1 * cos(6.283185307179586 * (dayofyear(day) - 15) / 365.0);

-- Hours from UTC of where most of a region's people live.
create macro utc_offset(region) as
    case region when 'eu' then 1 when 'na' then -6 when 'latam' then -3 else 8 end;

-- A moment of a day as its region lives it: few people at five in the morning, most at five in the
-- afternoon.
create macro lived_ms(salt, k, day, region) as
    ms_of(day)
    + hours(
        5 + 12 * (uniform(salt || ' hour', k) + uniform(salt || ' minute', k))
        - utc_offset(region)
    );

-- A moment of a window of days, sooner rather than later where haste exceeds 1.
create macro window_ms(salt, k, first_day, last_day, haste) as
    ms_of(first_day)
    + floor(
        (ms_of(last_day) + 86400000 - ms_of(first_day)) * pow(uniform(salt, k), haste)
    )::bigint;

create macro account_id(a) as
    make_id('a', 'account', a);

create macro case_id(i) as
    make_id('c', 'case', i);

create macro moderator_id(m) as
    make_id('m', 'moderator', m);

create macro account_region(a) as
    case
        when percent('account region', a) < 40 then 'eu'
        when percent('account region', a) < 66 then 'na'
        when percent('account region', a) < 82 then 'latam'
        else 'apac'
    end;

-- Half of the accounts are older than the period, the others come evenly over it.
create macro account_created_ms(a) as
    case
        when a < getvariable('n_accounts') // 2
            then ms_of('2019-01-01')
            + (
                (getvariable('start_ms') - ms_of('2019-01-01'))
                * ((a + 0.5) / (getvariable('n_accounts') // 2))
            )::bigint
        else getvariable('start_ms')
            + (
                (getvariable('end_ms') - getvariable('start_ms'))
                * (
                    (a - getvariable('n_accounts') // 2 + 0.5)
                    / (getvariable('n_accounts') - getvariable('n_accounts') // 2)
                )
            )::bigint
    end;

-- How many accounts exist at a moment of the period: accounts are numbered in order of creation.
create macro accounts_before(ms) as
    getvariable('n_accounts') // 2
    + floor(
        elapsed(ms) * (getvariable('n_accounts') - getvariable('n_accounts') // 2) - 0.5
    )::bigint;

-- An ordinary account that exists at a moment; the ring accounts, the last ones before the period,
-- are stepped over.
create macro account_at(salt, k, ms) as
    floor(
        uniform(salt, k) * (accounts_before(ms) - getvariable('n_ring_accounts'))
    )::bigint
    + case
        when floor(
            uniform(salt, k) * (accounts_before(ms) - getvariable('n_ring_accounts'))
        ) >= getvariable('n_accounts') // 2 - getvariable('n_ring_accounts')
            then getvariable('n_ring_accounts')
        else 0
    end;

-- The first moderators are seniors: they answer escalations, review quality, decide again.
create macro senior(salt, k) as
    moderator_id(draw(salt, k) % getvariable('n_seniors'));

-- When a ring sets to work, for sixty days.
create macro ring_start_ms(ring) as
    getvariable('start_ms')
    + days(floor(uniform('ring start', ring) * (getvariable('n_days') - 61)));

-- From one offence to the next: the suspension, and some days until the offender is at it again.
create macro break_ms(r, strike, term_days) as
    days(term_days % 9999 + case when term_days > 0 then 0.8 else 0 end)
    + days(11 * waiting('break ' || strike, r));

-- When a detector's newer version is released: each some day in August to November.
create macro released_ms(detector_id) as
    ms_of('2025-08-01') + days(length(detector_id) * 37 % 120);

-- How often a flag is right, by its band.
create macro accuracy(band, shortfall) as
    case band when 'certain' then 0.98 when 'likely' then 0.92 else 0.78 end - shortfall;

-- From a decision to the appeal: four in five within days, some in weeks, a few in the last weeks
-- of the six months that users have.
create macro appeal_after_ms(i) as
    days(
        least(
            179.5,
            case
                when percent('appeal haste', i) < 80 then 2 * waiting('appeal after', i)
                when percent('appeal haste', i) < 94 then 18 * waiting('appeal after', i)
                else 30 + 149 * uniform('appeal after', i)
            end
        )
    );
