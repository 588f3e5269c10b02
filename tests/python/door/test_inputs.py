"""What becomes of a raw table that comes in another format, under another name, or damaged.

Each input is the same forty reports. It must give these very rows, or a fault that stops the build,
or rejected rows beyond the limit: never other numbers without a word.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import duckdb
import pytest

from tests.python.helpers import ROOT, valid, write_csv, write_parquet
from trustmetrics.errors import UserError
from trustmetrics.macro_host import MacroHost
from trustmetrics.rejections import DEFAULT_LIMIT
from trustmetrics.validate.folder import look_at

REPORTS = [
    valid(
        "reports",
        report_id=f"r{number}",
        reported_at=f"2026-01-{1 + number % 9:02} 10:00:00",
        region=("EU", "US", "Asia & Pacific")[number % 3],
    )
    for number in range(40)
]
Writer = Callable[[Path], None]


def text(rows: list[dict[str, str]], delimiter: str = ",") -> str:
    made = io.StringIO()
    writer = csv.DictWriter(made, list(rows[0]), delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue()


def changed(**cells: Callable[[str], str]) -> list[dict[str, str]]:
    return [row | {name: new(row[name]) for name, new in cells.items()} for row in REPORTS]


def renamed(**names: str) -> list[dict[str, str]]:
    return [{names.get(name, name): cell for name, cell in row.items()} for row in REPORTS]


def without(*names: str) -> list[dict[str, str]]:
    return [{name: row[name] for name in row if name not in names} for row in REPORTS]


def objects(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """As an exporter writes them: what is null is left out."""
    return [{name: cell for name, cell in row.items() if cell != ""} for row in rows]


def ndjson(rows: list[dict[str, str]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in objects(rows))


def a_file(name: str, content: str | bytes) -> Writer:
    def write(raw: Path) -> None:
        path = raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    return write


def parquet(name: str, rows: list[dict[str, str]] = REPORTS, **types: str) -> Writer:
    return lambda raw: write_parquet(raw / name, rows, **types)


def zst(name: str, cut: int | None = None) -> Writer:
    def write(raw: Path) -> None:
        path = raw / name
        write_csv(raw.parent / "plain.csv", REPORTS)
        with duckdb.connect() as connection:
            connection.execute(
                f"copy (from read_csv('{raw.parent}/plain.csv', all_varchar = true)) "
                f"to '{path}' (format csv, header, compression zstd)"
            )
        path.write_bytes(path.read_bytes()[:cut])

    return write


def by_region(write: Callable[[Path, list[dict[str, str]]], None], ending: str) -> Writer:
    """Folders as engines partition them: the column is in the path alone."""

    def parted(raw: Path) -> None:
        for region in ("EU", "US", "Asia & Pacific"):
            rows = [row for row in REPORTS if row["region"] == region]
            kept = [{name: row[name] for name in row if name != "region"} for row in rows]
            path = raw / f"reports/year=2026/region={quote(region)}/part-0{ending}"
            path.parent.mkdir(parents=True)
            write(path, kept)
        (raw / "reports/_SUCCESS").touch()

    return parted


def two(first: Writer, second: Writer) -> Writer:
    def both(raw: Path) -> None:
        first(raw)
        second(raw)

    return both


CSV = text(REPORTS)
ZIPPED = gzip.compress(CSV.encode())
# Stored, not compressed: after 10 bytes of header and 5 of the block, the text itself.
CUT_AT_A_LINE = gzip.compress(CSV.encode(), 0)[: 10 + 5 + CSV.index("\nr20") + 1]
READ = "read"
# Name: what is written, and what happens: "read", or "fault: " or "rejected: " with the words that
# name the file or column and the mend.
INPUTS: dict[str, tuple[Writer, str]] = {
    "csv": (a_file("reports.csv", CSV), READ),
    "CSV in capitals": (a_file("reports.CSV", CSV), READ),
    "csv.gz": (a_file("reports.csv.gz", ZIPPED), READ),
    "csv.gz in two members": (
        a_file(
            "reports.CSV.GZ", gzip.compress(CSV[:900].encode()) + gzip.compress(CSV[900:].encode())
        ),
        READ,
    ),
    "csv.zst": (zst("reports.csv.zst"), READ),
    "tsv": (a_file("reports.tsv", text(REPORTS, "\t")), READ),
    "semicolons": (a_file("reports.csv", text(REPORTS, ";")), READ),
    "tabs": (a_file("reports.csv", text(REPORTS, "\t")), READ),
    "pipes": (a_file("reports.csv", text(REPORTS, "|")), READ),
    "Windows": (a_file("reports.csv", b"\xef\xbb\xbf" + CSV.replace("\n", "\r\n").encode()), READ),
    "header in capitals": (a_file("reports.csv", CSV.replace("report_id", "REPORT_ID")), READ),
    "header with spaces": (a_file("reports.csv", CSV.replace(",region,", ", Region ,", 1)), READ),
    "parquet": (parquet("reports.parquet"), READ),
    "PARQUET in capitals": (parquet("reports.PARQUET"), READ),
    "parquet header in capitals": (
        parquet("reports.parquet", renamed(region="REGION", case_id="Case_ID")),
        READ,
    ),
    "ndjson": (a_file("reports.ndjson", ndjson(REPORTS)), READ),
    "jsonl.gz": (a_file("reports.jsonl.gz", gzip.compress(ndjson(REPORTS).encode())), READ),
    "json, an array": (a_file("reports.json", json.dumps(objects(REPORTS), indent=2)), READ),
    "JSON, an object a line": (a_file("reports.JSON", ndjson(renamed(region="Region"))), READ),
    "folder of parts": (
        two(
            parquet("reports/a/0.parquet", REPORTS[:25]),
            a_file("reports/b.json", ndjson(REPORTS[25:])),
        ),
        READ,
    ),
    "hive, csv": (by_region(write_csv, ".csv"), READ),
    "hive, parquet": (by_region(write_parquet, ".snappy.parquet"), READ),
    "hive, json": (
        by_region(lambda path, rows: path.write_text(ndjson(rows)) and None, ".json"),
        READ,
    ),
    "beside an old copy": (
        two(a_file("reports.csv", CSV), a_file("reports_old.csv", CSV.replace("EU", "US"))),
        READ,
    ),
    "singular": (a_file("report.csv", CSV), "fault: report.csv' .* rename it to 'reports.csv'"),
    "capital": (
        parquet("Reports.parquet"),
        "fault: Reports.parquet' .* rename it to 'reports.parq",
    ),
    "folder with a capital": (
        parquet("Reports/a.parquet"),
        "fault: Reports/' .* rename it to 'reports/'",
    ),
    "a date in the name": (
        a_file("reports_2026-01.csv", CSV),
        "fault: reports_2026-01.csv' .* rename it to 'reports.csv'",
    ),
    "Excel": (a_file("reports.xlsx", b"PK"), "fault: reports.xlsx' .* its ending is not one of"),
    "bz2": (a_file("reports.csv.bz2", b"BZh"), "fault: reports.csv.bz2' .* Export it again"),
    "a part of another kind": (
        two(a_file("reports/a.csv", CSV), a_file("reports/b.orc", b"ORC")),
        "fault: reports/b.orc' .* its ending is not one of",
    ),
    "Delta": (
        two(parquet("reports/a.parquet"), a_file("reports/_delta_log/0.json", "{}")),
        "fault: reports/' .* Delta table, .* Export its present rows",
    ),
    "two forms": (
        two(a_file("reports.csv", CSV), parquet("reports.parquet")),
        "fault: reports.csv and reports.parquet .* Keep one",
    ),
    "empty file": (a_file("reports.csv", ""), "fault: reports.csv' is empty, .* Write it again"),
    "no header": (
        a_file("reports.csv", CSV.partition("\n")[2]),
        "fault: reports.csv' has no column 'report_id', 'reported_at', .* first line must name",
    ),
    "all faults of a file": (
        parquet("reports.parquet", renamed(case_id="caseId"), reported_at="{}", policy_code="1"),
        "fault: no column 'case_id' \\(there is 'caseId': rename it\\); it has column "
        "'reported_at' of type VARCHAR, but the contract asks for timestamp; it has column "
        "'policy_code' of type ",
    ),
    "header twice": (
        a_file("reports.csv", CSV.replace("policy_code", "region", 1)),
        "fault: reports.csv' has no column 'policy_code'; it names the column 'region' twice",
    ),
    "json without a required key": (
        a_file("reports.json", ndjson(without("surface"))),
        "fault: reports.json' has no column 'surface'",
    ),
    "json in a wrapper": (
        a_file("reports.json", json.dumps({"data": objects(REPORTS)})),
        "fault: reports.json' has no column 'report_id', .*",
    ),
    "json cut off": (
        a_file("reports.json", json.dumps(objects(REPORTS))[:-40]),
        r"fault: the file '.*reports.json' is not valid JSON, .* Write the file again",
    ),
    "parquet cut off": (
        two(parquet("reports.parquet"), lambda raw: _cut(raw / "reports.parquet")),
        "fault: reports.parquet.* It is not a Parquet file: write it again",
    ),
    "gz cut off": (
        a_file("reports.csv.gz", ZIPPED[:-30]),
        "fault: reports.csv.gz' is cut off: .* again",
    ),
    "gz cut off at the end of a line": (
        a_file(
            "reports.csv.gz",
            CUT_AT_A_LINE,
        ),
        "fault: reports.csv.gz' is cut off: .* again",
    ),
    "gz that is none": (
        a_file("reports.csv.gz", CSV),
        "fault: reports.csv.gz' is not gzip, .* Write it again",
    ),
    "zst cut off": (zst("reports.csv.zst", -30), "fault: reports.csv.zst' is cut off: .* again"),
    "zst that is none": (
        a_file("reports.csv.zst", CSV),
        "fault: reports.csv.zst' is not zstd, .* Write it again",
    ),
    "Latin-1": (
        a_file("reports.csv", text(changed(region=lambda _: "Perú")).encode("latin-1")),
        "fault: reports.csv', line .* not utf-8",
    ),
    "UTF-16": (
        a_file("reports.csv", CSV.encode("utf-16")),
        "fault: reports.csv', line 1.* not utf-8",
    ),
    "a short line": (
        a_file("reports.csv", CSV.replace("r20,", "", 1)),
        "fault: reports.csv', line 22: Expected Number of Columns: 12 Found: 11",
    ),
    "Z": (
        a_file("reports.csv", text(changed(reported_at=lambda cell: cell.replace(" ", "T") + "Z"))),
        "rejected: reported_at: not_parsable .* such as '2026-01-01T10:00:00Z': ends in Z",
    ),
    "an offset": (
        a_file("reports.csv", text(changed(reported_at=lambda cell: cell + "+02:00"))),
        "rejected: reported_at: not_parsable .* ends in an offset",
    ),
    "epoch in JSON": (
        a_file(
            "reports.ndjson",
            "".join(
                json.dumps(row | {"reported_at": 1767261600}) + "\n" for row in objects(REPORTS)
            ),
        ),
        "rejected: reported_at: not_parsable .* such as '1767261600': counts since 1970",
    ),
    "dates as people write them": (
        a_file("reports.csv", text(changed(reported_at=lambda _: "31.12.2025 10:00:00"))),
        "rejected: reported_at: not_parsable .* is not in the order YYYY-MM-DD",
    ),
    "another spelling of an enum": (
        a_file("reports.csv", text(changed(reporter_type=str.title))),
        "rejected: reporter_type: not_in_enum .* such as 'User': differs from user in case",
    ),
    "NULL as a word": (
        a_file("reports.csv", text(changed(is_deleted=lambda _: "NULL"))),
        "rejected: is_deleted: not_parsable .* stands for no value: leave it empty",
    ),
    "an object in a cell": (
        a_file(
            "reports.ndjson",
            "".join(
                json.dumps(row | {"region": {"code": "EU"}}) + "\n" for row in objects(REPORTS)
            ),
        ),
        "rejected: region: not_parsable .* a list or an object",
    ),
}


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _reports(raw: Path) -> list[tuple[object, ...]]:
    """The view raw.reports that a build would read."""
    with duckdb.connect() as connection:
        host = MacroHost(ROOT, connection)
        view = host.call("duckdb_raw_folder", str(raw))["views"]["reports"]
        typed = ", ".join(name for name in REPORTS[0])
        return sorted(connection.execute(f"select {typed} from ({view})").fetchall(), key=repr)


@pytest.fixture(scope="module")
def proper(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    """The reports as typed rows, read from Parquet by DuckDB itself."""
    path = tmp_path_factory.mktemp("proper") / "reports.parquet"
    write_parquet(path, REPORTS)
    return sorted(duckdb.sql(f"from '{path}'").fetchall(), key=repr)


@pytest.mark.parametrize("name", INPUTS)
def test_an_input_gives_its_rows_or_says_why_not(
    name: str, proper: list[tuple[object, ...]], tmp_path: Path
) -> None:
    write, expected = INPUTS[name]
    raw = tmp_path / "raw"
    raw.mkdir()
    write(raw)
    outcome, _, words = expected.partition(": ")
    try:
        found = look_at(raw, ROOT)
        faults = list(found.faults)
    except UserError as error:
        found, faults = None, [str(error)]
    if outcome == "fault":
        assert len(faults) == 1 and "\n" not in faults[0]
        assert re.search(words, faults[0], re.DOTALL), faults[0]
        return
    assert found is not None and not faults, faults
    if outcome == "rejected":
        (rejected,) = found.rejected
        assert rejected.share > DEFAULT_LIMIT
        assert re.search(words, str(rejected)), str(rejected)
        return
    assert _reports(raw) == proper
    assert not found.rejected
