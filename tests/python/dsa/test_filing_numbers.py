"""What stands in the cells of a report: each rule of Annex II that is about filling them in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.python.dsa.filing import (
    FILER,
    Filled,
    category_rows,
    example_filer,
    file_report,
    fill_report,
    indicator_rows,
)
from tests.python.helpers import Run, query
from trustmetrics.dsa.template import parts
from trustmetrics.errors import UserError

pytest.importorskip("openpyxl")
VIOLENCE = "STATEMENT_CATEGORY_VIOLENCE"
SCAMS = "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"
COUNTED = (3, 4, 5, 6)


def counts(filed: Filled, number: int) -> set[str]:
    """What the cells for counts of a part hold."""
    names = [column.id for column in parts()[number - 1].columns if column.kind == "count"]
    return {row[name] for row in filed.rows(number) for name in names}


def test_zero_where_it_applies_and_nothing_happened_and_medians_blank(tmp_path: Path) -> None:
    filed = fill_report(tmp_path)
    for number in COUNTED:
        assert counts(filed, number) == {"0"}
    hours = [column.id for column in parts()[2].columns if column.kind == "hours"]
    assert {row[name] for row in filed.rows(3) for name in hours} == {""}
    assert filed.row(7, "complaints")["value"] == "0"
    assert filed.row(7, "complaints", "median")["value"] == ""


APPLYING = {
    "intermediary": {3, 5, 6, 7, 8, 11},
    "hosting": {3, 4, 5, 6, 7, 8, 11},
    "platform": {3, 4, 5, 6, 7, 8, 11},
    "vlop": {3, 4, 5, 6, 7, 8, 9, 10, 11},
    "vlose": {3, 5, 6, 7, 8, 10, 11},
}


@pytest.mark.parametrize("kind", APPLYING)
def test_what_does_not_apply_to_the_kind_of_provider_is_blank(tmp_path: Path, kind: str) -> None:
    filer = FILER | {"provider": {"name": "Plaza Ltd", "kind": kind}}
    if kind == "vlop":
        filer |= {"moderators": {"internal": 2.5}}
    if kind in ("vlop", "vlose"):
        filer |= {"recipients": {"total": 27, "EL": 1}}
    filed = fill_report(tmp_path, filer=filer)
    assert any(it.is_owed for it in filed.report.blanks) == (kind in ("vlop", "vlose"))
    found = {
        part.number
        for part in parts()[2:]
        if any(
            row.get(column.id)
            for row in filed.rows(part.number)
            for column in part.columns
            if column.is_number or column.id == "value"
        )
    }
    assert found == APPLYING[kind]
    is_platform = kind in ("platform", "vlop")
    assert filed.row(7, "disputes")["value"] == ("0" if is_platform else "")
    assert filed.row(7, "complaints")["value"] == "0"
    assert filed.row(8, "notices_solely", "nam_tf")["value"] == ("0" if is_platform else "")
    languages = {row["scope"] for row in filed.rows(8)} & {"bg", "el", "sv"}
    assert languages == ({"bg", "el", "sv"} if kind == "vlop" else set())


def test_a_restriction_that_is_never_imposed_is_blank_with_the_reason(tmp_path: Path) -> None:
    filed = fill_report(tmp_path, filer=FILER | {"never_imposed": ["monetary_other"]})
    for number in (5, 6):
        assert {row["monetary_other"] for row in filed.rows(number)} == {""}
        assert {row["visibility_other"] for row in filed.rows(number)} == {"0"}
        (total,) = filed.categories(number, "TOTAL")
        assert total["monetary_other_context"] == "The service does not impose this restriction."


def test_a_restriction_that_the_data_have_cannot_be_never_imposed(tmp_path: Path) -> None:
    rows = category_rows(5, VIOLENCE, {"measures": 2, "labelled": 2})
    with pytest.raises(UserError, match="never_imposed: the data have 'labelled' in part 5"):
        fill_report(tmp_path, rows, FILER | {"never_imposed": ["labelled"]})


def test_sub_categories_sum_to_their_category_and_others_are_described(tmp_path: Path) -> None:
    rows = [
        *category_rows(4, VIOLENCE, {"notices": 2, "items": 5}),
        (4, SCAMS, None, None, "total", "notices", 7, 1),
        (4, SCAMS, "KEYWORD_PHISHING", None, "total", "notices", 3, 1),
        (4, SCAMS, "KEYWORD_OTHER", "Payment fraud", "total", "notices", 1, 1),
        (4, SCAMS, "KEYWORD_OTHER", None, "total", "notices", 3, 1),
    ]
    rows = [row for row in rows if row[1] != "TOTAL"]
    rows += [(4, "TOTAL", None, None, "total", "notices", 9, 1)]
    rows += [(4, "TOTAL", None, None, "total", "items", 5, 1)]
    given = FILER | {"other_sub_categories": {SCAMS: "Fake shops"}}
    filed = fill_report(tmp_path, rows, given)
    assert filed.categories(4, SCAMS)[0]["notices"] == "7"
    assert filed.categories(4, "KEYWORD_PHISHING")[0]["notices"] == "3"
    described = {
        row["other"]: row["notices"] for row in filed.categories(4, "KEYWORD_OTHER") if row["other"]
    }
    assert described == {
        "Payment fraud": "1",
        "Fake shops": "3",
        "Violence: not told apart further": "2",
    }


def test_two_kinds_of_content_cannot_have_one_description(tmp_path: Path) -> None:
    """The filer calls what is not told apart as the data call something else: one would be lost."""
    rows = [
        (4, SCAMS, "KEYWORD_OTHER", "Fake shops", "total", "notices", 1, 1),
        (4, SCAMS, "KEYWORD_OTHER", None, "total", "notices", 3, 1),
    ]
    given = FILER | {"other_sub_categories": {SCAMS: "Fake shops"}}
    with pytest.raises(UserError, match="describes a policy code as 'Fake shops', too"):
        fill_report(tmp_path, rows, given)


@pytest.mark.parametrize(
    ("category", "keyword", "told"),
    [
        (VIOLENCE, "KEYWORD_PHISHING", "not a sub-category of STATEMENT_CATEGORY_VIOLENCE"),
        ("STATEMENT_CATEGORY_VIOLENT", None, "the category 'STATEMENT_CATEGORY_VIOLENT'"),
    ],
)
def test_a_code_that_the_template_lacks_is_told(
    tmp_path: Path, category: str, keyword: str | None, told: str
) -> None:
    with pytest.raises(UserError, match=told):
        fill_report(tmp_path, [(4, category, keyword, None, "total", "notices", 1, 1)])


def test_member_states_that_sent_an_order_have_rows_and_no_other(tmp_path: Path) -> None:
    rows = [
        *category_rows(3, VIOLENCE, {"orders": 3, "items": 4, "effect_hours": 2.0}),
        *category_rows(3, VIOLENCE, {"orders": 1, "items": 1, "effect_hours": 1.0}, "EL"),
        *category_rows(3, VIOLENCE, {"orders": 2, "items": 3, "effect_hours": 3.0}, "DE"),
        *category_rows(3, VIOLENCE, {"orders": 0, "items": 0}, "FR"),
    ]
    filed = fill_report(tmp_path, rows)
    assert list(dict.fromkeys(row["scope"] for row in filed.rows(3))) == ["TOTAL", "DE", "EL"]
    found = [filed.categories(3, VIOLENCE, it)[0] for it in ("TOTAL", "DE", "EL")]
    assert [row["orders"] for row in found] == ["3", "2", "1"]
    assert [row["effect_hours"] for row in found] == ["2", "3", "1"]
    assert found[0]["inform_hours"] == ""
    expected = "The receipt of none of these orders was confirmed by 2026-01-05."
    assert found[0]["inform_hours_context"] == expected
    assert filed.categories(3, SCAMS)[0]["inform_hours_context"] == ""


@pytest.mark.parametrize(("is_automated", "hours"), [(True, "0.25"), (False, "0.75")])
def test_receipts_within_an_hour_count_as_zero_where_they_are_automatic(
    tmp_path: Path, is_automated: bool, hours: str
) -> None:
    figures = {"orders": 2, "items": 2, "inform_hours": 0.75, "inform_hours_automated": 0.25}
    rows = category_rows(3, VIOLENCE, figures) + category_rows(3, VIOLENCE, figures, "IE")
    filer = FILER | {"receipts_are_automated": is_automated}
    filed = fill_report(tmp_path, rows, filer)
    assert filed.categories(3, "TOTAL")[0]["inform_hours"] == hours


@pytest.mark.parametrize(
    ("median", "written"),
    [(1.00005, "1"), (1.00015, "1.0002"), (0.00001, "0"), (123456.5, "123456.5")],
)
def test_hours_have_four_decimals_rounded_half_to_even(
    tmp_path: Path, median: float, written: str
) -> None:
    rows = category_rows(4, VIOLENCE, {"notices": 1, "items": 1, "terms": 1, "hours": median})
    assert fill_report(tmp_path, rows).categories(4, VIOLENCE)[0]["hours"] == written


def test_pending_and_withdrawn_complaints_are_explained(tmp_path: Path) -> None:
    figures = {
        ("complaints", "total"): 3,
        ("complaints", "pending"): 2,
        ("complaints", "omitted"): 1,
        ("visibility", "total"): 3,
        ("visibility", "pending"): 2,
        ("visibility", "omitted"): 1,
    }
    filed = fill_report(tmp_path, indicator_rows(7, figures))
    assert filed.row(7, "complaints", "omitted")["value"] == "1"
    assert filed.row(7, "complaints")["context"] == "2 of them were pending on 2026-01-05."
    expected = "2 of them were pending on 2026-01-05. 1 of them were withdrawn."
    assert filed.row(7, "visibility")["context"] == expected
    median = filed.row(7, "complaints", "median")
    assert (median["value"], median["context"]) == (
        "",
        "None of them had been decided on the merits by 2026-01-05.",
    )


def test_the_share_implemented_is_of_reversals(tmp_path: Path) -> None:
    none = indicator_rows(7, {("disputes", "total"): 1, ("disputes", "upheld"): 1})
    row = fill_report(tmp_path / "none", none).row(7, "disputes", "implemented")
    assert (row["value"], row["context"]) == ("", "")
    unknown = indicator_rows(7, {("disputes", "total"): 8, ("disputes", "reversed"): 8})
    filed = fill_report(tmp_path / "unknown", unknown)
    row = filed.row(7, "disputes", "implemented")
    expected = "Not recorded: whether the decisions of the bodies were implemented."
    assert (row["value"], row["context"]) == ("", expected)
    assert "is_implemented of appeals" in filed.said
    known = unknown + indicator_rows(7, {("disputes", "implemented"): 0.75})
    row = fill_report(tmp_path / "known", known).row(7, "disputes", "implemented")
    expected = "Of 4 of the 8 reversals; the others are not recorded."
    assert (row["value"], row["context"]) == ("0.75", expected)


def test_what_was_never_recorded_is_blank_until_the_filer_says_it(tmp_path: Path) -> None:
    row = fill_report(tmp_path / "blank").row(7, "suspended_content")
    expected = "Not recorded: what a suspension was imposed for."
    assert (row["value"], row["context"]) == ("", expected)
    figure = {"part": 7, "row": "suspended_content", "value": 5, "context": "By hand."}
    given = FILER | {"figures": [figure]}
    row = fill_report(tmp_path / "given", filer=given).row(7, "suspended_content")
    assert (row["value"], row["context"]) == ("5", "By hand.")
    rows = indicator_rows(7, {("suspended_content", "total"): 2})
    with pytest.raises(UserError, match="figures: the data have 'Number of suspensions enacted"):
        fill_report(tmp_path / "twice", rows, given)
    row = fill_report(tmp_path / "known", rows).row(7, "suspended_content")
    assert (row["value"], row["context"]) == ("2", "")


def test_indicators_of_accuracy_are_explained(tmp_path: Path) -> None:
    rows = indicator_rows(8, {("precision", "total"): 0.81827377, ("precision", "own"): 0.5})
    filed = fill_report(tmp_path, rows)
    row = filed.row(8, "precision")
    assert row["value"] == "0.8183"
    assert "detection_precision" in row["context"]
    blank = filed.row(8, "accuracy")
    assert (blank["value"], blank["context"][:13]) == ("", "Not measured:")


@pytest.mark.parametrize(
    ("part", "indicator", "told"),
    [
        (3, "foreign", "2 orders of authorities outside the 27 member states are left out"),
        (4, "unrecorded", "2 reports do not say whether they came through"),
        (6, "illegal_in_part_6", "2 measures on illegal content have a policy"),
        (7, "left_out", "Left out of part 7 (2): appeals about neither"),
    ],
)
def test_what_the_numbers_leave_out_is_said(
    tmp_path: Path, part: int, indicator: str, told: str
) -> None:
    filed = fill_report(tmp_path, indicator_rows(part, {(indicator, "note"): 2}))
    assert told in filed.said


def test_a_table_without_rows_is_said(tmp_path: Path) -> None:
    filed = fill_report(tmp_path, empty=["appeals"])
    assert "appeals: complaints and disputes (part 7)" in filed.said
    assert "authority_orders" not in filed.said


def test_an_updated_version_is_marked(tmp_path: Path) -> None:
    update = {
        "of": "2026-02-27",
        "changed_on": "2026-03-10",
        "changes": "Notices of March.",
        "reasons": "A load ran twice.",
    }
    report = {"published": "2026-03-10", "previous": "2025-02-14", "update": update}
    filed = fill_report(tmp_path, filer=FILER | {"report": report})
    summary = filed.row(11, "summary")["value"]
    assert summary == (
        "Updated version of the report published on 2026-02-27, changed on 2026-03-10. Changes: "
        f"Notices of March. Reasons and method: A load ran twice.\n\n{FILER['texts']['summary']}"
    )


@pytest.mark.dbt
def test_a_report_of_the_sample_breaks_no_rule_and_each_number_is_in_its_mart(
    run: Run, tmp_path: Path, built: Path
) -> None:
    filed = file_report(run, tmp_path, filer=example_filer(), built=built)
    assert filed.said.exit_code == 0, filed.said
    checked = run("report", "validate", filed.out / "csv", "--format", "json")
    assert checked.exit_code == 0, checked
    findings = json.loads(checked.out)
    assert not findings.get("findings"), findings
    numbers = json.loads((filed.out / "numbers.json").read_text())["numbers"]
    known = {}
    for mart in ("dsa_category_figures", "dsa_indicator_figures"):
        for *key, value in query(
            built,
            "select cast(period_start as varchar), period_grain, region, part, category, keyword, "
            f"description, scope, indicator, value from marts.{mart}",
        ):
            known[(mart, *key)] = value
    traced = 0
    for number in numbers:
        source = number["source"]
        if "mart" not in source:
            assert source == {"filer": "figures"}
            continue
        names = (
            "mart", "period_start", "period_grain", "region", "part", "category", "keyword",
            "description", "scope", "indicator",
        )  # fmt: skip
        key = tuple(source[name] for name in names)
        if "absent" in source:
            assert (number["value"], source["absent"], key in known) == ("0", 0, False)
            continue
        value = known[key]
        assert abs(float(number["value"]) - value) <= 0.00005
        traced += 1
    assert traced > 100
