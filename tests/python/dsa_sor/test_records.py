"""Lines that are not as they should be: each costs itself, and nothing is lost."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.python.dsa_sor.dumps import record, rejected, rows, run, text, uuid
from trustmetrics.dsa_sor.records import read_records

HEADER, *_ = text([]).splitlines()
GOOD = [text([record(number)]).splitlines()[1] for number in range(12)]


def mapped(folder: Path, lines: list[bytes], line_break: bytes = b"\n"):
    """The report, the uuids in the tables, and the rejects, of lines beneath a header."""
    file = folder / "part.csv"
    file.write_bytes(line_break.join([HEADER.encode(), *lines, b""]))
    report = run(file, out=folder / "raw")
    assert report.records == report.statements + report.rejected + report.duplicates
    return (
        report,
        [case for (case,) in rows(folder / "raw", "cases", "case_id")],
        rejected(folder / "raw"),
    )


BAD = {
    "too few cells": (b"a,b", "2 cells instead of 38"),
    "too many cells": (GOOD[9].encode() + b",x", "39 cells instead of 38"),
    "a quote that is not closed": (GOOD[9].encode().replace(b'""commercial""', b'"'), "not CSV"),
    "an open quote": (GOOD[9].encode()[:60] + b'"', ""),
    "not UTF-8": (GOOD[9].encode().replace(b"Kleinkram", b"Kl\xe4"), "'Kl\\xe4' is not UTF-8"),
    "no uuid": (GOOD[9].encode().replace(uuid(9).encode(), b"x"), "uuid 'x'"),
    "an impossible day": (GOOD[9].encode().replace(b"2025-08-20", b"2025-02-30"), "content_date"),
    "half a record": (GOOD[9].encode()[:200], ""),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_line_costs_itself_alone(tmp_path, kind):
    line, reason = BAD[kind]
    good = [one.encode() for one in GOOD[:3]]
    report, cases, (kept,) = mapped(tmp_path, [good[0], line, good[1], good[2]])
    assert cases == [uuid(0), uuid(1), uuid(2)]
    assert report.rejected == 1
    assert kept["line"] == "3" and reason in kept["reason"]
    assert kept["record"] == line.decode(errors="backslashreplace")


@pytest.mark.parametrize("line_break", [b"\n", b"\r\n"])
def test_the_last_line_may_lack_its_break_and_blank_lines_do_not_count(tmp_path, line_break):
    lines = [GOOD[0].encode(), b"", GOOD[1].encode()]
    report, cases, kept = mapped(tmp_path, lines, line_break)
    assert (report.records, cases, kept) == (2, [uuid(0), uuid(1)], [])
    file = tmp_path / "part.csv"
    file.write_bytes(file.read_bytes().rstrip())
    assert run(file, out=tmp_path / "raw").statements == 2


def test_a_quote_behind_a_backslash_is_read_as_php_writes_it(tmp_path):
    line = GOOD[0].replace("It was posted, flagged, and", 'It was \\"posted\\", ""flagged"", and')
    report, _, kept = mapped(tmp_path, [line.encode(), GOOD[1].encode()])
    assert (report.statements, kept) == (2, [])
    (read,) = read_records([line.encode()], 38, range(38))
    assert read.cells[30] == 'It was \\"posted\\", "flagged", and looked at.'


def test_a_record_of_several_lines_is_one(tmp_path):
    line = GOOD[0].replace("It was posted, ", "It was\nposted, \n")
    report, _, kept = mapped(tmp_path, [line.encode(), GOOD[1].encode(), b"x"])
    assert (report.records, report.statements) == (3, 2)
    assert [one["line"] for one in kept] == ["6"]


def test_two_stray_quotes_do_not_swallow_the_records_between(tmp_path):
    """With both, the four lines would read as one record of 38 cells."""
    opening = GOOD[0].replace("Kleinkram,uid-0", '"Kleinkram')
    opening = opening[: opening.index('"Kleinkram') + len('"Kleinkram')]
    closing = GOOD[3].replace("Kleinkram,uid-3", 'Kleinkram",uid-3')
    closing = closing[closing.index('Kleinkram"') :]
    between = [GOOD[1].encode(), GOOD[2].encode()]
    _, cases, kept = mapped(tmp_path, [opening.encode(), *between, closing.encode()])
    assert cases == [uuid(1), uuid(2)]
    assert [one["line"] for one in kept] == ["2", "5"]


def test_a_line_without_end_is_one_reject(tmp_path, monkeypatch):
    monkeypatch.setattr("trustmetrics.dsa_sor.records.LONGEST_RECORD", 3_000)
    line = GOOD[9].encode().replace(b"flagged", b"flagged" * 1000)
    broken = b"a,b"
    _, cases, kept = mapped(tmp_path, [GOOD[0].encode(), line, broken, GOOD[1].encode()])
    assert cases == [uuid(0), uuid(1)]
    assert [one["reason"] for one in kept] == [
        "longer than 3,000 bytes",
        "2 cells instead of 38",
    ]


piece = st.one_of(
    st.sampled_from(GOOD).map(str.encode),
    st.sampled_from([line for line, _ in BAD.values()]),
    st.tuples(st.sampled_from(GOOD), st.integers(0, 300), st.sampled_from(['"', ",", "\n", "\\"]))
    .map(lambda one: (one[0][: one[1]] + one[2] + one[0][one[1] :]).encode()),
    st.text(st.sampled_from('a",\n\\ ü'), max_size=12).map(str.encode),
)  # fmt: skip


@pytest.mark.slow
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(piece, max_size=8))
def test_nothing_is_lost(lines):
    """Whatever the lines are: each sound one is in the tables, every other one in the rejects."""
    lines = [GOOD[11].encode(), *lines, GOOD[10].encode()]
    with tempfile.TemporaryDirectory() as folder:
        report, cases, kept = mapped(Path(folder), lines)
    sound = {
        line.split(b",")[0].decode() for line in lines if line.decode(errors="replace") in GOOD
    }
    assert sound <= set(cases)
    assert len(cases) == report.statements and len(kept) == report.rejected
    read = list(
        read_records([one + b"\n" for one in b"\n".join(lines).split(b"\n")], 38, range(38))
    )
    assert report.records == len(read)
    told = sorted(one.text for one in read if one.cells is None)
    assert set(told) <= {one["record"] for one in kept}
    covered = "\n".join(one.text for one in read).split("\n")
    whole = b"\n".join(lines).decode(errors="backslashreplace").split("\n")
    assert [one for one in covered if one.strip()] == [one for one in whole if one.strip()]


def test_bytes_that_are_not_text_do_not_matter_where_nothing_is_read(tmp_path):
    """In both ways of reading: with a line that has to be read by hand, and without."""
    line = GOOD[0].encode().replace(b"flagged", b"fl\xe4gged")
    for number, more in enumerate([[], [b"x"]]):
        (tmp_path / str(number)).mkdir()
        _, cases, kept = mapped(tmp_path / str(number), [line, *more])
        assert cases == [uuid(0)] and len(kept) == len(more)
