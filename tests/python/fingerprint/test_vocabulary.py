"""A seed with a history of its own is a leaf: its rows are no part of a fingerprint; its columns,
their types and how it is joined are, and so is whether a join to it finds several rows."""

from typing import Any

import pytest

from tests.python.fingerprint.compiled_models import fingerprint

CODES = "code,kind,valid_from,valid_to\nk1,fraud,2020-01-01,2020-12-31\nk1,scam,2021-01-01,\n"
TYPES = {"valid_from": "date", "valid_to": "date"}
ON = (
    "o.state = c.code and c.valid_from <= o.paid_at "
    "and coalesce(c.valid_to, cast('9999-12-31' as date)) >= o.paid_at"
)
USED = f"select o.id, c.kind from raw.orders as o left join main.codes as c on {ON}"
UNUSED = f"select o.id from raw.orders as o left join main.codes as c on {ON}"
INNER = f"select o.id, c.kind from raw.orders as o inner join main.codes as c on {ON}"
GROUPED = "select c.kind, count(*) as codes from main.codes as c group by c.kind"
EXISTS = "select o.id from raw.orders as o where o.state in (select code from main.codes)"

NEW_CODE = CODES + "k2,spam,2020-01-01,\n"
OTHER_KIND = CODES.replace("scam", "spam")
GONE = "code,kind,valid_from,valid_to\nk1,scam,2021-01-01,\n"
OVERLAPPING = CODES + "k1,spam,2022-01-01,\n"


def _of(sql: str, codes: str = CODES, types: dict[str, str] | None = None) -> Any:
    return fingerprint(
        sql, seeds={"codes": codes}, types={"codes": types or TYPES}, vocabularies=("codes",)
    )


@pytest.mark.parametrize("sql", [USED, UNUSED, INNER, GROUPED, EXISTS])
@pytest.mark.parametrize("codes", [NEW_CODE, OTHER_KIND, GONE])
def test_other_rows_move_nothing(sql: str, codes: str) -> None:
    assert _of(sql) == _of(sql, codes)


def test_a_seed_that_is_none_counts_row_by_row() -> None:
    seeds = {"seeds": {"codes": CODES}, "types": {"codes": TYPES}}
    assert fingerprint(USED, **seeds) != _of(USED)
    assert fingerprint(USED, **seeds) != fingerprint(
        USED, **{**seeds, "seeds": {"codes": NEW_CODE}}
    )


@pytest.mark.parametrize("sql", [USED, INNER, UNUSED])
def test_a_row_that_makes_a_join_find_two_is_a_change_of_meaning(sql: str) -> None:
    assert _of(sql) != _of(sql, OVERLAPPING)


@pytest.mark.parametrize(
    "sql",
    [
        USED.replace("c.valid_from <=", "c.valid_from <"),
        USED.replace("left join", "inner join"),
        USED.replace("o.state = c.code", "o.customer = c.code"),
        USED.replace("c.kind", "c.code as kind"),
    ],
)
def test_another_join_or_column_is_a_change_of_meaning(sql: str) -> None:
    assert _of(USED) != _of(sql)


def test_another_type_of_a_column_that_is_read_is_a_change_of_meaning() -> None:
    assert _of(USED) != _of(USED, types={**TYPES, "kind": "integer"})
    assert _of(GROUPED) == _of(GROUPED, types={"valid_to": "date"})


def test_a_column_more_in_the_seed_moves_nothing() -> None:
    wider = "\n".join(f"{line},x" for line in CODES.splitlines()) + "\n"
    assert _of(USED) == _of(USED, wider.replace("valid_to,x", "valid_to,note", 1))


def test_it_says_which_columns_are_read_and_of_which_vocabularies() -> None:
    assert _of(USED).vocabularies == {"codes": ["code", "kind", "valid_from", "valid_to"]}
    assert _of(GROUPED).vocabularies == {"codes": ["kind"]}
    assert _of(EXISTS).vocabularies == {"codes": ["code"]}
    assert _of("select count(*) as codes from main.codes").vocabularies == {"codes": []}
    assert _of(UNUSED).vocabularies == {}
    assert _of(USED).seeds == {}
