"""The command report validate, and the guide that describes its rules."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.python.dsa.filled import Filled
from tests.python.helpers import ROOT, Run
from trustmetrics.dsa.validator.render import rules_table
from trustmetrics.dsa.validator.rule import BREACH, WARNING, rules

GUIDE = ROOT / "docs" / "guides" / "validate_a_dsa_report.md"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    filled = Filled()
    for row in filled.grids[10][1:]:
        row[6] = f"{int(row[6]):,}"
    filled.set(5, "1a", "other", "Under our policy | on <animals>")
    return filled.write(tmp_path / "report")


def test_a_valid_report_exits_0(run: Run, tmp_path: Path) -> None:
    said = run("report", "validate", str(Filled().write(tmp_path / "report")))
    assert (said.exit_code, said.err) == (0, "")
    assert said.out.splitlines()[0] == "service: Example"
    assert said.out.splitlines()[-1] == "no finding"


def test_text_groups_what_is_alike(run: Run, broken: Path) -> None:
    said = run("report", "validate", str(broken))
    assert said.exit_code == 1
    assert "  breach: DSA-0.32-numbers-are-plain, 28 times in Part_10_AMAR.csv" in said.out
    assert "    row 2, 'Value': saw 27,000; expected 27000" in said.out
    assert "    and 25 more, rows 5, 6, 7, 8, 9, 10, 11, 12 …" in said.out
    assert said.out.splitlines()[-1] == "28 breaches, 1 warning; all of them: --format json"
    assert re.search(r"^10 Recipients +28 +28 +0$", said.out, re.MULTILINE)


def test_json_lists_every_finding(run: Run, broken: Path) -> None:
    said = run("report", "validate", str(broken), "--format", "json")
    data = json.loads(said.out)
    assert (said.exit_code, data["breaches"], data["warnings"]) == (1, 28, 1)
    assert [it["row"] for it in data["findings"] if it["part"] == 10] == list(range(2, 30))
    first = next(it for it in data["findings"] if it["part"] == 10)
    assert first == {
        "rule": "DSA-0.32-numbers-are-plain",
        "part": 10,
        "file": "Part_10_AMAR.csv",
        "row": 2,
        "column": "Value",
        "seen": "27,000",
        "expected": "27000",
        "severity": "breach",
        "source": "I.4",
    }


def test_markdown_holds_its_tables_whatever_a_cell_holds(run: Run, broken: Path) -> None:
    out = broken.parent / "findings.md"
    said = run("report", "validate", str(broken), "--format", "markdown", "--out", str(out))
    assert (said.exit_code, said.out) == (1, f"28 breaches, 1 warnings: {out}\n")
    text = out.read_text(encoding="utf-8")
    assert "### breach: `DSA-0.32-numbers-are-plain`, 28, in Part_10_AMAR.csv" in text
    assert "'Under our policy \\| on &lt;animals>'" in text


def test_warnings_alone_exit_0(run: Run, tmp_path: Path) -> None:
    filled = Filled()
    filled.raw["report.pdf"] = b"%PDF"
    said = run("report", "validate", str(filled.write(tmp_path / "report")))
    assert said.exit_code == 0
    assert said.out.splitlines()[-1] == "0 breaches, 1 warning; all of them: --format json"


def test_a_missing_part_is_said(run: Run, tmp_path: Path) -> None:
    filled = Filled()
    del filled.grids[7]
    said = run("report", "validate", str(filled.write(tmp_path / "report")))
    assert said.exit_code == 1
    assert re.search(r"^ 7 Complaints, disputes, suspensions +missing +1 +0$", said.out, re.M)


def test_the_kind_of_provider_can_be_told(run: Run, tmp_path: Path) -> None:
    filled = Filled()
    for number in (8, 9, 10):
        filled.column(number, "value", "")
    folder = filled.write(tmp_path / "report")
    told = run("report", "validate", str(folder), "--provider", "vlop", "--format", "json")
    guessed = run("report", "validate", str(folder), "--format", "json")
    rows = [it["part"] for it in json.loads(told.out)["findings"]]
    assert {9, 10} <= set(rows)
    assert json.loads(guessed.out)["provider"] == "platform"


def test_rules_are_listed_and_explained(run: Run) -> None:
    every = run("report", "validate", "--rules")
    assert every.exit_code == 0
    assert [line.split()[0] for line in every.out.splitlines() if line.startswith("DSA-")] == [
        *rules()
    ]
    one = run("report", "validate", "--explain", "dsa-0.32")
    assert one.out.startswith("DSA-0.32-numbers-are-plain  (breach; I.4)\n    A number has digits")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{tmp}/none"], "'{tmp}/none' is not there. Give the folder or file of a report"),
        (["{tmp}"], "'{tmp}' holds no file. Give the folder or archive of a report"),
        (["--explain", "DSA-9.99"], "no rule begins with 'DSA-9.99'. See: --rules"),
        (
            ["{tmp}", "--out", "{tmp}/no/findings.md"],
            "the folder '{tmp}/no' does not exist. Create it first",
        ),
        ([], "Missing argument 'DIR|FILE'. See: trustmetrics report validate --help"),
    ],
)
def test_what_could_not_run_exits_2(
    run: Run, tmp_path: Path, arguments: list[str], message: str
) -> None:
    said = run("report", "validate", *(it.format(tmp=tmp_path) for it in arguments))
    assert (said.exit_code, said.out) == (2, "")
    assert said.err == f"trustmetrics: {message.format(tmp=tmp_path)}\n"


def test_help_shows_an_example(run: Run) -> None:
    said = run("report", "validate", "--help")
    assert "Example: trustmetrics report validate" in said.out


def test_the_guide_has_the_rules_as_the_code_has_them() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    table = text[text.index("| rule |") :].split("\n\n")[0].strip()
    assert table == rules_table()


def test_rules_have_unique_numbers_a_severity_and_a_source() -> None:
    numbers = [it.split("-")[1] for it in rules()]
    assert len(set(numbers)) == len(numbers)
    assert {it.severity for it in rules().values()} == {BREACH, WARNING}
    assert all(re.match(r"(I|II)[.,]", it.source) for it in rules().values())
