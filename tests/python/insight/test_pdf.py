"""A page is printed by a browser that is there; a failure leaves the last good file."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from trustmetrics.errors import UserError
from trustmetrics.insight.pdf import BROWSERS, NAMED, find_browser, print_pdf

WRITES = """
for one in "$@"; do case "$one" in --print-to-pdf=*) printf '%%PDF-1.4' > "${one#*=}";; esac; done
echo "$@" > "$0.asked"
"""

PRINTS = """
import sys
from pathlib import Path
from trustmetrics.insight.pdf import print_pdf
from trustmetrics.stops import stop_politely

stop_politely()
print_pdf(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def browser(folder: Path, text: str, name: str = "chromium") -> Path:
    """A program in the browser's place."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def has_gone(group: int) -> bool:
    """Whether nothing of a process group is left, once those who died have been buried."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text("<p>hello</p>")
    return path


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "page.pdf"
    path.write_text("the last good one")
    return path


def test_the_browser_prints_the_page_and_asks_nobody(
    tmp_path: Path, page: Path, pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = browser(tmp_path, WRITES)
    monkeypatch.setenv(NAMED, str(program))
    print_pdf(page, pdf)
    assert pdf.read_bytes() == b"%PDF-1.4"
    asked = (tmp_path / "chromium.asked").read_text()
    assert page.absolute().as_uri() in asked
    for option in ("--headless", "--disable-background-networking", "MAP * ~NOTFOUND"):
        assert option in asked
    profile = asked.split("--user-data-dir=")[1].split()[0]
    assert not Path(profile).exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("exit 3", "gave no PDF (exit 3)"),
        (WRITES.replace("%%PDF-1.4", "oops"), "gave no PDF (exit 0)"),
        ("sleep 30 & wait", "printed nothing in 1 seconds"),
    ],
)
def test_a_browser_that_fails_leaves_the_last_file_and_nothing_else(
    tmp_path: Path,
    page: Path,
    pdf: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    complaint: str,
) -> None:
    program = browser(tmp_path, f'echo $$ > "$0.pid"\n{text}')
    monkeypatch.setenv(NAMED, str(program))
    there = {path.name for path in tmp_path.iterdir()}
    with pytest.raises(UserError, match=complaint.replace("(", r"\(").replace(")", r"\)")):
        print_pdf(page, pdf, seconds=1)
    assert pdf.read_text() == "the last good one"
    assert {path.name for path in tmp_path.iterdir()} - there <= {"chromium.pid", "chromium.asked"}
    assert has_gone(int((tmp_path / "chromium.pid").read_text()))


@pytest.mark.slow
def test_what_a_browser_leaves_running_ends_with_it(
    tmp_path: Path, page: Path, pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = browser(tmp_path, f'echo $$ > "$0.pid"\n{WRITES}\nsleep 300 &')
    monkeypatch.setenv(NAMED, str(program))
    print_pdf(page, pdf)
    assert pdf.read_bytes() == b"%PDF-1.4"
    assert has_gone(int((tmp_path / "chromium.pid").read_text()))


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_stopped_takes_its_browser_along(
    tmp_path: Path, page: Path, pdf: Path, stop: signal.Signals
) -> None:
    program = browser(tmp_path, 'echo $$ > "$0.new" && mv "$0.new" "$0.pid"; sleep 300 & wait')
    child = subprocess.Popen(
        [sys.executable, "-c", PRINTS, str(page), str(pdf)],
        env={**os.environ, NAMED: str(program)},
        stderr=subprocess.DEVNULL,
    )
    written = tmp_path / "chromium.pid"
    while not written.exists() and child.poll() is None:
        time.sleep(0.05)
    child.send_signal(stop)
    assert child.wait() != 0
    assert has_gone(int(written.read_text()))
    assert pdf.read_text() == "the last good one"
    assert not list(tmp_path.glob(".page.pdf*"))


def test_the_first_browser_of_the_list_that_is_there_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(NAMED, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="needs Chromium or Chrome, and none is on the PATH"):
        find_browser()
    for name in reversed(BROWSERS):
        path = browser(tmp_path, "exit 0", name)
        assert find_browser() == path
    monkeypatch.setenv(NAMED, "no-such-browser")
    with pytest.raises(UserError, match="'no-such-browser' is not a program"):
        find_browser()


def test_a_real_browser_gives_a_pdf(page: Path, pdf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAMED, raising=False)
    try:
        find_browser()
    except UserError as error:
        pytest.skip(str(error))
    print_pdf(page, pdf)
    assert pdf.read_bytes().startswith(b"%PDF-") and pdf.stat().st_size > 1000
