"""What the canonical form takes for the same, and what it must not: pairs of queries."""

import pytest

from tests.python.fingerprint.compiled_models import fingerprint

# What each pair is called is the edit that it stands for; the list of cosmetic edits in
# docs/guides/fingerprints.md is this one.
SAME = {
    "comments, case and line breaks": (
        "select id, sum(amount) as paid from raw.orders where state = 'paid' group by id",
        "SELECT id, -- the buyer\n SUM(amount) AS paid\nFROM raw.orders /* all */\n"
        "WHERE state = 'paid'\nGROUP BY id",
    ),
    "a CTE renamed, used twice": (
        "with o as (select * from raw.orders) select a.id, b.amount from o as a join o as b "
        "on a.id = b.customer",
        "with x as (select * from raw.orders) select a.id, b.amount from x as a join x as b "
        "on a.id = b.customer",
    ),
    "aliases renamed": (
        "select o.id, c.name from raw.orders as o join raw.customers as c on o.customer = c.id",
        "select a.id, b.name from raw.orders as a join raw.customers as b on a.customer = b.id",
    ),
    "an unused column": (
        "with o as (select id, amount from raw.orders) select id from o",
        "with o as (select id, amount * 2 as twice, state from raw.orders) select id from o",
    ),
    "an unused window": (
        "with o as (select id from raw.orders) select id from o where id > '3'",
        "with o as (select id, row_number() over (order by id) as n from raw.orders) "
        "select id from o where id > '3'",
    ),
    "an unused aggregate": (
        "select customer, count(*) as n from raw.orders group by customer",
        "with s as (select customer, count(*) as n, max(amount) as most from raw.orders "
        "group by customer) select customer, n from s",
    ),
    "a query split in two": (
        "select customer, sum(amount) as paid from raw.orders where state = 'paid' "
        "group by customer",
        "with paid as (select * from raw.orders where state = 'paid'), named as "
        "(select customer as who, amount as much from paid) "
        "select who as customer, sum(much) as paid from named group by who",
    ),
    "a projection split off after an aggregate": (
        "select customer, sum(amount) / count(*) as mean from raw.orders group by customer",
        "with s as (select customer, sum(amount) as total, count(*) as n from raw.orders "
        "group by customer) select customer, total / n as mean from s",
    ),
    "a projection split off after a window": (
        "select id, amount - lag(amount) over (order by id) as step from raw.orders",
        "with w as (select id, amount, lag(amount) over (order by id) as before from raw.orders) "
        "select id, amount - before as step from w",
    ),
    "having as a condition outside": (
        "select customer from raw.orders group by customer having count(*) > 2",
        "with s as (select customer, count(*) as n from raw.orders group by customer) "
        "select customer from s where n > 2",
    ),
    "qualify as a condition outside": (
        "select id from raw.orders qualify row_number() over (partition by customer "
        "order by id) = 1",
        "with w as (select id, row_number() over (partition by customer order by id) as n "
        "from raw.orders) select id from w where n = 1",
    ),
    "a condition on a key before or after grouping": (
        "select customer, count(*) as n from raw.orders where customer <> 'x' group by customer",
        "with s as (select customer, count(*) as n from raw.orders group by customer) "
        "select customer, n from s where customer <> 'x'",
    ),
    "a filter of the right side of a left join in a CTE or in ON": (
        "select o.id, c.name from raw.orders as o left join raw.customers as c "
        "on o.customer = c.id and c.country = 'DE'",
        "with c as (select * from raw.customers where country = 'DE') "
        "select o.id, c.name from raw.orders as o left join c on o.customer = c.id",
    ),
    "sums and products turned": (
        "select id + amount + 1 as x, id * amount as y from raw.orders",
        "select 1 + amount + id as x, amount * id as y from raw.orders",
    ),
    "and, or, =, <> turned": (
        "select id from raw.orders where (state = 'a' or amount <> id) and customer is null",
        "select id from raw.orders where customer is null and (id <> amount or 'a' = state)",
    ),
    "a > b as b < a": (
        "select id from raw.orders where amount > id and amount >= customer",
        "select id from raw.orders where id < amount and customer <= amount",
    ),
    "an IN list in another order": (
        "select id from raw.orders where state in ('a', 'b', 'c')",
        "select id from raw.orders where state in ('c', 'a', 'b', 'a')",
    ),
    "IN with one value": (
        "select id from raw.orders where state in ('a')",
        "select id from raw.orders where state = 'a'",
    ),
    "IN as alternatives": (
        "select id from raw.orders where state in ('a', 'b') and amount not in (1, 2)",
        "select id from raw.orders where (state = 'b' or state = 'a') and amount <> 1 "
        "and amount <> 2",
    ),
    "between as two comparisons": (
        "select id from raw.orders where amount between 1 and 2",
        "select id from raw.orders where amount >= 1 and amount <= 2",
    ),
    "not pushed inward": (
        "select id from raw.orders where not (state = 'a' or not amount > 3)",
        "select id from raw.orders where state <> 'a' and amount > 3",
    ),
    "a condition twice": (
        "select id from raw.orders where state = 'a' and state = 'a' and true",
        "select id from raw.orders where state = 'a'",
    ),
    "inner joins in another order": (
        "select o.id from raw.orders as o join raw.customers as c on o.customer = c.id "
        "join raw.visits as v on v.customer = c.id",
        "select o.id from raw.visits as v join raw.customers as c on v.customer = c.id "
        "inner join raw.orders as o on c.id = o.customer",
    ),
    "an inner join as a comma and WHERE": (
        "select o.id from raw.orders as o join raw.customers as c on o.customer = c.id",
        "select o.id from raw.orders as o, raw.customers as c where o.customer = c.id",
    ),
    "using for on": (
        "select o.id, v.page from raw.orders as o join raw.visits as v using (customer)",
        "select o.id, v.page from raw.orders as o join raw.visits as v on o.customer = v.customer",
    ),
    "UNION ALL in another order": (
        "select id as x from raw.orders union all select id as x from raw.customers",
        "with u as (select id as y from raw.customers union all select id from raw.orders) "
        "select y as x from u",
    ),
    "DISTINCT as GROUP BY": (
        "select distinct customer, state from raw.orders",
        "select customer, state from raw.orders group by state, customer",
    ),
    "GROUP BY by number or alias": (
        "select upper(state) as s, count(*) as n from raw.orders group by upper(state)",
        "select upper(state) as s, count(*) as n from raw.orders group by 1",
    ),
    "case with an operand": (
        "select case state when 'a' then 1 else null end as x from raw.orders",
        "select case when state = 'a' then 1 end as x from raw.orders",
    ),
    "cast written otherwise": (
        "select cast(amount as double) as x from raw.orders",
        "select amount::double precision as x from raw.orders",
    ),
    "coalesce nested": (
        "select coalesce(name, country, 'x') as x from raw.customers",
        "select coalesce(name, coalesce(country, 'x')) as x from raw.customers",
    ),
    "which other constant a coalesce gives": (
        "select count(*) filter (where coalesce(state, 'none') = 'a') as n from raw.orders",
        "select count(*) filter (where coalesce(state, 'nothing') = 'a') as n from raw.orders",
    ),
    "a condition that NULL does not meet anyway": (
        "select id from raw.orders where coalesce(state = 'a', false)",
        "select id from raw.orders where state = 'a'",
    ),
    "arithmetic of whole numbers": (
        "select id from raw.orders where amount > 60 * 60",
        "select id from raw.orders where amount > 3600",
    ),
    "a comparison of constants": (
        "select id from raw.orders where amount > 1 and 2 > 1.5 "
        "and cast('2024-01-02' as date) >= cast('2024-01-02' as date)",
        "select id from raw.orders where amount > 1",
    ),
    "a comparison with NULL": (
        "select case when amount < null or not (state = null) then 1 else id end as x "
        "from raw.orders",
        "select id as x from raw.orders",
    ),
    "ORDER BY without LIMIT": (
        "with o as (select id from raw.orders order by id) select id from o",
        "select id from raw.orders",
    ),
    "PARTITION BY in another order": (
        "select sum(amount) over (partition by state, customer) as x from raw.orders",
        "select sum(amount) over (partition by customer, state) as x from raw.orders",
    ),
    "a left join that plays no part": (
        "select id from raw.orders",
        "with n as (select customer, count(*) as n from raw.visits group by customer) "
        "select o.id from raw.orders as o left join n on o.customer = n.customer",
    ),
    "a left join to the first of each that plays no part": (
        "select id from raw.orders",
        "with w as (select *, row_number() over (partition by customer order by seen_at) as r "
        "from raw.visits), f as (select * from w where r = 1) "
        "select o.id from raw.orders as o left join f on o.customer = f.customer",
    ),
    "a case for a value that does not occur": (
        "with g as (select 'm' as grain union all select 'q' as grain), s as "
        "(select g.grain, count(*) as n from raw.orders cross join g group by g.grain) "
        "select case grain when 'm' then n when 'q' then n * 3 when 'w' then n * 4 end as x from s",
        "with g as (select 'm' as grain union all select 'q' as grain), s as "
        "(select g.grain, count(*) as n from raw.orders cross join g group by g.grain) "
        "select case grain when 'm' then n when 'q' then n * 3 when 'w' then n * 5 end as x from s",
    ),
    "a case for a value that a condition rules out": (
        "with g as (select 'm' as grain union all select 'q' as grain), s as (select distinct "
        "g.grain, o.id from raw.orders as o cross join g), p as (select id, grain, case grain "
        "when 'm' then 1 when 'q' then 2 end as x from s) select id, x from p where grain = 'm'",
        "with g as (select 'm' as grain union all select 'q' as grain), s as (select distinct "
        "g.grain, o.id from raw.orders as o cross join g), p as (select id, grain, case grain "
        "when 'm' then 1 when 'q' then 3 end as x from s) select id, x from p where grain = 'm'",
    ),
    "a branch that a condition rules out": (
        "with u as (select 'a' as kind, id from raw.orders) select id from u where kind = 'a'",
        "with u as (select 'a' as kind, id from raw.orders union all "
        "select 'b' as kind, id from raw.customers) select id from u where kind = 'a'",
    ),
}

OTHER = {
    "coalesce inside the nullable side of an outer join": (
        "select o.id, coalesce(c.name, '?') as name from raw.orders as o "
        "left join raw.customers as c on o.customer = c.id",
        "with c as (select id, coalesce(name, '?') as name from raw.customers) "
        "select o.id, c.name from raw.orders as o left join c on o.customer = c.id",
    ),
    "a constant inside the nullable side of an outer join": (
        "select o.id, true as is_known from raw.orders as o "
        "left join raw.customers as c on o.customer = c.id",
        "with c as (select id, true as is_known from raw.customers) "
        "select o.id, c.is_known from raw.orders as o left join c on o.customer = c.id",
    ),
    "a condition in ON or in WHERE of a left join": (
        "select o.id, c.name from raw.orders as o left join raw.customers as c "
        "on o.customer = c.id and c.country = 'DE'",
        "select o.id, c.name from raw.orders as o left join raw.customers as c "
        "on o.customer = c.id where c.country = 'DE'",
    ),
    "a condition on the left side in ON or in WHERE": (
        "select o.id, c.name from raw.orders as o left join raw.customers as c "
        "on o.customer = c.id and o.state = 'a'",
        "select o.id, c.name from raw.orders as o left join raw.customers as c "
        "on o.customer = c.id where o.state = 'a'",
    ),
    "a condition before or after a window": (
        "with w as (select id, state, count(*) over () as n from raw.orders) "
        "select id, n from w where state = 'a'",
        "with w as (select id, state, count(*) over () as n from raw.orders where state = 'a') "
        "select id, n from w",
    ),
    "a condition before or after grouping, not on a key": (
        "with s as (select customer, max(state) as state from raw.orders group by customer) "
        "select customer from s where state = 'a'",
        "with s as (select customer, max(state) as state from raw.orders where state = 'a' "
        "group by customer) select customer from s",
    ),
    "inner or left join": (
        "select o.id from raw.orders as o join raw.customers as c on o.customer = c.id",
        "select o.id from raw.orders as o left join raw.customers as c on o.customer = c.id",
    ),
    "a left join that can match twice": (
        "select o.id from raw.orders as o",
        "select o.id from raw.orders as o left join raw.visits as v on o.customer = v.customer",
    ),
    "the first of each, by another key than the join's": (
        "select id from raw.orders",
        "with w as (select *, row_number() over (partition by page order by seen_at) as r "
        "from raw.visits), f as (select * from w where r = 1) "
        "select o.id from raw.orders as o left join f on o.customer = f.customer",
    ),
    "the second of each, not the first": (
        "select id from raw.orders",
        "with w as (select *, row_number() over (partition by customer order by seen_at) as r "
        "from raw.visits), f as (select * from w where r >= 1) "
        "select o.id from raw.orders as o left join f on o.customer = f.customer",
    ),
    "a cross join to a table": (
        "select id from raw.orders",
        "select o.id from raw.orders as o cross join raw.visits as v",
    ),
    "union or union all": (
        "select id from raw.orders union all select id from raw.customers",
        "select id from raw.orders union select id from raw.customers",
    ),
    "columns of a union crossed": (
        "select id as a, customer as b from raw.orders "
        "union all select id as a, name as b from raw.customers",
        "select id as a, customer as b from raw.orders "
        "union all select name as a, id as b from raw.customers",
    ),
    "the sides of a self-join": (
        "select a.id, b.amount from raw.orders as a join raw.orders as b on a.id < b.id",
        "select b.id, a.amount from raw.orders as a join raw.orders as b on a.id < b.id",
    ),
    "which copy of a self-join": (
        "select a.id, a.amount from raw.orders as a join raw.orders as b on a.id < b.id",
        "select a.id, b.amount from raw.orders as a join raw.orders as b on a.id < b.id",
    ),
    "which window partition": (
        "select id, row_number() over (partition by customer order by seen_at) as n "
        "from raw.orders join raw.visits using (customer)",
        "select id, row_number() over (partition by page order by seen_at) as n "
        "from raw.orders join raw.visits using (customer)",
    ),
    "window order": (
        "select row_number() over (order by id) as n from raw.orders",
        "select row_number() over (order by id desc) as n from raw.orders",
    ),
    "nulls first": (
        "select row_number() over (order by id) as n from raw.orders",
        "select row_number() over (order by id nulls first) as n from raw.orders",
    ),
    "a window's frame": (
        "select sum(amount) over (order by id) as n from raw.orders",
        "select sum(amount) over (order by id rows 1 preceding) as n from raw.orders",
    ),
    "a month and a day added in another order": (
        "select paid_at + interval '1' month + interval '1' day as x from raw.orders",
        "select paid_at + interval '1' day + interval '1' month as x from raw.orders",
    ),
    "months and days, multiplied, added in another order": (
        "select paid_at + 1 * interval '1' month + 1 * interval '1' day as x from raw.orders",
        "select paid_at + 1 * interval '1' day + 1 * interval '1' month as x from raw.orders",
    ),
    "a difference turned": (
        "select id - amount as x from raw.orders",
        "select amount - id as x from raw.orders",
    ),
    "a ratio turned": (
        "select id / amount as x from raw.orders",
        "select amount / id as x from raw.orders",
    ),
    "integer division": (
        "select id / amount as x from raw.orders",
        "select id // amount as x from raw.orders",
    ),
    "a type": (
        "select cast(amount as integer) as x from raw.orders",
        "select cast(amount as bigint) as x from raw.orders",
    ),
    "count of rows or of values": (
        "select count(*) as n from raw.orders",
        "select count(amount) as n from raw.orders",
    ),
    "distinct in an aggregate": (
        "select count(customer) as n from raw.orders",
        "select count(distinct customer) as n from raw.orders",
    ),
    "filter of an aggregate": (
        "select count(*) filter (where state = 'a') as n from raw.orders",
        "select count(*) filter (where state = 'b') as n from raw.orders",
    ),
    "the order of case branches": (
        "select case when id > 1 then 'a' when id > 2 then 'b' end as x from raw.orders",
        "select case when id > 2 then 'b' when id > 1 then 'a' end as x from raw.orders",
    ),
    "a limit": (
        "select id from raw.orders order by id limit 3",
        "select id from raw.orders order by id limit 4",
    ),
    "what a limit orders by": (
        "select id from raw.orders order by id limit 3",
        "select id from raw.orders order by amount limit 3",
    ),
    "distinct": (
        "select customer from raw.orders",
        "select distinct customer from raw.orders",
    ),
    "a grouping key dropped": (
        "select customer, count(*) as n from raw.orders group by customer, state",
        "select customer, count(*) as n from raw.orders group by customer",
    ),
    "the table": (
        "select id from raw.orders",
        "select id from raw.customers",
    ),
    "a column of the same type": (
        "select state as x from raw.orders",
        "select customer as x from raw.orders",
    ),
    "in or not in": (
        "select id from raw.orders where state in ('a', 'b')",
        "select id from raw.orders where state not in ('a', 'b')",
    ),
    "an IN subquery's condition": (
        "select id from raw.orders where customer in (select id from raw.customers)",
        "select id from raw.orders where customer in "
        "(select id from raw.customers where country = 'DE')",
    ),
    "a correlated subquery's table": (
        "select id from raw.orders as o where exists "
        "(select 1 from raw.visits as v where v.customer = o.customer)",
        "select id from raw.orders as o where exists "
        "(select 1 from raw.customers as v where v.name = o.customer)",
    ),
    "what a correlated subquery looks at": (
        "with a as (select customer, id from raw.orders) select id from a as o where exists "
        "(select 1 from raw.visits as v where v.customer = o.customer)",
        "with a as (select state as customer, id from raw.orders) select id from a as o "
        "where exists (select 1 from raw.visits as v where v.customer = o.customer)",
    ),
    "a recursive CTE's step": (
        "with recursive n as (select 1 as x union all select x + 1 from n where x < 9) "
        "select x from n",
        "with recursive n as (select 1 as x union all select x + 2 from n where x < 9) "
        "select x from n",
    ),
    "a full join": (
        "select o.id from raw.orders as o full join raw.customers as c on o.customer = c.id",
        "select o.id from raw.orders as o left join raw.customers as c on o.customer = c.id",
    ),
    "the constant that a coalesce gives is the one asked for": (
        "select id from raw.orders where coalesce(state, 'a') = 'a'",
        "select id from raw.orders where coalesce(state, 'b') = 'a'",
    ),
    "coalesce in a value that is shown": (
        "select coalesce(state, 'none') = 'a' as x from raw.orders",
        "select state = 'a' as x from raw.orders",
    ),
    "a case for a value that does occur": (
        "with g as (select 'm' as grain union all select 'q' as grain) "
        "select case grain when 'm' then id else id + 1 end as x from raw.orders cross join g",
        "with g as (select 'm' as grain union all select 'q' as grain) "
        "select case grain when 'q' then id else id + 1 end as x from raw.orders cross join g",
    ),
    "a comparison of constants that the database decides": (
        "select id from raw.orders where 'B' < 'a'",
        "select id from raw.orders",
    ),
    "between with its ends in any order": (
        "select id from raw.orders where amount between symmetric 3 and 1",
        "select id from raw.orders where amount between 3 and 1",
    ),
    "having without a group": (
        "select 1 as x from raw.orders having 1 < 0",
        "select 1 as x from raw.orders",
    ),
    "a value that nothing may match": (
        "with g as (select 'm' as grain, 1 as id) select o.id, g.grain = 'm' as x "
        "from raw.orders as o left join g on o.id = g.id",
        "with g as (select 'm' as grain, 1 as id) select o.id, true as x "
        "from raw.orders as o left join g on o.id = g.id",
    ),
    "a branch that a condition does not rule out": (
        "with u as (select 'a' as kind, id from raw.orders) select id from u where kind = 'a'",
        "with u as (select 'a' as kind, id from raw.orders union all "
        "select state as kind, id from raw.orders) select id from u where kind = 'a'",
    ),
}


@pytest.mark.parametrize(("first", "second"), SAME.values(), ids=SAME)
def test_cosmetic(first: str, second: str) -> None:
    assert fingerprint(first) == fingerprint(second)


@pytest.mark.parametrize(("first", "second"), OTHER.values(), ids=OTHER)
def test_meaning(first: str, second: str) -> None:
    assert fingerprint(first) != fingerprint(second)


def test_a_model_split_in_two() -> None:
    whole = fingerprint(
        "select customer, sum(amount) as paid from raw.orders where state = 'a' group by customer"
    )
    split = fingerprint(
        "select customer, sum(amount) as paid from main.paid_orders group by customer",
        {"paid_orders": "select * from raw.orders where state = 'a'"},
    )
    assert whole == split


def test_a_column_of_the_number_by_its_name() -> None:
    assert fingerprint("select id as a from raw.orders") != fingerprint(
        "select id as b from raw.orders"
    )


def test_only_the_columns_asked_for() -> None:
    first = "select id, amount as version from raw.orders"
    second = "select id, state as version from raw.orders"
    assert fingerprint(first, columns=["id"]) == fingerprint(second, columns=["id"])
    assert fingerprint(first) != fingerprint(second)


def test_a_leaf_is_not_looked_into() -> None:
    sql = "select o.id from raw.orders as o join main.clock as c on o.paid_at <= c.now"
    first = {"clock": "select max(paid_at) as now from raw.orders"}
    second = {"clock": "select min(paid_at) as now from raw.orders"}
    assert fingerprint(sql, first, leaves=("clock",)) == fingerprint(sql, second, leaves=("clock",))
    assert fingerprint(sql, first) != fingerprint(sql, second)
