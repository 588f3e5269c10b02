-- When, where and under which policy signals arrive. Grain: one row per day, policy and surface.
--
-- Arrivals are overdispersed: the expected number of a cell is the platform's growth, the season,
-- the day of the week and the policy's own high season, times three gamma factors: one that all
-- signals of a day share, one of the policy's day, one of the cell alone. A case that takes its
-- cell by chance in proportion to `weight` makes the counts negative binomial.
--
-- Weights are whole numbers so that their running sum does not depend on the order of addition.
create table arrival_cells as

with surfaces as (
    select
        policy_code,
        weight,
        unnest(['feed', 'messaging', 'marketplace', 'live', 'profile']) as surface,
        unnest([feed, messaging - feed, marketplace - messaging, live - marketplace, 100 - live])
            as share,
    from policy_mix
),

weighed as (
    select
        days.day,
        surfaces.policy_code,
        surfaces.surface,
        round(
            1000 * surfaces.weight * surfaces.share
            * growth(elapsed(ms_of(days.day)))
            * season(days.day)
            * case isodow(days.day) when 6 then 1.05 when 7 then 1.10 when 1 then 0.94 else 0.98 end
            * case
                when surfaces.policy_code in ('SCAM-1', 'SCAM-2', 'FRAUD-1', 'GOODS-1', 'IP-1')
                    and strftime(days.day, '%m-%d') between '11-15' and '12-24'
                    then 1.35
                else 1
            end
            * fluctuation('busy day', ms_of(days.day), 25)
            * fluctuation('busy ' || surfaces.policy_code, ms_of(days.day), 6)
            * fluctuation(
                'busy ' || surfaces.policy_code || surfaces.surface, ms_of(days.day), 3
            )
        )::bigint as weight,
    from days
    cross join surfaces
),

final as (
    select
        *,
        (sum(weight) over (order by day, policy_code, surface))::bigint - weight as first_ticket,
    from weighed
    where weight > 0
)

select * from final;

set variable n_tickets = (select (sum(weight))::bigint from arrival_cells);

-- The cell that a case, a report takes: the last one whose first_ticket is not above the ticket.
create macro ticket(salt, k) as
    (draw(salt, k) % getvariable('n_tickets'))::bigint;
