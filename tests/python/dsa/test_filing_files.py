"""The files of a report, the filer's file, and what is refused."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.python.dsa.filing import FILER, category_rows, file_report, indicator_rows
from tests.python.helpers import ROOT, Run
from trustmetrics.dsa.report import write
from trustmetrics.dsa.report.filer import read_filer, skeleton
from trustmetrics.dsa.template import parts

openpyxl = pytest.importorskip("openpyxl")


def test_the_files_are_rfc_4180_in_utf_8_and_the_workbook_says_the_same(
    run: Run, tmp_path: Path
) -> None:
    rows = category_rows(4, "STATEMENT_CATEGORY_VIOLENCE", {"notices": 2, "items": 3})
    rows += indicator_rows(8, {("precision", "total"): 0.5, ("notices_not_solely", "nam"): 2})
    texts = FILER["texts"] | {"summary": '=1+1, "quoted"\nčeština', "detection": "-5"}
    filed = file_report(run, tmp_path, rows, FILER | {"texts": texts})
    assert {it.name for it in filed.out.iterdir()} == {
        "csv", "report.xlsx", "notes.md", "numbers.json",
    }  # fmt: skip
    assert {it.name for it in (filed.out / "csv").iterdir()} == {it.file for it in parts()}
    book = openpyxl.load_workbook(filed.out / "report.xlsx")
    assert book.sheetnames == [it.sheet for it in parts()]
    for part in parts():
        data = (filed.out / "csv" / part.file).read_bytes()
        assert not data.startswith(b"\xef\xbb\xbf")
        assert data.count(b"\r\n") >= len(filed.rows(part.number)) + 1
        sheet = book[part.sheet]
        assert sheet.max_row == len(filed.rows(part.number)) + 1
        for written, cells in zip(filed.rows(part.number), sheet.iter_rows(min_row=2), strict=True):
            shown = ["" if cell.value is None else str(cell.value) for cell in cells]
            shown += [""] * (len(part.columns) - len(shown))
            assert shown == list(written.values())
            assert not [cell for cell in cells if cell.data_type == "f"]
    assert filed.row(11, "summary")["value"] == '=1+1, "quoted"\nčeština'
    assert book["4_notices"]["F2"].data_type == "n"


def test_what_is_pending_or_withdrawn_is_explained_so_that_no_rule_warns(
    run: Run, tmp_path: Path
) -> None:
    figures = {
        ("complaints", "total"): 4,
        ("complaints", "upheld"): 2,
        ("complaints", "omitted"): 1,
    }
    figures |= {("complaints", "pending"): 1, ("complaints", "median"): 5.5}
    figures |= {("account", scope): value for (_, scope), value in figures.items()}
    filed = file_report(run, tmp_path, indicator_rows(7, figures))
    assert filed.said.exit_code == 0, filed.said
    assert "rules: 0 breaches, 0 warnings" in filed.said.out


def test_all_of_a_report_is_written_or_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write, "_write_workbook", fails)
    filed = file_report(run, tmp_path)
    assert filed.said.exit_code == 2
    assert {it.name for it in tmp_path.iterdir()} == {"filer.yml", "small.duckdb"}


def test_a_report_never_takes_the_place_of_another(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    filed = file_report(run, tmp_path)
    assert filed.said.exit_code == 2
    assert "exists. All versions of a report stay available" in filed.said.err
    assert not list(filed.out.iterdir())


@pytest.mark.parametrize(
    ("kind", "period", "told"),
    [
        ("platform", ("2026-01-01", "2026-06-30"), "has not ended as the data know it"),
        (
            "platform",
            ("2025-07-01", "2025-11-30"),
            "Name one of: 2025-01-01 to 2025-12-31, 2025-07",
        ),
        ("vlop", ("2025-01-01", "2025-12-31"), "it is half a year of Regulation (EU) 2024/2835"),
    ],
)
def test_another_period_than_the_regulation_knows_is_refused(
    run: Run, tmp_path: Path, kind: str, period: tuple[str, str], told: str
) -> None:
    filer = FILER | {"provider": {"name": "Plaza Ltd", "kind": kind}}
    filed = file_report(run, tmp_path, filer=filer, period=period)
    assert (filed.said.exit_code, filed.out.exists()) == (2, False)
    assert told in filed.said.err


def test_a_region_that_the_data_lack_is_refused(run: Run, tmp_path: Path) -> None:
    rows = category_rows(4, "STATEMENT_CATEGORY_VIOLENCE", {"notices": 2})
    filed = file_report(run, tmp_path, rows, FILER | {"region": "EU"})
    assert "the data have no region 'EU'. They have: all, eu" in filed.said.err


def test_what_is_owed_is_said_and_ends_with_1(run: Run, tmp_path: Path) -> None:
    filer = copy.deepcopy(FILER)
    del filer["texts"]["purposes"]
    filed = file_report(run, tmp_path, filer=filer)
    assert filed.said.exit_code == 1
    assert "owed: part 11, Specification of the precise purposes" in filed.said.out
    assert "Put it into texts.purposes, in the filer's file" in filed.said.out
    assert filed.out.is_dir()


FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "unknown key": ({"regions": ["eu"]}, "the file: unknown key 'regions'. Known: provider, "),
    "unknown key within": (
        {"report": FILER["report"] | {"publishd": "2026-02-27"}},
        "report: unknown key 'publishd'. Known: published, previous, update",
    ),
    "missing": ({"report": {"published": "2026-02-27"}}, "report: 'previous' is missing. Add it: "),
    "kind": ({"provider": {"name": "P", "kind": "gatekeeper"}}, "provider.kind: 'gatekeeper' "),
    "date": (
        {"report": {"published": "27.2.2026", "previous": None}},
        "report.published: '27.2.2026' cannot stand here. Expected: the day of publication",
    ),
    "number": (
        {"recipients": {"AT": "many"}},
        "recipients.AT: 'many' cannot stand here. Expected: ",
    ),
    "negative": ({"moderators": {"internal": -1}}, "moderators.internal: -1 cannot stand here."),
    "GR": ({"recipients": {"GR": 5}}, "recipients: unknown key 'GR'. Known: total, AT"),
    "too long": ({"texts": {"summary": "x" * 5001}}, "texts.summary: 5,001 characters. Shorten it"),
    "label": ({"categories": {"99": "what"}}, "categories: unknown label '99'"),
    "row": (
        {"figures": [{"part": 8, "row": "acuracy", "value": 0.5, "context": "x"}]},
        "figures.0: part 8 has no row 'acuracy'. Known: solely, not_solely, accuracy",
    ),
    "percent": (
        {"figures": [{"part": 8, "row": "accuracy", "value": 94, "context": "x"}]},
        "figures.0: the value 94 is not a share. Write it from 0 to 1",
    ),
    "idle": ({"recipients": {"AT": 5}}, "recipients: a provider of the kind 'platform' does not"),
    "idle figure": (
        {"figures": [{"part": 8, "row": "accuracy", "scope": "bg", "value": 0.5, "context": "x"}]},
        "figures: a provider of the kind 'platform' has no row 'accuracy', scope 'bg', in part 8",
    ),
    "figure twice": (
        {"figures": [{"part": 8, "row": "accuracy", "value": 0.5, "context": "x"}] * 2},
        "figures.1: 'accuracy', scope 'total', stands twice. Keep one",
    ),
    "idle context": (
        {"context": [{"part": 9, "row": "linguistic", "scope": "bg", "text": "x"}]},
        "context.0: this report has no row 'linguistic', scope 'bg', in part 9",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_filers_file_is_told_with_its_mend(
    run: Run, tmp_path: Path, fault: str
) -> None:
    change, told = FAULTS[fault]
    filed = file_report(run, tmp_path, filer=FILER | change)
    assert (filed.said.exit_code, filed.out.exists()) == (2, False)
    assert f"filer.yml: {told}" in filed.said.err


def test_every_fault_is_told_at_once(run: Run, tmp_path: Path) -> None:
    filed = file_report(run, tmp_path, filer={"provider": {"kind": "p"}, "texts": {"x": "y"}})
    lines = filed.said.err.splitlines()
    assert len(lines) == 4, lines


def test_a_file_that_is_not_yaml_is_told_with_its_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "filer.yml"
    path.write_text("provider:\n  name: [\n")
    said = run(
        "report", "dsa", "--service", "P", "--from", "2025-07-01", "--to", "2025-12-31",
        "--filer", path, "--out", tmp_path / "out",
    )  # fmt: skip
    assert said.exit_code == 2
    assert "line 3 is not valid YAML" in said.err


def test_init_writes_a_file_that_is_valid_and_replaces_none(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "filer.yml"
    assert run("report", "dsa", "--init", path).exit_code == 0
    assert read_filer(path).kind == "platform"
    path.write_text("mine")
    said = run("report", "dsa", "--init", path)
    assert (said.exit_code, path.read_text()) == (2, "mine")


def test_everything_in_the_skeleton_is_valid_when_its_comments_are_taken_away(
    tmp_path: Path,
) -> None:
    """Lines that are commented out are YAML, too; `is_yaml` tells them from prose."""
    lines = []
    for line in skeleton().splitlines():
        bare = line.lstrip()
        if not bare.startswith("# "):
            lines.append(line)
        elif is_yaml(bare[2:]):
            lines.append(line.replace("# ", "", 1))
    path = tmp_path / "filer.yml"
    path.write_text("\n".join(lines))
    known = set(yaml.safe_load(path.read_text()))
    assert known >= {"moderators", "recipients", "figures", "context", "never_imposed", "texts"}
    assert read_filer(path).data["recipients"]["EL"] == 20


def is_yaml(text: str) -> bool:
    """Whether a commented line is one of the file's own, not prose."""
    start = text.lstrip()
    keys = (
        "update:", "of:", "changed_on:", "changes:", "reasons:", "region:", "receipts_are",
        "never_imposed:", "categories:", '"11":', "other_sub", "STATEMENT_", "context:", "- {",
        "figures:", "moderators:", "internal:", "external:", "linguistic:", "languages:", "hu:",
        "recipients:", "FR:", "PT:", "summary:", "detection:", "automated:", "accuracy:",
        "purposes:", "safeguards:", "governance:", "qualifications:", "training:", "support:",
        "methodology:", 'context: "',
    )  # fmt: skip
    return start.startswith(keys)


def test_the_example_is_valid() -> None:
    assert read_filer(ROOT / "examples/dsa_report/filer.yml").region == "eu"
