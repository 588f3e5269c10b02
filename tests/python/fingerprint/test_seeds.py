"""Of a seed the rows and columns that a metric reads are part of its meaning, and no others; and so
is what stands outside every query: the door to the raw data, hooks, the macros of other engines."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.python.fingerprint.compiled_models import fingerprint, manifest
from trustmetrics.fingerprint.project import CompiledProject

SLA = "state,hours,note\na,1,x\nb,8,y\nc,24,z\n"
JOINED = (
    "select o.id, s.hours from raw.orders as o join main.sla as s on o.state = s.state "
    "where s.state in ('a', 'b')"
)
CODES = "code,kind,valid_from,valid_to\nk1,fraud,2020-01-01,2020-12-31\nk1,scam,2021-01-01,\n"
CODE_TYPES = {"codes": {"valid_from": "date", "valid_to": "date"}}
DATED = (
    "select o.id{column} from raw.orders as o left join main.codes as c on o.state = c.code "
    "and c.valid_from <= o.paid_at "
    "and coalesce(c.valid_to, cast('9999-12-31' as date)) >= o.paid_at"
)


def _of(sql: str, sla: str, types: dict[str, str] | None = None) -> Any:
    return fingerprint(sql, seeds={"sla": sla}, types={"sla": types or {}})


def test_a_value_that_is_read() -> None:
    assert _of(JOINED, SLA) != _of(JOINED, SLA.replace("b,8", "b,9"))


def test_only_the_seed_moves_and_not_the_logic() -> None:
    before, after = _of(JOINED, SLA), _of(JOINED, SLA.replace("b,8", "b,9"))
    assert before.logic == after.logic
    assert before.seeds.keys() == after.seeds.keys() == {"sla"}
    assert before.meaning != after.meaning


def test_a_column_that_is_not_read() -> None:
    assert _of(JOINED, SLA) == _of(JOINED, SLA.replace(",y", ",other"))


def test_a_row_that_the_conditions_rule_out() -> None:
    assert _of(JOINED, SLA) == _of(JOINED, SLA.replace("c,24", "c,48"))


def test_rows_in_another_order() -> None:
    assert _of(JOINED, SLA) == _of(JOINED, "state,hours,note\nb,8,y\nc,24,z\na,1,x\n")


def test_a_row_more() -> None:
    assert _of(JOINED, SLA) != _of(JOINED, SLA + "a,2,w\n")


def test_a_number_written_otherwise_is_the_same_if_its_type_says_so() -> None:
    other = SLA.replace("b,8", "b,8.0")
    assert _of(JOINED, SLA, {"hours": "double"}) == _of(JOINED, other, {"hours": "double"})
    assert _of(JOINED, SLA) != _of(JOINED, other)


def test_an_empty_cell_is_not_text() -> None:
    assert _of(JOINED, SLA) != _of(JOINED, SLA.replace("b,8", "b,"))


TYPED = """state,hours,since,is_open,note
a,1,2020-01-01,true,x
b,8,2021-06-30,false,x
B,,2020-12-31,true,x
,24,,,x
"""
TYPES = {"hours": "double", "since": "date", "is_open": "boolean"}
PLAIN_CONDITIONS = [
    "s.hours > 4",
    "s.hours < 8 or s.state is null",
    "s.hours is null",
    "not (s.hours = 8)",
    "s.hours in (1, 24) and s.state <> 'b'",
    "coalesce(s.hours, 24) = 24",
    "s.since between cast('2020-01-01' as date) and cast('2020-12-31' as date)",
    "s.since >= cast('2020-12-31' as date)",
    "coalesce(s.is_open, false)",
    "not s.is_open",
]
OTHER_CONDITIONS = ["s.state < 'b'", "length(s.state) = 1", "s.hours + 1 = 2", "s.hours <> null"]


@pytest.mark.parametrize("condition", [*PLAIN_CONDITIONS, *OTHER_CONDITIONS])
def test_the_rows_that_a_condition_lets_through_are_those_of_the_database(condition: str) -> None:
    sql = f"select o.id, s.note from raw.orders as o cross join main.sla as s where {condition}"
    header, *lines = TYPED.splitlines()
    before = _of(sql, TYPED, TYPES)
    for number, line in enumerate(lines):
        changed = [*lines[:number], line.removesuffix("x") + "y", *lines[number + 1 :]]
        moves = _of(sql, "\n".join([header, *changed]) + "\n", TYPES) != before
        values = ", ".join(f"'{cell}'" if cell else "null" for cell in line.split(","))
        columns = ", ".join(
            f"cast(col{n} as {TYPES.get(name, 'varchar')}) as {name}"
            for n, name in enumerate(header.split(","))
        )
        row = f"(select {columns} from (values ({values})))"
        is_let_through = bool(duckdb.sql(f"select 1 from {row} as s where {condition}").fetchall())
        if is_let_through or condition in PLAIN_CONDITIONS:
            assert moves == is_let_through, line


def _dated(column: str, codes: str) -> Any:
    return fingerprint(DATED.format(column=column), seeds={"codes": codes}, types=CODE_TYPES)


def test_times_that_do_not_overlap_find_one_row_at_most() -> None:
    """The join then plays no part where no column of the seed is used."""
    plain = fingerprint("select o.id from raw.orders as o")
    assert _dated("", CODES) == plain
    assert _dated(", c.kind", CODES) != _dated(", c.kind", CODES.replace("scam", "fraud"))


def test_times_that_overlap_can_find_two() -> None:
    plain = fingerprint("select o.id from raw.orders as o")
    assert _dated("", CODES.replace("2020-12-31", "2021-01-01")) != plain
    assert _dated("", CODES + "k1,spam,2022-01-01,\n") != plain


RATES = "code,low,high,kind\nk1,0,10,x\nk1,10,20,x\nk2,0,99,x\n,0,99,x\n,0,99,x\n"
RATE_TYPES = {"rates": {"low": "integer", "high": "integer"}}


def _rated(on: str, rates: str = RATES) -> Any:
    sql = f"select o.id from raw.orders as o left join main.rates as r on o.state = r.code and {on}"
    return fingerprint(sql, seeds={"rates": rates}, types=RATE_TYPES)


@pytest.mark.parametrize(
    ("on", "is_one_row"),
    [
        ("o.amount >= r.low and o.amount < r.high", True),
        ("o.amount >= r.low and o.amount <= r.high", False),
        ("coalesce(o.amount, 0) > r.low and coalesce(o.amount, 0) <= r.high", True),
        ("o.amount >= r.low and o.id < r.high", False),
        ("o.amount = r.low", True),
        ("o.amount >= r.low", False),
        ("r.low + r.high > o.amount", False),
        ("o.state > r.kind and o.state < r.kind", False),
    ],
)
def test_ranges_of_a_seed_that_share_no_value_find_one_row_at_most(
    on: str, is_one_row: bool
) -> None:
    assert (_rated(on) == fingerprint("select o.id from raw.orders as o")) == is_one_row


def _with_macros(macros: dict[str, str], **changes: Any) -> CompiledProject:
    content = manifest({"kpi": "select id from raw.orders"})
    content["macros"] = {
        f"macro.shop.{name}": {
            "name": name,
            "package_name": "shop",
            "macro_sql": text,
            "depends_on": {"macros": []},
        }
        for name, text in macros.items()
    }
    content["nodes"]["operation.shop.start"] = {
        "unique_id": "operation.shop.start",
        "resource_type": "operation",
        "tags": ["on-run-start"],
        "raw_code": "{{ open_door() }}",
        "depends_on": {"macros": ["macro.shop.open_door"], "nodes": []},
    }
    node = content["nodes"]["model.shop.kpi"]
    node["depends_on"]["macros"] = ["macro.shop.rounded"]
    node.update(changes)
    return CompiledProject(content, Path())


def _moves(first: CompiledProject, second: CompiledProject) -> bool:
    prints = [p.fingerprint(p.models("kpi")[None], ["id"]) for p in (first, second)]
    return prints[0] != prints[1]


def test_how_raw_data_are_opened() -> None:
    door = _with_macros({"open_door": "{% macro open_door() %}read_csv{% endmacro %}"})
    other = _with_macros({"open_door": "{% macro open_door() %}read_json{% endmacro %}"})
    told = _with_macros(
        {"open_door": "{# a word #}\n{% macro   open_door() %}read_csv{% endmacro %}"}
    )
    assert _moves(door, other)
    assert not _moves(door, told)


def _door(body: str, words: str) -> CompiledProject:
    """A door that calls a macro `words`, which calls another one."""
    project = _with_macros(
        {
            "open_door": f"{{% macro open_door() %}}{body}{{% endmacro %}}",
            "words": "{% macro words(fault) %}{{ return(more()) }}{% endmacro %}",
            "more": f"{{% macro more() %}}{words}{{% endmacro %}}",
        }
    )
    macros = project.manifest["macros"]
    macros["macro.shop.open_door"]["depends_on"]["macros"] = ["macro.shop.words"]
    macros["macro.shop.words"]["depends_on"]["macros"] = ["macro.shop.more"]
    return project


def test_what_the_door_says_to_people_is_no_part_of_a_number() -> None:
    speech = "{% if x %}{% do exceptions.raise_compiler_error(words('a %') ~ 'b') %}{% endif %}"
    better = speech.replace("'b'", "'better'")
    assert not _moves(_door(speech, "no such file"), _door(better, "there is no such file"))
    assert _moves(_door(speech, "one"), _door(speech.replace("if x", "if y"), "one"))


def test_what_speech_does_or_computes_is_a_part_of_the_number() -> None:
    for body, before, after in [
        ("{% do log(words()) %}", "{{ run_query('a') }}", "{{ run_query('b') }}"),
        ("{% do log(words()) %}{{ words() }}", "one", "two"),
        ("{% set x = words() %}", "one", "two"),
    ]:
        assert _moves(_door(body, before), _door(body, after))
    query = "{% do log(run_query('a')) %}"
    assert _moves(_door(query, ""), _door(query.replace("'a'", "'b'"), ""))


def test_hooks_and_increments_are_part_of_a_model() -> None:
    plain = _with_macros({})
    hooked = {"materialized": "view", "post-hook": [{"sql": "delete from {{ this }}"}]}
    increment = {"materialized": "incremental", "unique_key": "id"}
    assert _moves(plain, _with_macros({}, config=hooked))
    assert _moves(plain, _with_macros({}, config=increment))
    assert not _moves(plain, _with_macros({}, config={"materialized": "table"}))


def test_macros_of_other_engines_that_a_model_reaches() -> None:
    project = _with_macros(
        {"rounded": "", "postgres__rounded": "a", "postgres__unused": "b", "duckdb__rounded": "c"}
    )
    found = project.macros.of_other_engines(project.upstream(project.models("kpi").values()))
    assert found.keys() == {"postgres__rounded"}


def test_a_model_that_cannot_be_read_is_compared_as_text() -> None:
    unreadable = "select id from raw.orders where case when then"
    assert fingerprint(unreadable, columns=["id"]) == fingerprint(
        unreadable.replace("where", "\n-- a word\nwhere"), columns=["id"]
    )
    assert fingerprint(unreadable, columns=["id"]) != fingerprint(
        unreadable.replace("orders", "visits"), columns=["id"]
    )
