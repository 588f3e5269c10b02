-- The vocabulary of the generator: chance from a hash, time in milliseconds, opaque ids.
--
-- Nothing here calls random(): a draw depends on the seed, a salt and a row number alone, so that
-- the number of threads and the order of work change nothing. The outer hash is not decoration:
-- one hash() of several arguments joins their hashes by an exclusive or, so that draws of one row
-- under two salts would differ by a constant.
--
-- Session variables, set by the runner: seed, start_ms, end_ms (epoch milliseconds, the end
-- excluded), n_days, history_start (first date of the day-by-day tables), entities, n_* counts.

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

-- The platform grows by 80 percent over the period: density 1 + 0.8 x, mean 1.4.
create macro growth(x) as
    (1 + 0.8 * x) / 1.4;

-- Inverse of the cumulated growth: evenly spaced u become moments of a growing stream.
create macro grown(u) as
    (sqrt(1 + 2.24 * u) - 1) / 0.8;

-- A moment of that stream: a day by u, an hour that peaks at noon; a third of Sunday's load moves
-- to Monday.
create macro stream_ms(salt, k, u) as
    getvariable('start_ms')
    + 86400000::bigint * least(
        floor(grown(u) * getvariable('n_days'))::bigint
        + case
            when (floor(grown(u) * getvariable('n_days'))::bigint + 2) % 7 = 6
                and chance(salt || ' sunday', k, 0.35)
                then 1
            else 0
        end,
        getvariable('n_days') - 1
    )
    + floor(
        43200000 * (uniform(salt || ' hour', k) + uniform(salt || ' minute', k))
    )::bigint;

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

create macro escalation_moderator(salt, k) as
    moderator_id(draw(salt, k) % (getvariable('n_moderators') // 4));

create macro standard_moderator(salt, k) as
    moderator_id(
        getvariable('n_moderators') // 4
        + draw(salt, k) % (getvariable('n_moderators') - getvariable('n_moderators') // 4)
    );
