"""Prints a page to PDF by a browser that is there already: no engine for paper of our own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from trustmetrics.drafts import drafted
from trustmetrics.errors import UserError

NAMED = "TRUSTMETRICS_BROWSER"
BROWSERS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("msedge", "microsoft-edge"),
)
SECONDS = 120.0
# The page asks for nothing; the browser's own errands at its start are not wanted either.
QUIET = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-sync", "--disable-quic"),
    *("--disable-background-networking", "--disable-component-update", "--disable-extensions"),
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--no-pdf-header-footer"),
)
BY_HAND = "or print the HTML file from any browser"


def find_browser() -> Path:
    """Return the browser that prints.

    Raises:
        UserError: there is none.
    """
    named = os.environ.get(NAMED)
    if named:
        found = shutil.which(named)
        if found is None:
            raise UserError(f"{NAMED} '{named}' is not a program. Name a Chromium or Chrome")
        return Path(found)
    for name in BROWSERS:
        if found := shutil.which(name):
            return Path(found)
    raise UserError(
        "--pdf needs Chromium or Chrome, and none is on the PATH. Install one, name it in "
        f"{NAMED}, {BY_HAND}"
    )


def print_pdf(page: Path, pdf: Path, seconds: float = SECONDS) -> None:
    """Print an HTML file to a PDF file, which is whole or as it was.

    Args:
        page: the HTML file.
        pdf: the file to write.
        seconds: how long the browser may take.

    Raises:
        UserError: there is no browser, it takes longer, or it gives no PDF.
    """
    browser = find_browser()
    # A PDF that is there is not lost over what a browser leaves in its profile.
    folder = TemporaryDirectory(prefix="trustmetrics-browser-", ignore_cleanup_errors=True)
    with folder as profile, drafted(pdf) as draft:
        command = [str(browser), *QUIET, f"--user-data-dir={profile}"]
        # Chromium refuses its sandbox to root, who has it in containers.
        command += ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        command += [f"--print-to-pdf={draft.absolute()}", page.absolute().as_uri()]
        code = _run(command, seconds)
        if not draft.is_file() or not draft.read_bytes().startswith(b"%PDF-"):
            raise UserError(
                f"'{browser}' gave no PDF (exit {code}). Name another browser in {NAMED}, {BY_HAND}"
            )


def _run(command: list[str], seconds: float) -> int:
    """Run a browser, and end it with all that it started, however this ends."""
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise UserError(
            f"'{command[0]}' printed nothing in {seconds:.0f} seconds. Try again, name another "
            f"browser in {NAMED}, {BY_HAND}"
        ) from error
    finally:
        # One that has ended may have left others, which would write on in its profile.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
