"""Our statement of the templates, held against the Commission's files; and filling them."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from trustmetrics.dsa.template import (
    RowKey,
    Value,
    blank_csv,
    part,
    part_csv,
    parts,
    the_template,
    written,
)
from trustmetrics.project import project_root

COMMISSION = project_root().parent / "shared" / "data" / "dsa_template"


@pytest.mark.parametrize("number", range(1, 12))
def test_the_blank_template_equals_the_commissions_file(number: int) -> None:
    """But for the line ends, which RFC 4180 wants as CRLF, and a space that stands for nothing."""
    if not COMMISSION.is_dir():
        pytest.skip("the Commission's templates are not here (../shared/data/dsa_template)")
    theirs = (COMMISSION / part(number).file).read_bytes().decode("utf-8")
    theirs = theirs.replace("STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN, \n",
                            "STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN,\n")  # fmt: skip
    assert blank_csv(number) == theirs.replace("\n", "\r\n")


def test_the_parts_are_what_annex_i_has() -> None:
    assert [len(it.columns) for it in parts()] == [4, 4, 20, 25, 37, 37, 8, 8, 8, 7, 5]
    assert [len(it.blank) for it in parts()] == [5, 100, 181, 91, 90, 98, 47, 35, 6, 4, 11]
    assert len(the_template().member_states) == 27
    assert len(the_template().languages) == 24


def test_ids_are_unique_and_contexts_are_about_a_column() -> None:
    for one in parts():
        ids = [it.id for it in one.columns]
        assert len(set(ids)) == len(ids)
        assert {it.about for it in one.columns if it.about} <= set(ids)
        assert len({line.key for line in one.lines()}) == len(one.lines())


def test_each_sub_category_is_of_the_category_above_it() -> None:
    above = ""
    for category in the_template().categories.values():
        if category.parent:
            assert category.parent == above
        else:
            above = category.label


@pytest.mark.parametrize(
    ("number", "expected"),
    [(3, 91 * 3), (8, 20 + 5 * 2), (9, 3 + 2), (10, 28), (4, 92)],
)
def test_rows_that_stand_for_several_are_replaced(number: int, expected: int) -> None:
    lines = part(number).lines(["SE", "AT"], ["bg", "sv"], {"1c": ["Feral cats", "Bees"]})
    states = 3 if number == 3 else 1
    assert len(lines) == expected + (states if number == 3 else 0)
    assert "between" not in {it.key.scope for it in lines}
    assert all("[" not in cell for it in lines for cell in it.cells.values())


def test_a_part_is_written_as_rfc_4180_has_it() -> None:
    lines = part(4).lines(others={"1c": ['Cats, "feral"']})
    values: dict[tuple[RowKey, str], Value] = {
        (RowKey("TOTAL"), "notices"): 1200,
        (RowKey("TOTAL"), "hours"): Decimal("24.50"),
        (RowKey("TOTAL"), "notices_tf"): 0,
    }
    text = part_csv(4, lines, values, "Example", "2026-01-01/2026-06-30")
    assert text.count("\r\n") == text.count("\n") == 92
    assert '"Cats, ""feral"""' in text
    header, total, *_ = csv.reader(io.StringIO(text, newline=""))
    assert header[5] == "Number of notices received "
    assert total[1:11] == [
        "Example", "2026-01-01/2026-06-30", "TOTAL", "", "1200", "0", "", "", "24.5", ""
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (0, "0"), (1200, "1200"), (0.1, "0.1"), (12.0, "12"), (Decimal("1E+3"), "1000"),
        (1e-7, "0.0000001"), (date(2026, 2, 28), "2026-02-28"), ("text", "text"),
    ],
)  # fmt: skip
def test_values_are_written_plainly(value: Value, text: str) -> None:
    assert written(value) == text


def test_what_is_not_finite_is_not_written() -> None:
    with pytest.raises(ValueError, match="nan"):
        written(float("nan"))
