-- Wilson's interval against published values.
-- Source: Newcombe RG (1998), Two-sided confidence intervals for the single proportion: comparison
-- of seven methods, Statistics in Medicine 17: 857-872, table I, to six decimals; and 0 of 3 and 10
-- of 10 by hand, z^2 / (n + z^2) and n / (n + z^2), where doubles leave an error beside the bound.
-- z^2 is the 0.95 quantile of the chi-squared distribution, 3.841458820694124 in R's qchisq; no
-- success shows z to twelve decimals.
-- Returns the proportions whose bounds differ from them, and those that are not NULL where they are
-- undefined (no observation, no proportion).
with published as (
    select
        cast(observed.successes as {{ t_double() }}) as successes,
        cast(observed.trials as {{ t_double() }}) as trials,
        observed.lower_bound,
        observed.upper_bound
    from (
        values
        (81, 263, 0.255289, 0.366210),
        (15, 148, 0.062386, 0.160487),
        (0, 20, 0, 0.161125),
        (1, 29, 0.006113, 0.171755),
        (29, 29, 0.883030, 1),
        (0, 3, 0, 0.561497),
        (10, 10, 0.722467, 1),
        (0, 0, null, null),
        (null, 20, null, null)
    ) as observed (successes, trials, lower_bound, upper_bound)
),

shares as (
    select
        *,
        {{ ratio('successes', 'trials') }} as share
    from published
),

computed as (
    select
        *,
        {{ wilson('share', 'trials') }}
    from shares
)

select * from computed
where
    (lower_bound is null) <> (ci_lower is null)
    or (upper_bound is null) <> (ci_upper is null)
    or abs(ci_lower - lower_bound) > 5e-7
    or abs(ci_upper - upper_bound) > 5e-7
    or (lower_bound = 0 and ci_lower <> 0)
    or (upper_bound = 1 and ci_upper <> 1)
    or (
        successes = 0
        and abs(ci_upper - 3.841458820694124 / (trials + 3.841458820694124)) > 1e-12
    )
