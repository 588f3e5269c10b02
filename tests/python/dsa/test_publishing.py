"""The numbers of a filed report in the ledger: every one, of complete reports alone."""

from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.python.dsa.filing import (
    FILER,
    Filed,
    Row,
    category_rows,
    database,
    example_filer,
    file_report,
    indicator_rows,
)
from tests.python.helpers import Run
from trustmetrics.dsa.report import publishing
from trustmetrics.gate.results import Built
from trustmetrics.ledger.file import ledger_file
from trustmetrics.ledger.places import CellPlace, values_of
from trustmetrics.ledger.reproduce import rows_of, sorted_out
from trustmetrics.register.load import Register

pytest.importorskip("openpyxl")
REPORT = "dsa-2025-07-01--2025-12-31-1"
VIOLENCE = "STATEMENT_CATEGORY_VIOLENCE"
SCAMS = "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"
ORDERS = {"orders": 2, "items": 3, "effect_hours": 1.00015}
FIGURES: list[Row] = [
    *category_rows(3, VIOLENCE, ORDERS),
    *category_rows(3, VIOLENCE, ORDERS, "DE"),
    *[
        (4, category, keyword, description, "total", indicator, count, count)
        for category, keyword, description, count in (
            ("TOTAL", None, None, 4),
            (VIOLENCE, None, None, 4),
            (VIOLENCE, "KEYWORD_OTHER", None, 3),
            (VIOLENCE, "KEYWORD_OTHER", "Threats by drone", 1),
        )
        for indicator in ("notices", "items")
    ],
    *indicator_rows(8, {("precision", "total"): 0.81827377, ("solely", "total"): 7}),
]
OWN = FILER | {
    "figures": [{"part": 8, "row": "accuracy", "value": 0.94, "context": "A sample of 500."}]
}


def publish(run: Run, folder: Path, **changes: Any) -> Filed:
    """File and publish a report of an online platform."""
    given: dict[str, Any] = {"rows": FIGURES, "filer": OWN, "more": ["--publish"]}
    return file_report(run, folder, **(given | changes))


def found_again(built: Path, ledger: Path) -> tuple[dict[int, float | None], list[dict]]:
    """What a database says now of each number that the ledger says is of a mart; and the others."""
    places, stated, others = sorted_out(rows_of(ledger, REPORT))
    assert not others
    names = {place.mart for place in places.values() if isinstance(place, CellPlace)}
    nodes = [
        {"resource_type": "model", "name": it, "schema": "marts", "alias": it, "version": None}
        for it in sorted(names)
    ]
    values = values_of(
        Built(built, {"nodes": dict(enumerate(nodes))}), Register({}), places.values()
    )
    return {number: values.get(place) for number, place in places.items()}, stated


@pytest.mark.slow
def test_every_number_of_a_report_is_in_the_ledger_as_the_report_says_it(
    run: Run, tmp_path: Path
) -> None:
    filed = publish(run, tmp_path)
    assert filed.said.exit_code == 0, filed.said
    ledger = ledger_file(tmp_path / "small.duckdb")
    rows = rows_of(ledger, REPORT)
    numbers = json.loads((filed.out / "numbers.json").read_text())["numbers"]
    assert [(row["shown"], json.loads(row["source"])) for row in rows] == [
        (number["value"], number["source"]) for number in numbers
    ]
    # Blank cells are no numbers, and no cell that has one is left out.
    cells = [
        value
        for part in range(3, 9)
        for row in filed.rows(part)
        for name, value in row.items()
        if name not in ("applicability", "service", "period", "category", "other", "scope")
        if name not in ("section", "indicator", "context") and not name.endswith("_context")
    ]
    assert sorted(row["shown"] for row in rows) == sorted(value for value in cells if value)
    assert len({(row["metric"], row["slice"], row["slice_value"]) for row in rows}) == len(rows)
    (row,) = [row for row in rows if row["metric"] == "dsa.automated_means.precision"]
    place = ("slice", "slice_value", "period_grain", "period_start", "sample_size")
    assert tuple(row[name] for name in place) == ("overall", "all", "half_year", "2025-07-01", 4)
    assert (row["value"], row["shown"], row["decimals"]) == (0.81827377, "0.8183", 4)
    assert (row["report_title"], row["as_of"][:10]) == (
        "Plaza, 2025-07-01/2025-12-31",
        "2026-01-05",
    )
    named = {(row["metric"], row["slice"], row["slice_value"]): row for row in rows}
    other = f"{VIOLENCE}/KEYWORD_OTHER"
    found = [
        named["dsa.notices.notices", "category", f"{other}/Threats by drone"],
        named["dsa.notices.notices", "category", other],
        named["dsa.member_states_orders.orders", "category,scope", f"{VIOLENCE},DE"],
        named["dsa.member_states_orders.effect_hours", "scope", "DE"],
    ]
    assert [row["value"] for row in found] == [1, 3, 2, 1.00015]
    assert [row["decimals"] for row in found] == [0, 0, 0, 4]


@pytest.mark.slow
def test_each_number_of_a_mart_is_found_again_in_the_database_and_the_filers_is_stated(
    run: Run, tmp_path: Path
) -> None:
    publish(run, tmp_path, filer=OWN | {"region": "eu"})
    built = tmp_path / "small.duckdb"
    values, stated = found_again(built, ledger_file(built))
    rows = {row["number"]: row for row in rows_of(ledger_file(built), REPORT)}
    assert {number: rows[number]["value"] for number in values} == values
    regions = {
        (source["part"] == 3, source["region"])
        for number in values
        if "absent" in (source := json.loads(rows[number]["source"]))
    }
    assert regions == {(True, "all"), (False, "eu")}
    (accuracy,) = stated
    assert (accuracy["metric"], accuracy["value"]) == ("dsa.automated_means.accuracy", 0.94)


@pytest.mark.slow
def test_a_zero_of_no_row_is_another_number_once_the_mart_has_the_row(
    run: Run, tmp_path: Path
) -> None:
    publish(run, tmp_path)
    ledger = ledger_file(tmp_path / "small.duckdb")
    later = tmp_path / "later"
    later.mkdir()
    late = (4, SCAMS, "KEYWORD_PHISHING", None, "total", "notices", 6, 6)
    values, _ = found_again(database(later, [*FIGURES, late]), ledger)
    changed = [
        row
        for row in rows_of(ledger, REPORT)
        if values.get(row["number"], row["value"]) != row["value"]
    ]
    assert [(row["metric"], row["slice_value"], row["value"]) for row in changed] == [
        ("dsa.notices.notices", f"{SCAMS}/KEYWORD_PHISHING", 0)
    ]


@pytest.mark.slow
def test_the_head_lies_beside_the_report_and_two_publications_are_two(
    run: Run, tmp_path: Path
) -> None:
    built = tmp_path / "small.duckdb"
    first = publish(run, tmp_path)
    second = publish(run, tmp_path, built=built, out="again")
    for filed, number in ((first, 1), (second, 2)):
        report_id, head = (filed.out / "published.txt").read_text().split("\nhead ")
        assert report_id == f"dsa-2025-07-01--2025-12-31-{number}"
        assert f"published {report_id}: " in filed.said.out
        assert f"head {head.strip()}\n" in filed.said.out
        named = ("--database", built, "--report", filed.out / "published.txt")
        said = run("report", "verify-ledger", *named)
        assert (said.exit_code, "1 head given found in it" in said.out) == (0, True), said


def test_a_report_is_not_published_unless_that_is_asked(run: Run, tmp_path: Path) -> None:
    filed = publish(run, tmp_path, more=[])
    assert (filed.said.exit_code, "published dsa-" in filed.said.out) == (0, False)
    assert not ledger_file(tmp_path / "small.duckdb").exists()


def owing() -> dict[str, Any]:
    filer = copy.deepcopy(OWN)
    del filer["texts"]["purposes"]
    return {"filer": filer}


# More notices of trusted flaggers than there are notices.
BREACH = {"rows": category_rows(4, VIOLENCE, {"notices": 3, "items": 6, "notices_tf": 5})}


@pytest.mark.parametrize("changes", [owing(), BREACH], ids=["owed", "breach"])
def test_nothing_is_published_where_something_is_owed_or_a_rule_is_broken(
    run: Run, tmp_path: Path, changes: dict[str, Any]
) -> None:
    filed = publish(run, tmp_path, **changes)
    assert filed.said.exit_code == 1
    assert "not published: something is owed or a rule is broken" in filed.said.out
    assert (filed.out.is_dir(), (filed.out / "published.txt").exists()) == (True, False)
    assert not ledger_file(tmp_path / "small.duckdb").exists()


def test_a_ledger_that_cannot_be_written_leaves_the_report_and_says_what_to_do(
    run: Run, tmp_path: Path
) -> None:
    ledger = tmp_path / "notes.txt"
    ledger.write_text("no ledger")
    filed = publish(run, tmp_path, more=["--publish", "--ledger", str(ledger)])
    assert filed.said.exit_code == 2
    assert "none of its numbers published: " in filed.said.complaint
    assert "move that folder away and run this again" in filed.said.complaint
    assert (filed.out.is_dir(), (filed.out / "published.txt").exists()) == (True, False)


def test_the_report_is_there_before_its_numbers_are_published(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stops(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(publishing, "publish", stops)
    filed = publish(run, tmp_path)
    assert filed.said.exit_code not in (0, 1)
    assert (filed.out / "numbers.json").is_file()
    assert not ledger_file(tmp_path / "small.duckdb").exists()


@pytest.mark.slow
@pytest.mark.dbt
def test_each_number_of_a_report_of_the_sample_is_found_again(
    run: Run, tmp_path: Path, built: Path
) -> None:
    ledger = tmp_path / "ledger.sqlite"
    more = ["--publish", "--ledger", str(ledger)]
    filed = publish(run, tmp_path, filer=example_filer(), built=built, more=more)
    assert filed.said.exit_code == 0, filed.said
    values, stated = found_again(built, ledger)
    rows = {row["number"]: row for row in rows_of(ledger, REPORT)}
    assert {number: rows[number]["value"] for number in values} == values
    assert sum(value != 0 for value in values.values()) > 50
    assert {json.loads(row["source"])["filer"] for row in stated} == {"figures"}
    assert {row["vocabularies"].count("dsa_keywords:") for row in rows.values()} == {1}


@pytest.mark.slow
@pytest.mark.dbt
def test_a_published_report_is_computed_again_from_the_raw_data_to_the_last_digit(
    run: Run, tmp_path: Path, built: Path, sample: Path
) -> None:
    mine = tmp_path / built.name
    shutil.copyfile(built, mine)
    filed = publish(run, tmp_path, filer=example_filer(), built=mine)
    count = len(json.loads((filed.out / "numbers.json").read_text())["numbers"])
    named = ("--database", mine, "--raw", sample)
    said = run("report", "reproduce", REPORT, *named)
    assert said.exit_code == 0, said
    assert f"{count - 1:,} of {count - 1:,} numbers are the same to the last digit" in said.out
    assert "1 number not computed from raw data" in said.out
    said = run("report", "restate", "--report", REPORT, *named)
    assert (said.exit_code, f"0 of {count - 1:,} numbers are others" in said.out) == (0, True), said
