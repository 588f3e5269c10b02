"""Of a seed the rows and columns that a metric reads are part of its meaning, and no others; and so
is what stands outside every query: the door to the raw data, hooks, the macros of other engines."""

from pathlib import Path
from typing import Any

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


def test_an_empty_cell_is_no_text() -> None:
    assert _of(JOINED, SLA) != _of(JOINED, SLA.replace("b,8", "b,"))


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
