"""What map init makes of names, values and times."""

from __future__ import annotations

import re

import duckdb
import pytest

from tests.python.helpers import ROOT
from trustmetrics.check.declared import read_contract
from trustmetrics.mapping.match import SURE, match
from trustmetrics.mapping.names import is_private, known, likeness, means_id, tokens
from trustmetrics.mapping.profile import profile
from trustmetrics.mapping.skeleton import select_text
from trustmetrics.mapping.times import time_form
from trustmetrics.mapping.values import enum_value

CONTRACT = {raw.name: raw for raw in read_contract(ROOT)}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ticketNo", ("ticket", "no")),
        ("TICKET_ID", ("ticket", "id")),
        ("user  categories", ("user", "category")),
        ("HTTPStatus", ("http", "status")),
        ("status", ("status",)),
        ("", ()),
    ],
)
def test_words_of_a_name(name: str, expected: tuple[str, ...]) -> None:
    assert tokens(name) == expected


@pytest.mark.parametrize(
    ("name", "wanted", "is_sure"),
    [
        ("case_id", "case_id", True),
        ("ticketNumber", "case_id", True),
        ("verdict_no", "decision_id", True),
        ("member", "account_id", True),
        ("user_id", "subject_account_id", False),
        ("rule_code", "policy_code", True),
        ("content_views", "content_id", False),
        ("seller_name", "surface", False),
    ],
)
def test_names_that_mean_the_same(name: str, wanted: str, is_sure: bool) -> None:
    assert (likeness(name, wanted) >= SURE) == is_sure


def test_the_key_of_a_table() -> None:
    assert all(means_id(name, "tickets") for name in ("id", "ticket_no", "TicketID", "nr"))
    assert not any(means_id(name, "tickets") for name in ("verdict_no", "created", "ticket"))


def test_names_of_persons() -> None:
    assert all(map(is_private, ("email", "user_id", "notes", "agent", "full_name")))
    assert not any(map(is_private, ("user_type", "status", "area", "account_status")))


OUTCOME = ("violation", "no_violation", "insufficient_information")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Violation", ("violation", True)),
        ("no violation", ("no_violation", True)),
        ("NO-VIOLATION", ("no_violation", True)),
        ("violations", ("violation", True)),
        ("insufficient informations", ("insufficient_information", True)),
        ("insuficient information", ("insufficient_information", False)),
        ("non violation", ("", False)),
        ("not a violation", ("", False)),
        ("remove", ("", False)),
        ("", ("", False)),
        ("?!", ("", False)),
    ],
)
def test_a_value_of_an_enum(value: str, expected: tuple[str, bool]) -> None:
    assert enum_value(value, OUTCOME) == expected


def test_every_enum_value_means_itself() -> None:
    for raw in CONTRACT.values():
        for column in raw.columns:
            for value in column.enum:
                assert enum_value(value, column.enum) == (value, True), (raw.name, column.name)


def test_no_spelling_of_one_enum_has_two_meanings() -> None:
    for raw in CONTRACT.values():
        for column in raw.columns:
            seen: dict[tuple[str, ...], str] = {}
            for value in column.enum:
                for other in known()["values"].get(value, ()):
                    assert seen.setdefault(tokens(other), value) == value, (column.name, other)


def test_the_synonyms_name_what_the_contract_has() -> None:
    columns = {column.name for raw in CONTRACT.values() for column in raw.columns}
    full = {f"{raw.name}.{column.name}" for raw in CONTRACT.values() for column in raw.columns}
    assert set(known()["tables"]) <= set(CONTRACT)
    assert set(known()["columns"]) <= columns | full
    assert set(known()["doubtful"]) <= columns
    values = {value for raw in CONTRACT.values() for column in raw.columns for value in column.enum}
    assert set(known()["values"]) <= values


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["2026-03-29 02:30:00", "2026-03-01 00:00:00"], ("%Y-%m-%d %H:%M:%S", "local", True, "")),
        (["2026-03-29T02:30:00Z"], ("%Y-%m-%dT%H:%M:%SZ", "UTC", True, "")),
        (["2026-03-29T02:30:00+02:00"], ("%Y-%m-%dT%H:%M:%S%z", "offset", True, "")),
        (["29.03.2026 02:30"], ("%d.%m.%Y %H:%M", "local", True, "")),
        (["29.3.2026"], ("%d.%m.%Y", "local", False, "")),
        (["13/02/2026", "01/02/2026"], ("%d/%m/%Y", "local", False, "")),
        (["02/13/2026", "01/02/2026"], ("%m/%d/%Y", "local", False, "")),
        (["01/02/2026"], ("%d/%m/%Y", "local", False, "%m/%d/%Y")),
        (["20260329"], ("%Y%m%d", "local", False, "")),
        (["03/29/2026 02:30 PM"], ("%m/%d/%Y %I:%M %p", "local", True, "")),
    ],
)
def test_the_form_of_times(values: list[str], expected: tuple) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table t (x varchar)")
        connection.executemany("insert into t values (?)", [[value] for value in values])
        form = time_form(connection, "t", "x", ())
    assert form is not None
    assert (*form.formats, form.zone, form.has_clock, form.doubt) == expected


@pytest.mark.parametrize(
    "values",
    [
        ["2026-03-29T02:30:00Z", "2026-03-29T02:30:00+02:00"],
        ["2026-03-29 02:30:00", "soon"],
        ["31.02.2026"],
        ["1026-01-01"],
        ["a-1-b-2"],
    ],
)
def test_text_that_no_form_reads(values: list[str]) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table t (x varchar)")
        connection.executemany("insert into t values (?)", [[value] for value in values])
        assert time_form(connection, "t", "x", ()) is None


def mapped(statement: str, table: str) -> str:
    """The SQL that is made for a raw table of a database with one table."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(statement)
        ((name,),) = connection.execute("select table_name from duckdb_tables()").fetchall()
        found = match(list(CONTRACT.values()), [profile(connection, name)])
        (made,) = [one for one in found if one.raw.name == table]
        return select_text(made, frozenset())


def lines_of(statement: str, table: str, column: str) -> str:
    """The lines of one column in it."""
    body = mapped(statement, table).split("select\n", 1)[1]
    before = body.split(f" as {column},\n")[0]
    return re.split(r" as \w+,\n", before)[-1]


TICKETS = (
    "create table cases as select i as case_id, {opened} as opened_at, {severity} as severity, "
    "'Q' as queue, 'P' as policy_code, 'S' as surface, 'R' as region, i as subject_account_id "
    "from range(12) as t (i)"
)


def tickets(opened: str = "timestamp '2026-01-01'", severity: str = "'high'") -> str:
    """A table of cases with one expression or another."""
    return TICKETS.format(opened=opened, severity=severity)


@pytest.mark.parametrize(
    ("opened", "expected"),
    [
        ("timestamp '2026-01-01'", "timezone(getvariable('time_zone'), opened_at)"),
        ("timestamptz '2026-01-01 00:00:00+01'", "timezone('UTC', opened_at)"),
        ("1767225600 + i", "timezone('UTC', to_timestamp(opened_at))"),
        ("1767225600000 + i", "epoch_ms(opened_at)"),
        ("'2026-01-01T00:00:00Z'", "strptime(opened_at, '%Y-%m-%dT%H:%M:%SZ')"),
        (
            "['2026-01-01 00:00:00', 'NULL'][1 + i % 2]",
            "strptime(nullif(opened_at, 'NULL'), '%Y-%m-%d %H:%M:%S')",
        ),
        ("date '2026-01-01'", "-- DECIDE: it holds no time of day: midnight is taken."),
        ("'01/02/2026 10:00'", "-- DECIDE: every value could also be read as %m/%d/%Y %H:%M."),
    ],
)
def test_times_become_utc_by_what_they_are(opened: str, expected: str) -> None:
    assert expected in lines_of(tickets(opened), "cases", "opened_at")


def test_only_what_cannot_be_guessed_of_an_enum_is_left() -> None:
    severity = "['Urgent ', 'high', 'P9', 'criticle'][1 + i % 4]"
    lines = lines_of(tickets(severity=severity), "cases", "severity")
    assert "when 'urgent' then 'critical' -- 3 rows" in lines
    assert "when 'high' then 'high' -- 3 rows" in lines
    assert "when 'p9' then 'DECIDE' -- 3 rows" in lines
    assert "when 'criticle' then 'critical' -- DECIDE: 3 rows, a guess" in lines
    # A value that comes later stays as it is, for the contract to reject and count.
    assert "else severity" in lines


def test_an_id_is_the_same_whether_a_tool_wrote_42_or_42_0() -> None:
    statement = (
        "create table cases as select i::double as case_id, (i || '.0') as subject_account_id, "
        "timestamp '2026-01-01' as opened_at, 'high' as severity, 'Q' as queue, "
        "'P' as policy_code, 'S' as surface, 'R' as region from range(12) as t (i)"
    )
    with duckdb.connect() as connection:
        connection.execute(statement)
        for name in ("case_id", "subject_account_id"):
            expression = lines_of(statement, "cases", name)
            made = connection.execute(f"select {expression} from cases").fetchall()
            assert sorted(made) == sorted((str(i),) for i in range(12)), name


def joined(second_key: int) -> str:
    """The map of cases, whose region stands with the accounts; one of these may be there twice."""
    with duckdb.connect() as connection:
        connection.execute(
            "create table tickets as select i as id, timestamp '2026-01-01' as opened, "
            "'high' as prio, 'Q' as queue, 'P' as policy, 'S' as surface, i as seller_id "
            "from range(5) as t (i)"
        )
        connection.execute(
            "create table accounts as select * from (values (1, 'EU'), "
            f"({second_key}, 'NA')) as t (account_id, region)"
        )
        tables = [profile(connection, name) for name in ("tickets", "accounts")]
        found = {one.raw.name: one for one in match(list(CONTRACT.values()), tables)}
        return select_text(found["cases"], frozenset())


def test_a_join_is_proposed_only_where_it_cannot_double_rows() -> None:
    assert "-- DECIDE: read through accounts, which has one row per account_id." in joined(2)
    assert "left join accounts\n" in joined(2)
    assert "join" not in joined(1).split("select\n")[1]


def test_values_of_persons_are_not_written() -> None:
    made = mapped(
        "create table members as select i as id, timestamp '2026-01-01' as joined, "
        "'EU' as country, ['ann@example.org', 'bob@example.org'][1 + i % 2] as kind "
        "from range(12) as t (i)",
        "accounts",
    )
    assert "example.org" not in made
    assert "-- DECIDE: its values are not shown, as they may be of persons." in made


def test_names_that_may_mean_something_else_are_to_be_decided() -> None:
    made = mapped(
        "create table user_strikes as select i as id, i as case_id, timestamp '2026-01-01' as "
        "\"timestamp\", i % 3 as user_id, 'warning' as type, false as automated "
        "from range(9) as t (i)",
        "enforcement_actions",
    )
    assert '-- DECIDE: "timestamp" is a guess (0.70). Is it this? When the action took' in made
    assert (
        "-- DECIDE: user_id is a guess (0.70). Is it this? Pseudonymous id of the account" in made
    )


def items(item: str) -> str:
    """The map of cases with one expression as the item that they are about."""
    return mapped(tickets().replace("select i as case_id", f"select {item} as item, i as case_id"),
                  "cases")  # fmt: skip


def test_what_people_wrote_is_not_taken_for_an_id() -> None:
    assert "    item as content_id,\n" in items("'k' || i")
    assert "cast(null as varchar) as content_id" in items("'buy now ' || i")
    assert "cast(null as varchar) as content_id" in items("repeat('x', 129)")


def test_addresses_as_ids_are_to_be_hidden() -> None:
    hidden = "-- DECIDE: its values are addresses. Hide them: sha256('a secret' || item)."
    assert hidden in items("i || '@x.com'")
