"""Raw files and folders that are broken, as validate and build see them.

Each is a fault that is told with its file and its mend (exit 1 or 2), or rows that are rejected
and counted, or is read whole: never a traceback, never rows that are lost without a word.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from tests.faults.broken import ask, ask_process, must_tell, write_parquet

ROWS = 40
# Forty reports, their columns in the contract's order and types.
REPORTS = f"""
select
    'r' || i as report_id,
    timestamp '2026-01-01 10:00:00' + i * interval 1 hour as reported_at,
    'user' as reporter_type,
    cast(null as varchar) as reporter_id,
    'item' as content_id,
    'acc' as subject_account_id,
    'feed' as surface,
    'EU' as region,
    'SPAM-1' as policy_code,
    cast(null as varchar) as case_id,
    timestamp '2026-01-10 00:00:00' as ingested_at,
    cast(null as boolean) as is_deleted
from (select unnest(range({ROWS})) as i)
"""
COLUMNS = re.findall(r"as (\w+),?$", REPORTS, re.MULTILINE)
ACTIVE = """
select
    'month' as period_grain,
    date '2026-01-01' as period_start_date,
    'feed' as surface,
    'EU' as region,
    100::bigint as active_accounts,
    timestamp '2026-02-10 00:00:00' as ingested_at,
    cast(null as boolean) as is_deleted
"""
Maker = Callable[[Path], object]


def replaced(select: str = REPORTS, **columns: str) -> str:
    """The rows with some columns as another expression."""
    listed = ", ".join(f"{expression} as {name}" for name, expression in columns.items())
    return f"select * replace ({listed}) from ({select})"


def parquet(select: str, name: str = "reports.parquet") -> Maker:
    return lambda raw: write_parquet(raw / name, select)


def content(name: str, data: bytes | str | Callable[[], bytes | str]) -> Maker:
    def make(raw: Path) -> None:
        made = data() if callable(data) else data
        path = raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made.encode() if isinstance(made, str) else made)

    return make


def table(select: str = REPORTS) -> tuple[list[str], list[list[str]]]:
    """The rows as the cells of a CSV file."""
    with duckdb.connect() as connection:
        cursor = connection.execute(f"select columns(*)::varchar from ({select})")
        names = [column[0] for column in cursor.description or ()]
        return names, [["" if cell is None else cell for cell in row] for row in cursor.fetchall()]


def csv_text(delimiter: str = ",", end: str = "\n") -> str:
    names, rows = table()
    return "".join(delimiter.join(row) + end for row in [names, *rows])


def json_rows() -> list[dict[str, str]]:
    """The rows as objects, what is null left out."""
    names, rows = table()
    return [{name: cell for name, cell in zip(names, row, strict=True) if cell} for row in rows]


def ndjson() -> str:
    return "".join(json.dumps(row) + "\n" for row in json_rows())


def line_changed(number: int, change: Callable[[str], str]) -> Callable[[], str]:
    def make() -> str:
        lines = csv_text().splitlines(keepends=True)
        lines[number] = change(lines[number])
        return "".join(lines)

    return make


def whole() -> bytes:
    """The bytes of a sound Parquet file."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reports.parquet"
        write_parquet(path, REPORTS)
        return path.read_bytes()


def cut(share: float) -> Callable[[], bytes]:
    return lambda: (data := whole())[: int(len(data) * share)]


def flipped(place: float) -> Callable[[], bytes]:
    """One byte of a Parquet file is another."""

    def make() -> bytes:
        data = bytearray(whole())
        data[int(len(data) * place)] ^= 0xFF
        return bytes(data)

    return make


def footer_length(length: int) -> Callable[[], bytes]:
    return lambda: (data := whole())[:-8] + length.to_bytes(4, "little") + data[-4:]


def link(name: str, target: str) -> Maker:
    return lambda raw: (raw / name).symlink_to(target)


def both(*makers: Maker) -> Maker:
    def make(raw: Path) -> None:
        for one in makers:
            one(raw)

    return make


def a_socket(raw: Path) -> None:
    here = Path.cwd()
    os.chdir(raw)  # its name may have 107 bytes at most
    try:
        socket.socket(socket.AF_UNIX).bind("reports.parquet")
    finally:
        os.chdir(here)


SOUND = parquet(REPORTS)

# The file or folder in question, how it is made, and what must be named.
FAULTS: dict[str, tuple[Maker, str]] = {
    # folders and things that are not files
    "an_empty_folder": (lambda raw: None, ""),
    "a_folder_of_strangers": (content("notes.txt", "nothing"), ""),
    "a_dangling_link": (link("reports.parquet", "gone.parquet"), "reports.parquet"),
    "a_dangling_link_beside_a_sound_table": (
        both(SOUND, link("cases.parquet", "gone.parquet")),
        "cases.parquet",
    ),
    "a_link_to_itself": (link("reports.parquet", "reports.parquet"), "reports.parquet"),
    "a_folder_named_like_a_file": (
        lambda raw: (raw / "reports.parquet").mkdir(),
        "reports.parquet",
    ),
    "an_empty_folder_of_a_table": (lambda raw: (raw / "reports").mkdir(), "reports"),
    "a_folder_of_a_table_with_strangers": (
        content("reports/part-0.xlsx", "PK"),
        "reports/part-0.xlsx",
    ),
    "a_folder_within_itself": (
        both(lambda raw: (raw / "reports").mkdir(), link("reports/again", "../reports")),
        "reports",
    ),
    "a_pipe": (lambda raw: os.mkfifo(raw / "reports.parquet"), "reports.parquet"),
    "a_pipe_named_csv": (lambda raw: os.mkfifo(raw / "reports.csv"), "reports.csv"),
    "a_pipe_named_gz": (lambda raw: os.mkfifo(raw / "reports.csv.gz"), "reports.csv.gz"),
    "a_socket": (a_socket, "reports.parquet"),
    "a_device": (link("reports.csv", "/dev/zero"), "reports.csv"),
    "a_table_twice": (both(SOUND, content("reports.csv", csv_text)), "reports"),
    "a_name_in_capitals": (parquet(REPORTS, "Reports.parquet"), "Reports.parquet"),
    "a_name_in_the_singular": (parquet(REPORTS, "report.parquet"), "report.parquet"),
    "another_format": (content("reports.xlsx", "PK"), "reports.xlsx"),
    "a_name_that_is_not_utf8": (
        lambda raw: (raw / os.fsdecode(b"reports\xff.csv")).write_text(csv_text()),
        "",
    ),
    "a_part_whose_name_is_not_utf8": (
        both(
            lambda raw: (raw / "reports").mkdir(),
            lambda raw: (raw / "reports" / os.fsdecode(b"\xff.csv")).write_text(csv_text()),
        ),
        "reports",
    ),
    # Parquet
    "parquet_of_no_byte": (content("reports.parquet", b""), "reports.parquet"),
    "parquet_of_one_byte": (content("reports.parquet", b"P"), "reports.parquet"),
    "parquet_of_its_marks_alone": (content("reports.parquet", b"PAR1PAR1"), "reports.parquet"),
    "parquet_of_twelve_zeros": (content("reports.parquet", bytes(12)), "reports.parquet"),
    "parquet_cut_at_its_mark": (content("reports.parquet", cut(0.002)), "reports.parquet"),
    "parquet_cut_in_a_page": (content("reports.parquet", cut(0.3)), "reports.parquet"),
    "parquet_cut_in_the_footer": (content("reports.parquet", cut(0.9)), "reports.parquet"),
    "parquet_cut_by_a_byte": (content("reports.parquet", cut(0.9999)), "reports.parquet"),
    "parquet_of_text": (content("reports.parquet", csv_text), "reports.parquet"),
    "parquet_that_is_zipped": (
        content("reports.parquet", lambda: gzip.compress(whole())),
        "reports.parquet",
    ),
    "parquet_named_gz": (
        content("reports.parquet.gz", lambda: gzip.compress(whole())),
        "reports.parquet.gz",
    ),
    "parquet_whose_footer_is_too_long": (
        content("reports.parquet", footer_length(2**31)),
        "reports.parquet",
    ),
    "parquet_whose_footer_is_too_short": (
        content("reports.parquet", footer_length(3)),
        "reports.parquet",
    ),
    "parquet_whose_footer_is_nothing": (
        content("reports.parquet", footer_length(0)),
        "reports.parquet",
    ),
    "parquet_that_is_encrypted": (
        content("reports.parquet", lambda: whole()[:-4] + b"PARE"),
        "reports.parquet",
    ),
    "parquet_that_is_a_database": (
        lambda raw: duckdb.connect(str(raw / "reports.parquet")).execute("create table t(i int)"),
        "reports.parquet",
    ),
    "parquet_without_columns_of_the_contract": (parquet("select 1 as x"), "report_id"),
    "parquet_without_a_key": (
        parquet(f"select * exclude (report_id) from ({REPORTS})"),
        "report_id",
    ),
    "parquet_without_ingested_at": (
        parquet(f"select * exclude (ingested_at) from ({REPORTS})"),
        "ingested_at",
    ),
    "parquet_without_is_deleted": (
        parquet(f"select * exclude (is_deleted) from ({REPORTS})"),
        "is_deleted",
    ),
    "parquet_with_a_column_in_two_cases": (
        parquet(
            f'select *, 1 as "REGION " from ({REPORTS})'.replace(
                "'EU' as region", "'EU' as \"Region\""
            )
        ),
        "region",
    ),
    "parquet_with_a_column_near_in_name": (
        parquet(f"select * rename (report_id as reportId) from ({REPORTS})"),
        "reportId",
    ),
    **{
        f"parquet_with_{kind}": (parquet(replaced(**columns)), next(iter(columns)))
        for kind, columns in {
            "a_struct": {"region": "{'a': 1}"},
            "a_list": {"region": "['EU']"},
            "a_map": {"region": "map {'a': 1}"},
            "a_blob": {"region": "'EU'::blob"},
            "a_uuid": {"report_id": "uuid()"},
            "an_interval": {"reported_at": "interval 1 day"},
            "a_time": {"reported_at": "time '10:00:00'"},
            "a_date_for_a_timestamp": {"reported_at": "date '2026-01-01'"},
            "text_for_a_timestamp": {"reported_at": "'2026-01-01 10:00:00'"},
            "a_number_for_a_timestamp": {"reported_at": "1767261600"},
            "a_number_for_text": {"region": "1"},
            "a_decimal_for_text": {"region": "1.5"},
            "text_for_a_boolean": {"is_deleted": "'false'"},
            "a_number_for_a_boolean": {"is_deleted": "0"},
        }.items()
    },
    "parquet_with_a_decimal_for_an_integer": (
        parquet(replaced(ACTIVE, active_accounts="1.5"), "active_accounts.parquet"),
        "active_accounts",
    ),
    "parquet_with_a_huge_integer": (
        parquet(replaced(ACTIVE, active_accounts="1::hugeint"), "active_accounts.parquet"),
        "active_accounts",
    ),
    "parquet_with_a_timestamp_for_a_date": (
        parquet(
            replaced(ACTIVE, period_start_date="timestamp '2026-01-01'"), "active_accounts.parquet"
        ),
        "period_start_date",
    ),
    "a_sound_part_beside_one_that_is_cut": (
        both(parquet(REPORTS, "reports/a.parquet"), content("reports/b.parquet", cut(0.5))),
        "b.parquet",
    ),
    "a_sound_part_beside_an_empty_one": (
        both(parquet(REPORTS, "reports/a.parquet"), content("reports/b.parquet", b"")),
        "b.parquet",
    ),
    "a_sound_part_beside_one_of_other_columns": (
        both(parquet(REPORTS, "reports/a.parquet"), parquet("select 1 as x", "reports/b.parquet")),
        "b.parquet",
    ),
    "a_delta_table": (
        both(parquet(REPORTS, "reports/a.parquet"), content("reports/_delta_log/0.json", "{}")),
        "Delta",
    ),
    "parquet_with_times_beyond_microseconds": (
        parquet(
            replaced(reported_at="timestamp_ms '294247-01-10 04:00:54.775'")
            .replace("timestamp_ms '", "timestamp '")
            .replace("54.775'", "54.775806'::timestamp_ms")
        ),
        "reports.parquet",
    ),
    # CSV
    "csv_of_no_byte": (content("reports.csv", b""), "reports.csv"),
    "csv_of_a_line_end": (content("reports.csv", "\n"), "reports.csv"),
    "csv_of_parquet": (content("reports.csv", whole), "reports.csv"),
    "csv_of_json": (content("reports.csv", ndjson), "reports.csv"),
    "csv_of_zeros": (content("reports.csv", bytes(5000)), "reports.csv"),
    "csv_of_random_bytes": (content("reports.csv", lambda: os.urandom(5000)), "reports.csv"),
    "csv_without_a_header": (
        content("reports.csv", lambda: csv_text().split("\n", 1)[1]),
        "reports.csv",
    ),
    "csv_with_a_title_above_the_header": (
        content("reports.csv", lambda: "Reports of January\n\n" + csv_text()),
        "reports.csv",
    ),
    "csv_in_utf16": (content("reports.csv", lambda: csv_text().encode("utf-16")), "reports.csv"),
    "csv_in_utf32": (content("reports.csv", lambda: csv_text().encode("utf-32")), "reports.csv"),
    "csv_in_latin1": (
        content("reports.csv", lambda: csv_text().replace("feed", "fåed").encode("latin-1")),
        "reports.csv",
    ),
    "csv_with_half_a_character": (
        content("reports.csv", lambda: csv_text().encode().replace(b"feed", b"f\xe2\x82")),
        "reports.csv",
    ),
    "csv_separated_by_colons": (content("reports.csv", lambda: csv_text(":")), "reports.csv"),
    "csv_separated_by_a_control_character": (
        content("reports.csv", lambda: csv_text("\x1f")),
        "reports.csv",
    ),
    "csv_with_a_cell_too_many": (
        content("reports.csv", line_changed(7, lambda line: line.rstrip("\n") + ",more\n")),
        "line 8",
    ),
    "csv_with_a_cell_too_few": (
        content("reports.csv", line_changed(7, lambda line: line.rsplit(",", 2)[0] + "\n")),
        "line 8",
    ),
    "csv_cut_within_a_line": (content("reports.csv", lambda: csv_text()[:-30]), "reports.csv"),
    "csv_with_a_quote_that_stays_open": (
        content("reports.csv", line_changed(7, lambda line: line.replace("user", '"user'))),
        "reports.csv",
    ),
    "csv_with_text_after_a_quote": (
        content("reports.csv", line_changed(7, lambda line: line.replace("user", '"us"er'))),
        "reports.csv",
    ),
    "csv_with_a_line_of_10_mb": (
        content("reports.csv", line_changed(7, lambda line: line.replace("item", "x" * 10**7))),
        "reports.csv",
    ),
    "csv_with_a_first_line_of_10_mb": (
        content("reports.csv", lambda: "x" * 10**7 + "\n" + csv_text()),
        "reports.csv",
    ),
    "csv_without_a_key": (
        content("reports.csv", lambda: csv_text().replace("report_id", "identifier")),
        "report_id",
    ),
    "csv_that_names_a_column_twice": (
        content("reports.csv", lambda: csv_text().replace("reporter_id", "region", 1)),
        "region",
    ),
    "csv_with_a_column_in_two_cases": (
        content(
            "reports.csv",
            lambda: csv_text().replace("region", "Region", 1).replace("surface", "REGION", 1),
        ),
        "region",
    ),
    "csv_of_a_web_page": (
        content("reports.csv", "<!doctype html>\n<html><body>Please log in</body></html>\n"),
        "reports.csv",
    ),
    "csv_of_a_git_lfs_pointer": (
        content("reports.csv", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n"),
        "reports.csv",
    ),
    # compressed
    "gz_of_no_byte": (content("reports.csv.gz", b""), "reports.csv.gz"),
    "gz_of_text": (content("reports.csv.gz", csv_text), "reports.csv.gz"),
    "gz_that_is_cut": (
        content("reports.csv.gz", lambda: gzip.compress(csv_text().encode())[:-20]),
        "reports.csv.gz",
    ),
    "gz_whose_middle_is_other": (
        content(
            "reports.csv.gz",
            lambda: (data := gzip.compress(csv_text().encode()))[:100] + bytes(50) + data[150:],
        ),
        "reports.csv.gz",
    ),
    "gz_whose_sum_is_wrong": (
        content("reports.csv.gz", lambda: gzip.compress(csv_text().encode())[:-8] + bytes(8)),
        "reports.csv.gz",
    ),
    "gz_with_garbage_behind": (
        content("reports.csv.gz", lambda: gzip.compress(csv_text().encode()) + b"garbage"),
        "reports.csv.gz",
    ),
    "gz_of_nothing": (content("reports.csv.gz", lambda: gzip.compress(b"")), "reports.csv.gz"),
    "zst_of_text": (content("reports.csv.zst", csv_text), "reports.csv.zst"),
    "zst_of_no_byte": (content("reports.csv.zst", b""), "reports.csv.zst"),
    "json_of_no_byte": (content("reports.json", b""), "reports.json"),
    "json_of_half_an_object": (content("reports.json", lambda: ndjson()[:-40]), "reports.json"),
    "json_of_csv": (content("reports.json", csv_text), "reports.json"),
    "json_of_a_number": (content("reports.json", "5"), "reports.json"),
    "json_of_a_text": (content("reports.json", '"reports"'), "reports.json"),
    "json_of_null": (content("reports.json", "null"), "reports.json"),
    "json_of_an_empty_array": (content("reports.json", "[]"), "reports.json"),
    "json_of_an_empty_object": (content("reports.json", "{}"), "reports.json"),
    "json_of_arrays": (content("reports.json", "[[1, 2], [3, 4]]"), "reports.json"),
    "json_within_an_object": (
        content("reports.json", lambda: json.dumps({"data": json_rows()})),
        "reports.json",
    ),
    "json_with_single_quotes": (
        content("reports.json", lambda: ndjson().replace('"', "'")),
        "reports.json",
    ),
    "json_100000_levels_deep": (
        content("reports.json", '{"report_id": ' + "[" * 100_000 + "]" * 100_000 + "}"),
        "reports.json",
    ),
    "json_in_utf16": (content("reports.json", lambda: ndjson().encode("utf-16")), "reports.json"),
    "json_in_latin1": (
        content("reports.json", lambda: ndjson().replace("feed", "få").encode("latin-1")),
        "reports.json",
    ),
    "json_that_names_a_key_twice": (
        content("reports.json", lambda: ndjson().replace('"region"', '"region": "EU", "region"')),
        "reports.json",
    ),
    "a_link_to_a_folder_in_a_table": (
        both(
            parquet(REPORTS, "reports/a.parquet"),
            parquet(REPORTS, "../elsewhere/b.parquet"),
            link("reports/more", "../../elsewhere"),
        ),
        "reports/more",
    ),
    "json_without_a_key": (
        content("reports.json", lambda: ndjson().replace("report_id", "identifier")),
        "report_id",
    ),
    "json_array_that_ends_early": (
        content("reports.json", lambda: json.dumps(json_rows())[:-1]),
        "reports.json",
    ),
}


# What looks broken and is read, or is rejected row by row: rows, and how many of them are rejected.
READ: dict[str, tuple[Maker, int, int]] = {
    "bytes_of_order_before_the_header": (
        content("reports.csv", lambda: b"\xef\xbb\xbf" + csv_text().encode()),
        ROWS,
        0,
    ),
    "a_header_alone": (content("reports.csv", lambda: csv_text().split("\n")[0] + "\n"), 0, 0),
    "a_header_without_a_line_end": (
        content("reports.csv", lambda: csv_text().split("\n")[0]),
        0,
        0,
    ),
    "parquet_without_a_row": (parquet(f"from ({REPORTS}) limit 0"), 0, 0),
    "lines_that_end_in_carriage_returns": (
        content("reports.csv", lambda: csv_text(end="\r")),
        ROWS,
        0,
    ),
    "lines_that_end_in_both": (content("reports.csv", lambda: csv_text(end="\r\n")), ROWS, 0),
    "empty_lines_at_the_end": (content("reports.csv", lambda: csv_text() + "\n\n\n"), ROWS, 0),
    "a_nul_byte_in_a_cell": (
        content("reports.csv", line_changed(7, lambda line: line.replace("item", "it\0em"))),
        ROWS,
        0,
    ),
    "columns_in_capitals": (
        content("reports.csv", lambda: csv_text().replace("report_id", "REPORT_ID")),
        ROWS,
        0,
    ),
    "10000_more_columns": (
        parquet(f"select *, {', '.join(f'1 as x{n}' for n in range(10_000))} from ({REPORTS})"),
        ROWS,
        0,
    ),
    "10000_more_columns_of_csv": (
        content(
            "reports.csv",
            lambda: "".join(
                line + "".join(f",x{n}" for n in range(10_000)) + "\n"
                for line in csv_text().splitlines()
            ),
        ),
        ROWS,
        0,
    ),
    "an_enum": (
        parquet(replaced(region="'EU'::enum('EU', 'US')")),
        ROWS,
        0,
    ),
    "a_timestamp_with_a_zone": (parquet(replaced(reported_at="reported_at::timestamptz")), ROWS, 0),
    "nanoseconds": (parquet(replaced(reported_at="reported_at::timestamp_ns")), ROWS, 0),
    "an_unsigned_number_beyond_the_signed": (
        parquet(
            replaced(ACTIVE, active_accounts="18446744073709551615::ubigint"),
            "active_accounts.parquet",
        ),
        1,
        1,
    ),
    "json_with_nan_in_a_text": (
        content("reports.json", lambda: ndjson().replace('"item"', "NaN")),
        ROWS,
        0,
    ),
    "json_object_of_20_mb": (
        content("reports.json", lambda: ndjson().replace("item", "x" * 20_000_000, 1)),
        ROWS,
        0,
    ),
    "json_with_lists_in_cells": (
        content("reports.json", lambda: ndjson().replace('"feed"', '["feed"]')),
        ROWS,
        ROWS,
    ),
    "json_with_objects_in_cells": (
        content("reports.json", lambda: ndjson().replace('"feed"', '{"a": {"b": 1}}')),
        ROWS,
        ROWS,
    ),
    "json_objects_without_line_ends": (
        content("reports.json", lambda: ndjson().replace("\n", " ")),
        ROWS,
        0,
    ),
    "cells_that_are_empty": (
        content("reports.csv", lambda: csv_text().replace(",feed,", ",,")),
        ROWS,
        ROWS,
    ),
    "a_cell_of_1_mb": (
        content("reports.csv", line_changed(7, lambda line: line.replace("item", "x" * 10**6))),
        ROWS,
        0,
    ),
    "a_table_of_one_link": (
        both(
            lambda raw: write_parquet(raw.parent / "elsewhere.parquet", REPORTS),
            link("reports.parquet", "../elsewhere.parquet"),
        ),
        ROWS,
        0,
    ),
    "a_table_of_links_to_parts": (
        both(
            parquet(f"from ({REPORTS}) limit 10", "../elsewhere/a.parquet"),
            parquet(f"from ({REPORTS}) offset 10", "../elsewhere/b.parquet"),
            lambda raw: (raw / "reports" / "inner").mkdir(parents=True),
            link("reports/a.parquet", "../../elsewhere/a.parquet"),
            link("reports/inner/b.parquet", "../../../elsewhere/b.parquet"),
        ),
        ROWS,
        0,
    ),
    "a_table_that_is_a_link_to_a_folder": (
        both(
            parquet(f"from ({REPORTS}) limit 10", "../elsewhere/a.parquet"),
            parquet(f"from ({REPORTS}) offset 10", "../elsewhere/inner/more/b.parquet"),
            link("reports", "../elsewhere"),
        ),
        ROWS,
        0,
    ),
    "an_empty_folder_beside_a_table": (
        both(SOUND, lambda raw: (raw / "archive").mkdir()),
        ROWS,
        0,
    ),
}

# Dates and times at and beyond the ends of what a timestamp, a date, a file can hold.
FAR_DATES = ("290000-01-01", "5881580-07-10", "5877642-06-25 (BC)", "4714-11-24 (BC)", "infinity",
             "-infinity", "0001-01-01", "1999-12-31", "2100-01-01", "294247-01-10")  # fmt: skip
FAR_TIMES = ("294247-01-10 04:00:54.775806", "290309-12-22 (BC) 00:00:00", "infinity", "-infinity",
             "290000-01-01 00:00:00", "1969-12-31 23:59:59", "2100-01-01 00:00:00",
             "0001-01-01 00:00:00", "294246-12-20 00:00:00")  # fmt: skip


@contextmanager
def made(maker: Maker, tmp_path: Path) -> Iterator[Path]:
    raw = tmp_path / "raw"
    raw.mkdir()
    maker(raw)
    yield raw


def in_process_of_its_own(name: str) -> bool:
    """What may hang when it is read is asked of a process that can be ended."""
    return any(word in name for word in ("pipe", "socket", "device", "itself"))


@pytest.mark.parametrize("name", FAULTS)
def test_a_broken_file_is_told(name: str, tmp_path: Path) -> None:
    maker, named = FAULTS[name]
    with made(maker, tmp_path) as raw:
        said = (ask_process if in_process_of_its_own(name) else ask)("validate", raw)
        must_tell(said, named or raw, codes=(1, 2), in_output=True)


@pytest.mark.parametrize("name", READ)
def test_what_looks_broken_is_read_whole(name: str, tmp_path: Path) -> None:
    maker, rows, rejected = READ[name]
    with made(maker, tmp_path) as raw:
        assert_counted(raw, rows, rejected)


def assert_counted(raw: Path, rows: int, rejected: int, reason: str = "") -> None:
    """Validate reads so many rows and rejects so many of them, and says why."""
    said = ask("validate", raw, "--format", "json", "--max-rejected", "1")
    assert said.exit_code == 0, said
    told = json.loads(said.out)
    found = [one for one in told["tables"] if one["files"]]
    assert [(one["rows"], one["rejected"]) for one in found] == [(rows, rejected)], told
    assert not told["faults"]
    if rejected:
        [one] = told["rejected"]
        assert one["rejected"] == rejected
        assert reason in json.dumps(one["rules"]), one


@pytest.mark.parametrize("day", FAR_DATES)
@pytest.mark.parametrize("grain", ["week", "month", "quarter"])
def test_a_date_out_of_the_calendar_is_a_rejected_row(day: str, grain: str, tmp_path: Path) -> None:
    rows = replaced(ACTIVE, period_start_date=f"date '{day}'", period_grain=f"'{grain}'")
    write_parquet(tmp_path / "raw" / "active_accounts.parquet", f"({rows}) union all ({ACTIVE})")
    assert_counted(tmp_path / "raw", 2, 1, "out_of_calendar")


@pytest.mark.parametrize("moment", FAR_TIMES)
@pytest.mark.parametrize("kind", ["timestamp", "timestamptz", "timestamp_ms", "timestamp_s"])
@pytest.mark.parametrize("column", ["reported_at", "ingested_at"])
def test_a_time_out_of_the_calendar_is_a_rejected_row(
    moment: str, kind: str, column: str, tmp_path: Path
) -> None:
    rows = replaced(**{column: f"'{moment}'::timestamp::{kind}"})
    try:
        write_parquet(
            tmp_path / "raw" / "reports.parquet", f"(from ({rows}) limit 1) union all ({REPORTS})"
        )
    except duckdb.ConversionException:
        pytest.skip("DuckDB cannot write it")
    assert_counted(tmp_path / "raw", ROWS + 1, 1, "out_of_calendar")


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize(
    "cell",
    ["290000-01-01 00:00:00", "infinity", "-infinity", "9999-12-31 23:59:59", "0000-00-00 00:00:00",
     "2026-02-30 00:00:00", "294247-01-10 04:00:54.775807", "0001-01-01 00:00:00",
     "1e400", "9" * 400],
)  # fmt: skip
def test_text_out_of_the_calendar_is_a_rejected_row(cell: str, form: str, tmp_path: Path) -> None:
    row = json_rows()[0] | {"reported_at": cell}
    if form == "csv":
        cells = ",".join(row.get(name, "") for name in table()[0])
        content("reports.csv", csv_text() + cells + "\n")(tmp_path / "raw")
    else:
        content("reports.json", ndjson() + json.dumps(row) + "\n")(tmp_path / "raw")
    assert_counted(tmp_path / "raw", ROWS + 1, 1, "reported_at")
