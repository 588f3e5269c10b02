"""A number is published, overtaken by everything that can overtake it, and accounted for.

By hand: of five flags of January the cases of three are confirmed, 3 / 5 = 0.6. One more flag of
January arrives late, of a case that was cleared: 3 / 6. A decision is corrected to a violation:
4 / 6. A confirmed flag is deleted: 3 / 5. An appeal overturns one: 2 / 5. By the new definition a
retired detector, with one flag of a case that was cleared, does not count: 2 / 4. By that one the
report would have said 3 / 4.
"""

from __future__ import annotations

import shutil
import subprocess
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.python.helpers import ROOT, Said, command, query, valid, write_csv
from trustmetrics.errors import UserError
from trustmetrics.ledger.definitions import Definitions, definitions_of
from trustmetrics.ledger.file import ledger_file
from trustmetrics.ledger.numbers import PublishedNumber
from trustmetrics.ledger.publish import publish
from trustmetrics.ledger.rebuild import tree_then
from trustmetrics.ledger.reproduce import rows_of

OF_PROJECT = ("analyses", "dbt_project.yml", "macros", "metrics", "models", "profiles.yml", "seeds")
OF_PROJECT += ("README.md", "docs", "src", "tests/data", "tests/frozen", "pyproject.toml")
THEN = "2026-02-02 00:00:00"
REPORT = "monthly-2026-01-1"
MODEL = "models/marts/detection/detection_precision_v1.sql"
DECISION = {
    "decision_id": "d",
    "case_id": "c",
    "decided_at": "2026-01-12 10:00:00",
    "outcome": "violation",
    "policy_code": "SPAM",
    "decided_by": "human",
    "moderator_id": "",
    "ingested_at": "2026-01-13 00:00:00",
    "is_deleted": "",
}


def flag(name: str, case: str, **changes: str) -> dict[str, str]:
    given = {"detected_at": "2026-01-08 09:00:00", "review_probability": "1"}
    ids = {"detection_id": name, "case_id": case}
    return valid("detections", **(given | ids | changes))


def case(name: str, **changes: str) -> dict[str, str]:
    times = {"opened_at": "2026-01-08 10:00:00", "occurred_at": "2026-01-07 10:00:00"}
    return valid("cases", case_id=name, **(times | changes))


def decision(name: str, outcome: str = "violation", **changes: str) -> dict[str, str]:
    return DECISION | {"decision_id": f"d{name}", "case_id": name, "outcome": outcome} | changes


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The raw tables as they are in March."""
    folder = tmp_path_factory.mktemp("raw")
    late = {"ingested_at": "2026-02-05 00:00:00"}
    detections = [flag(f"t{number}", f"c{number}") for number in (1, 2, 3, 4)]
    detections += [flag("t6", "c6", detector_id="retired"), flag("t5", "c5", **late)]
    detections += [flag("t1", "c1", ingested_at="2026-02-07 00:00:00", is_deleted="true")]
    cases = [case(f"c{number}") for number in (1, 2, 3, 4, 6)] + [case("c5", **late)]
    decisions = [decision("c1"), decision("c2"), decision("c3"), decision("c4", "no_violation")]
    decisions += [decision("c6", "no_violation"), decision("c5", "no_violation", **late)]
    decisions += [decision("c4", ingested_at="2026-02-06 00:00:00")]
    appeal = valid(
        "appeals",
        decision_id="dc2",
        filed_at="2026-02-03 10:00:00",
        resolved_at="2026-02-10 10:00:00",
        outcome="overturned",
        ingested_at="2026-02-11 00:00:00",
    )
    tables = {"detections": detections, "cases": cases, "decisions": decisions, "appeals": [appeal]}
    for table, rows in tables.items():
        write_csv(folder / f"{table}.csv", rows)
    return folder


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The project in a repository of its own, with one commit."""
    folder = tmp_path / "project"
    for name in OF_PROJECT:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder, "first")
    return folder


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(["git", "-C", folder, *who, *arguments], check=True, capture_output=True)


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)


def publish_precision(ledger: Path, definitions: Definitions) -> None:
    """What the report of January said, and a cell of a template beside it."""
    place = {"slice": "overall", "slice_value": "all", "period_grain": "month"}
    place |= {"period_start": date(2026, 1, 1)}
    numbers = [
        PublishedNumber("detection_precision", 1, value=0.6, shown="60.0 %", decimals=3, **place),
        PublishedNumber("dsa.means.flags", None, value=5, shown="5", decimals=0, **place),
    ]
    as_of = datetime.fromisoformat(THEN)
    publish(ledger, "monthly", "2026-01", "January", numbers, as_of, definitions)


def redefine(clone: Path) -> None:
    """A corrective version that restates the past, as an analyst would write it."""
    model = clone / MODEL
    text = model.read_text(encoding="utf-8")
    changed = text.replace(
        "from {{ ref('int_reviewed_detections') }}",
        "from {{ ref('int_reviewed_detections') }}\n    where detector_id <> 'retired'",
    )
    assert changed != text
    model.write_text(changed, encoding="utf-8")
    said = ("--change", "corrective", "--restates", "yes", "--decided-by", "council")
    reason = ("--reason", "The retired detector wrote test flags.")
    for arguments in (
        ("metric", "bump", "detection_precision", *said, *reason),
        ("metric", "sync", "--no-results"),
    ):
        done = in_clone(clone, *arguments)
        assert done.exit_code == 0, done
    commit(clone, "the retired detector does not count")


def in_clone(clone: Path, *arguments: str | Path) -> Said:
    return command(*arguments, cwd=clone, root=clone, DBT_PROFILES_DIR=str(clone))


@pytest.mark.slow
@pytest.mark.dbt
def test_an_overtaken_number_shows_its_causes_and_comes_out_again_as_it_was(
    clone: Path, raw: Path, tmp_path: Path
) -> None:
    database = tmp_path / "trust.duckdb"
    publish_precision(ledger_file(database), definitions_of(clone))
    redefine(clone)
    named = ("--database", database, "--raw", raw)

    said = in_clone(clone, "report", "reproduce", REPORT, *named)
    assert "1 of 1 number is the same to the last digit" in said.out, said
    assert "dsa.means.flags" in said.out and said.exit_code == 2, said

    said = in_clone(clone, "report", "restate", *named)
    assert (said.exit_code, "1 of 1 number is another one now" in said.out) == (1, True), said

    said = in_clone(clone, "build", *named, "--select", "+restatements")
    assert said.exit_code == 0, said
    (found,) = query(
        database,
        "select metric_version, known_version, said_value, known_value, is_restated, difference, "
        "not_reproduced, late_data, correction, deletion, late_decision_or_appeal, definition, "
        "definition_then, known_as_of from marts.restatements",
    )
    versions, known_as_of = found[:2], found[-1]
    assert (versions, known_as_of) == ((1, 2), datetime(2026, 2, 11))
    assert (found[2], found[3], found[4]) == (Decimal("0.6"), Decimal("0.5"), True)
    parts = [round(float(part), 12) for part in found[5:-1]]
    assert parts == [
        round(part, 12)
        for part in (-0.1, 0, 3 / 6 - 3 / 5, 1 / 6, 3 / 5 - 4 / 6, -0.2, 0.1, 3 / 4 - 3 / 5)
    ]
    assert sum(found[6:12]) == found[5]


@pytest.mark.slow
@pytest.mark.dbt
def test_a_row_that_was_changed_in_place_is_a_number_that_does_not_come_out_again(
    clone: Path, raw: Path, tmp_path: Path
) -> None:
    changed = tmp_path / "raw"
    shutil.copytree(raw, changed)
    file = changed / "decisions.csv"
    file.write_text(file.read_text().replace("dc3,c3", "dc3,elsewhere"), encoding="utf-8")
    database = tmp_path / "trust.duckdb"
    publish_precision(ledger_file(database), definitions_of(clone))
    said = in_clone(clone, "report", "reproduce", REPORT, "--database", database, "--raw", changed)
    # c3 is not decided then: 2 / 4.
    assert (said.exit_code, "60.0 %" in said.out, "0.5" in said.out) == (1, True, True), said


def test_definitions_that_are_nowhere_are_told_and_what_is_missing(tmp_path: Path) -> None:
    """No build: today's definitions of the project itself are others than those recorded."""
    ledger = tmp_path / "ledger.sqlite"
    other = {("detection_precision", 1): "0" * 32}
    publish_precision(ledger, Definitions("1" * 40, False, other))
    rows = rows_of(ledger, REPORT)[:1]
    with (
        pytest.raises(UserError, match=r"does not have the commit 1{12}.*Run this in a clone"),
        tree_then(ROOT, rows),
    ):
        pass


def test_todays_definitions_serve_where_their_fingerprint_is_the_one_recorded(
    tmp_path: Path,
) -> None:
    ledger = tmp_path / "ledger.sqlite"
    same = definitions_of(ROOT).fingerprints
    publish_precision(ledger, Definitions(None, None, same))
    rows = rows_of(ledger, REPORT)
    why = "(the ledger names no commit)"
    with tree_then(ROOT, rows[:1]) as tree:
        same = f"today's definitions, which are the same {why}"
        assert (tree.project, tree.name) == (ROOT, same)
    with tree_then(ROOT, rows) as tree:
        unknown = f"today's definitions {why}; whether a mart's are the same nobody can tell"
        assert (tree.project, tree.name) == (ROOT, unknown)


def test_a_clone_is_clean_until_a_file_that_numbers_depend_on_is_changed(clone: Path) -> None:
    assert definitions_of(clone).is_dirty is False
    (clone / "notes.txt").write_text("of no number", encoding="utf-8")
    assert definitions_of(clone).is_dirty is False
    added = clone / "macros" / "mine.sql"
    added.write_text("{% macro mine() %}{% endmacro %}", encoding="utf-8")
    assert definitions_of(clone).is_dirty is True
    added.unlink()
    (clone / "notes.txt").unlink()
