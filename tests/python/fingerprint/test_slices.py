"""Which slices of a metric depend on a vocabulary: never one too few, one too many only where it
cannot be shown."""

import tempfile
from pathlib import Path

import pytest

from tests.python.fingerprint.compiled_models import manifest
from trustmetrics.fingerprint.project import CompiledProject

CODES = "code,kind\nk1,fraud\nk2,spam\n"
SUBJECTS = """
subjects as (
    select o.paid_at, o.country, coalesce(c.kind, 'unmapped') as kind, o.amount
    from raw.orders as o
    {join}
),
"""
LEFT = "left join main.codes as c on o.state = c.code"
INNER = "inner join main.codes as c on o.state = c.code"
CELLS = """
cells as (
    select paid_at, country, kind, {measure} as measure
    from subjects
    {where}
    group by paid_at, country, kind
),
"""
SLICED = """
sliced as (
    select
        cells.paid_at as period,
        slices.slice,
        case slices.slice
            when 'overall' then 'all' when 'country' then cells.country
            when 'kind' then cells.kind end as slice_value,
        {total} as value
    from cells
    cross join (
        select 'overall' as slice union all select 'country' union all select 'kind'
    ) as slices
    group by 1, 2, 3
)
"""
LAST = "select period, cast(slice as varchar) as slice, slice_value, value from sliced"
SLICES = ["overall", "country", "kind"]


def _moved(
    join: str = LEFT,
    measure: str = "count(*)",
    total: str = "sum(cells.measure)",
    last: str = LAST,
    where: str = "",
) -> list[str]:
    """The slices that may depend on the vocabulary."""
    sql = "with" + SUBJECTS.format(join=join) + CELLS.format(measure=measure, where=where)
    content = manifest({"kpi": sql + SLICED.format(total=total) + last}, {"codes": CODES})
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "codes.csv").write_text(CODES)
        project = CompiledProject(content, Path(folder), (), ("codes",))
        node = content["nodes"]["model.shop.kpi"]
        read = project.read_by_slice(node, project.column_names(node), "slice", SLICES)
    assert set().union(*read.values()) <= {"codes"}
    return [one for one, names in read.items() if names]


@pytest.mark.parametrize(
    ("measure", "total"),
    [
        ("count(*)", "sum(cells.measure)"),
        ("sum(amount)", "sum(cells.measure)"),
        ("count(*) filter (where amount > 1)", "sum(cells.measure)"),
        ("min(amount)", "min(cells.measure)"),
        ("max(amount)", "max(cells.measure)"),
    ],
)
def test_a_slice_of_the_code_alone_where_parts_are_summed_up(measure: str, total: str) -> None:
    assert _moved(measure=measure, total=total) == ["kind"]


@pytest.mark.parametrize(
    ("measure", "total"),
    [
        ("count(*)", "count(*)"),
        ("count(*)", "max(cells.measure)"),
        ("count(*)", "avg(cells.measure)"),
        ("count(*)", "sum(cells.measure) filter (where cells.measure > 1)"),
        ("count(*)", "sum(cells.measure * cells.measure)"),
        ("count(*)", "sum(cells.measure) / count(*)"),
        ("avg(amount)", "sum(cells.measure)"),
        ("min(amount)", "sum(cells.measure)"),
        ("count(distinct amount)", "sum(cells.measure)"),
        ("count(*) filter (where kind = 'spam')", "sum(cells.measure)"),
        ("count(*)", "sum(case when cells.kind = 'spam' then 1 end)"),
    ],
)
def test_every_slice_where_the_kind_can_reach_the_value(measure: str, total: str) -> None:
    assert _moved(measure=measure, total=total) == SLICES


def test_every_slice_where_the_vocabulary_decides_which_rows_there_are() -> None:
    assert _moved(join=INNER) == SLICES
    assert _moved(where="where kind <> 'spam'") == SLICES


def test_every_slice_where_groups_are_left_out_by_what_they_count() -> None:
    assert _moved(where="where country <> 'xx'") == ["kind"]
    having = CELLS.replace(
        "group by paid_at, country, kind", "group by 1, 2, 3 having count(*) > 5"
    )
    sql = "with" + SUBJECTS.format(join=LEFT) + having.format(measure="count(*)", where="")
    content = manifest(
        {"kpi": sql + SLICED.format(total="sum(cells.measure)") + LAST}, {"codes": CODES}
    )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "codes.csv").write_text(CODES)
        project = CompiledProject(content, Path(folder), (), ("codes",))
        node = content["nodes"]["model.shop.kpi"]
        read = project.read_by_slice(node, project.column_names(node), "slice", SLICES)
    assert [one for one, names in read.items() if names] == SLICES


JOINED = """,
totals as (
    select period, slice, slice_value, sum(value) as total from sliced group by 1, 2, 3
),
exposed as (
    select 'overall' as slice, 'all' as slice_value, v.page as size from raw.visits as v
    union all
    select 'kind' as slice, known.slice_value, v.page as size
    from raw.visits as v
    cross join (select distinct slice_value from sliced where slice = 'kind') as known
)
select
    totals.period, exposed.slice, exposed.slice_value,
    coalesce(totals.total, 0) / exposed.size as value
from exposed
{side} join totals on exposed.slice = totals.slice and exposed.slice_value = totals.slice_value
"""


@pytest.mark.parametrize("side", ["left", "inner"])
def test_a_slice_follows_an_equality_into_what_is_joined(side: str) -> None:
    assert _moved(last=JOINED.format(side=side)) == ["kind"]


@pytest.mark.parametrize("side", ["left", "inner"])
def test_a_slice_that_only_a_condition_pins_is_followed_too(side: str) -> None:
    sizes = "(select page as slice, seen_at as slice_value, 1 as size from raw.visits)"
    last = JOINED.format(side=side).replace("from exposed", f"from {sizes} as exposed")
    assert _moved(last=last) == ["kind"]


def test_without_the_equality_it_does_not() -> None:
    assert _moved(
        last=JOINED.format(side="left").replace("exposed.slice = totals.slice and ", "")
    ) == [
        "overall",
        "kind",
    ]


def test_a_subquery_counts() -> None:
    asked = LAST + " where slice_value in (select kind from main.codes)"
    assert _moved(last=asked) == SLICES
