"""Reports as filers publish them: every habit is read, and is itself a finding."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.python.dsa.filled import SERVICE, Filled
from trustmetrics.dsa.template import part, parts, the_template
from trustmetrics.dsa.validator.rule import Finding, rule_id
from trustmetrics.dsa.validator.validate import Verdict, validate
from trustmetrics.errors import UserError


def _found(verdict: Verdict, part_number: int | None = None) -> set[str]:
    """The numbers of the rules that were broken."""
    return {
        it.rule.split("-")[1]
        for it in verdict.findings
        if part_number is None or it.part == part_number
    }


def _of(verdict: Verdict, number: str) -> list[Finding]:
    return [it for it in verdict.findings if it.rule == rule_id(number)]


def _workbook(filled: Filled, typed: bool = True) -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in filled.grids.items():
        sheet = book.create_sheet(part(number).sheet)
        for row in rows:
            sheet.append([float(it) if typed and _is_number(it) else it or None for it in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_an_archive_with_folders_is_read_as_the_folder_is(tmp_path: Path) -> None:
    files = {f"Report H1/{name}": data for name, data in Filled().files().items()}
    files["__MACOSX/Report H1/._x.csv"] = b"\0\1"
    (tmp_path / "report.zip").write_bytes(_zip(files))
    assert validate(tmp_path / "report.zip").findings == ()
    inner = {"all.zip": _zip(files)}
    (tmp_path / "nested.zip").write_bytes(_zip(inner))
    assert validate(tmp_path / "nested.zip").findings == ()


def test_a_workbook_is_read_with_its_numbers_as_floats(tmp_path: Path) -> None:
    (tmp_path / "report.xlsx").write_bytes(_workbook(Filled()))
    verdict = validate(tmp_path / "report.xlsx")
    assert _found(verdict) == {"0.01"}
    assert verdict.summaries[3].files == ("report.xlsx, sheet '3_member_states_orders'",)


def test_dates_merged_cells_and_titles_of_a_workbook_are_read(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(io.BytesIO(_workbook(Filled())))
    sheet = book[part(1).sheet]
    from datetime import datetime

    sheet["D3"] = datetime(2026, 8, 28)
    sheet = book[part(9).sheet]
    sheet.merge_cells("A5:A28")
    sheet.merge_cells("E5:E28")
    sheet.insert_rows(1, 2)
    sheet["A1"] = "Human resources"
    book[part(10).sheet].column_dimensions["ZZ"].width = 3
    book[part(10).sheet]["ZZ900"].number_format = "0%"
    book.save(tmp_path / "report.xlsx")
    verdict = validate(tmp_path / "report.xlsx")
    assert _found(verdict, 1) == set()
    assert _found(verdict, 9) == {"0.14", "0.22"}
    assert len(_of(verdict, "0.22")) == 23
    assert {it.row for it in _of(verdict, "0.22")} == set(range(8, 31))


def test_an_ods_workbook_is_read(tmp_path: Path) -> None:
    ns = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    ns += 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    ns += 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    sheets = ""
    for number, rows in Filled().grids.items():
        lines = ""
        for row in rows:
            cells = ""
            for it in row:
                text = it.replace("&", "&amp;").replace("<", "&lt;")
                kind = f'office:value-type="float" office:value="{it}"' if _is_number(it) else ""
                cells += f"<table:table-cell {kind}><text:p>{text}</text:p></table:table-cell>"
            lines += f"<table:table-row>{cells}</table:table-row>"
        lines += '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/>'
        lines += "</table:table-row>"
        sheets += f'<table:table table:name="{part(number).sheet}">{lines}</table:table>'
    content = f"<office:document-content {ns}>{sheets}</office:document-content>"
    (tmp_path / "report.ods").write_bytes(_zip({"content.xml": content.encode()}))
    assert _found(validate(tmp_path / "report.ods")) == {"0.01", "0.20"}


def test_json_of_all_parts_or_one_of_each_is_read(tmp_path: Path) -> None:
    data = json.loads(Filled().as_json())
    (tmp_path / "all.json").write_text(json.dumps({"report": data}))
    assert _found(validate(tmp_path / "all.json")) == {"0.01"}
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, rows in data.items():
        header = list(rows[0])
        table = {"columns": header, "rows": [[row[key] for key in header] for row in rows]}
        (folder / f"{name}.json").write_text(json.dumps(table))
    assert _found(validate(folder)) == {"0.01"}


def test_a_json_record_is_counted_from_one(tmp_path: Path) -> None:
    filled = Filled()
    row = filled.set(10, "recipients", "value", -5, "AT")
    data = json.loads(filled.as_json())["10_amar"]
    (tmp_path / "10_amar.json").write_text(json.dumps(data))
    (finding,) = _of(validate(tmp_path / "10_amar.json"), "0.35")
    assert finding.row == row - 1


def test_one_part_alone_is_judged_without_the_others(tmp_path: Path) -> None:
    (tmp_path / "4_notices.csv").write_text(Filled().text(4), newline="")
    verdict = validate(tmp_path / "4_notices.csv")
    assert verdict.findings == ()
    assert not verdict.is_whole


@pytest.mark.parametrize(
    "name",
    [
        "4_notices.csv",
        "4_article_16_notices.csv",
        "Pinterest - H1 2026 DSA Transparency Report - 4. Notices.csv",
        "[Facebook] DSA VLOP Transparency Report - 28 August 2026 - 4_notices.csv",
        "4_EN_Annex_I__Templates_for_Transparency_Reports_CSV_Part_4_notices.csv",
        "NOTICES.CSV",
    ],
)
def test_a_part_is_told_by_the_names_that_filers_give(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(Filled().text(4), newline="")
    verdict = validate(tmp_path / name)
    assert verdict.findings == ()
    assert verdict.summaries[4].rows == 91


def test_amazons_floats_and_instants(tmp_path: Path) -> None:
    filled = Filled()
    for row in filled.grids[7][1:]:
        row[6] = f"{float(row[6])}" if row[6] else ""
    for row in filled.grids[1][2:]:
        row[3] += " 00:00:00"
    verdict = validate(filled.write(tmp_path))
    assert _found(verdict, 7) == {"0.33"}
    assert [it.expected for it in _of(verdict, "1.02")] == [
        "2026-08-28", "2026-02-27", "2026-01-01", "2026-06-30"
    ]  # fmt: skip
    assert verdict.period == "2026-01-01/2026-06-30"


def test_aliexpress_dragged_dates(tmp_path: Path) -> None:
    filled = Filled()
    for at, row in enumerate(filled.grids[9][5:9]):
        row[2] = f"2026-01-01/2026-06-{31 + at}"
    verdict = validate(filled.write(tmp_path))
    assert _found(verdict) == {"0.43"}
    assert [it.row for it in _of(verdict, "0.43")] == [6, 7, 8, 9]


def test_xs_commas_nameless_column_and_gr(tmp_path: Path) -> None:
    filled = Filled()
    for row in filled.grids[10][1:]:
        row[6] = f"{int(row[6]):,}"
        row[5] = "GR" if row[5] == "EL" else row[5]
    filled.grids[10][0][0] = ""
    verdict = validate(filled.write(tmp_path))
    assert _found(verdict) == {"0.18", "0.32", "0.61"}
    assert len(_of(verdict, "0.32")) == 28
    assert [it.seen for it in _of(verdict, "0.61")] == ["'GR'"]


def test_facebooks_merged_cells_and_own_keywords(tmp_path: Path) -> None:
    filled = Filled()
    for row in filled.grids[9][5:]:
        row[:5] = [""] * 5
    for row in filled.grids[4][1:]:
        if row[3] == "KEYWORD_OTHER":
            row[3] = f"KEYWORD_OTHER_{row[4][-3:].strip(' ,').upper()}"
    verdict = validate(filled.write(tmp_path))
    assert _found(verdict, 9) == {"0.22"}
    # The sums still hold, for the rows stand below their categories.
    assert _found(verdict, 4) == {"0.46", "0.25"}


def test_googles_short_rows_and_surfaces(tmp_path: Path) -> None:
    filled = Filled()
    for row in filled.grids[8]:
        if row[5] in ("bg", "hr") and row[4].startswith("Accuracy"):
            del row[6:]
    filled.add(8, "accuracy", "own", context="Copyright classifier")
    filled.add(8, "solely", "own", context="Domain level", value=0)
    verdict = validate(filled.write(tmp_path))
    assert _found(verdict, 8) == {"0.07", "0.27", "0.39"}
    assert [it.column for it in _of(verdict, "0.27")] == [""]


def test_tiktoks_member_states_for_languages(tmp_path: Path) -> None:
    filled = Filled()
    for row in filled.grids[8][1:]:
        row[0] = "All"
        if len(row[5]) == 2:
            row[5] = {"de": "DE", "sl": "SI "}.get(row[5], "AT")
        row[5] = "total" if row[5] == "Total number" else row[5]
    verdict = validate(filled.write(tmp_path))
    assert {"0.28", "0.29", "0.62", "0.63"} <= _found(verdict, 8)
    assert "'SI', a member state" in {it.seen for it in _of(verdict, "0.62")}


def test_temus_slashes_and_garbled_placeholder(tmp_path: Path) -> None:
    filled = Filled()
    for row in filled.grids[1][2:]:
        row[3] = row[3].replace("-0", "/").replace("-", "/")
    filled.add(3, "1a", "DE", scope="AT, [бн], SE")
    verdict = validate(filled.write(tmp_path))
    assert _found(verdict) == {"1.02", "0.23"}
    assert verdict.period == "2026-01-01/2026-06-30"


def test_a_report_in_german_is_read_by_position(tmp_path: Path) -> None:
    filled = Filled()
    for number in (7, 11):
        rows = filled.grids[number]
        for at, row in enumerate(rows):
            for place, column in enumerate(part(number).columns):
                if column.kind == "given" or at == 0:
                    row[place] = f"auf Deutsch {at} {place}"
    filled.set(7, "disputes", "value", "99", "upheld")
    verdict = validate(filled.write(tmp_path))
    assert _found(verdict) == {"0.19", "7.01"}
    assert verdict.summaries[7].rows == 47


def test_veepees_titles_and_spaced_periods(tmp_path: Path) -> None:
    filled = Filled()
    for row in filled.grids[8][1:]:
        row[2] = "2026-01-01  / 2026-06-30"
    filled.grids[8][:0] = [["MOYENS AUTOMATISES"] + [""] * 7, [""] * 8]
    verdict = validate(filled.write(tmp_path))
    assert _found(verdict) == {"0.14", "0.43"}
    assert {it.expected for it in _of(verdict, "0.43")} == {"2026-01-01/2026-06-30"}


def test_all_parts_in_one_csv_are_told_apart(tmp_path: Path) -> None:
    filled = Filled()
    text = "\r\n".join(filled.text(number) for number in filled.grids)
    (tmp_path / "report.csv").write_text(text, newline="", encoding="utf-8")
    verdict = validate(tmp_path / "report.csv")
    assert [it.rows for it in verdict.summaries[1:]] == [
        len(rows) - 1 for rows in filled.grids.values()
    ]
    assert _found(verdict) <= {"0.07", "0.11", "0.20"}


def test_an_intermediary_leaves_blank_what_does_not_apply(tmp_path: Path) -> None:
    """What only platforms report is blank, parts 9 and 10 have no languages: no breach."""
    filled = Filled()
    for number in (4, 9, 10):
        for row in filled.grids[number][1:]:
            for place, column in enumerate(part(number).columns):
                if column.kind in ("count", "hours", "value"):
                    row[place] = ""
    audiences = the_template().applicability
    for number in (7, 8):
        for row in filled.grids[number][1:]:
            if row[0] != audiences["all"]:
                row[6] = ""
    for row in filled.grids[11][1:]:
        row[4] = row[4] if row[0] == audiences["all"] else ""
    for number in filled.grids:
        for row in filled.grids[number][1:]:
            for place, column in enumerate(part(number).columns):
                if column.kind == "period":
                    row[place] = "2026-01-01/2026-12-31"
    filled.set(1, "to", "value", "2026-12-31")
    filled.set(1, "published", "value", "2027-03-01")
    verdict = validate(filled.write(tmp_path))
    assert verdict.findings == ()
    assert verdict.tier == "all"


HABITS: dict[str, Callable[[int], str]] = {
    "comma": lambda it: f"{it:,}",
    "dot": lambda it: f"{it:,}".replace(",", "."),
    "space": lambda it: f"{it:,}".replace(",", " "),
    "no-break": lambda it: f"{it:,}".replace(",", "\u00a0"),
    "narrow": lambda it: f"{it:,}".replace(",", "\u202f"),
    "apostrophe": lambda it: f"{it:,}".replace(",", "’"),
    "float": lambda it: f"{it}.0",
}


@pytest.mark.parametrize("habit", HABITS)
def test_sums_hold_whatever_the_writing_of_numbers(tmp_path: Path, habit: str) -> None:
    """No rule on sums fires, so that each number was read for what it is."""
    filled = Filled()
    for number in (4, 6, 10):
        for row in filled.grids[number][1:]:
            for place, column in enumerate(part(number).columns):
                is_count = column.kind == "count" or (number == 10 and column.kind == "value")
                if is_count and row[place]:
                    row[place] = HABITS[habit](int(row[place]) * 1017)
    for line, scope in (("notices_not_solely", "nam"), ("notices_not_solely", "nam_tf")):
        filled.set(8, line, "value", int(filled.get(8, line, "value", scope) or 0) * 1017, scope)
    for line in ("solely", "not_solely"):
        filled.set(8, line, "context", "see part 6", "own")
        filled.set(8, line, "value", "", "own")
    verdict = validate(filled.write(tmp_path))
    assert _found(verdict) == {"0.33" if habit == "float" else "0.32"}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(number=st.integers(1, 11), data=st.binary(max_size=400), cut=st.integers(0, 3000))
def test_no_bytes_crash_it(tmp_path: Path, number: int, data: bytes, cut: int) -> None:
    """Any bytes, alone or in the midst of a part."""
    file = tmp_path / part(number).file
    good = Filled().text(number).encode()
    for content in (data, good[:cut] + data + good[cut:]):
        file.write_bytes(content)
        try:
            verdict = validate(file)
        except UserError as error:
            assert str(file) in str(error)
        else:
            # What is no part of a report is not passed over in silence.
            assert verdict.findings or content != data


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(suffix=st.sampled_from([".xlsx", ".ods", ".json", ".zip"]), data=st.binary(max_size=200))
def test_no_damaged_file_crashes_it(tmp_path: Path, suffix: str, data: bytes) -> None:
    if suffix == ".xlsx":
        pytest.importorskip("openpyxl")
    file = tmp_path / f"report{suffix}"
    for content in (data, _zip({"content.xml": data, "xl/workbook.xml": data})):
        file.write_bytes(content)
        try:
            verdict = validate(file)
        except UserError as error:
            assert str(file) in str(error)
        else:
            assert verdict.findings


def test_a_damaged_file_among_others_is_a_finding(tmp_path: Path) -> None:
    filled = Filled()
    filled.raw[filled.names[9]] = b"PK\x03\x04 not an archive"
    verdict = validate(filled.write(tmp_path))
    assert {"0.08", "0.09"} <= _found(verdict) | _found(verdict, 9)
    assert verdict.service == SERVICE


def test_every_part_is_told_from_its_header_and_rows(tmp_path: Path) -> None:
    for one in parts():
        file = tmp_path / "table.csv"
        file.write_text(Filled().text(one.number), newline="", encoding="utf-8")
        verdict = validate(file)
        assert verdict.summaries[one.number].rows == len(Filled().grids[one.number]) - 1
        assert _found(verdict) == {"0.12"}
