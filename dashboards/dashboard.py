"""Installs, builds and serves the dashboards, or tests them: what `make dashboard` runs.

    python dashboards/dashboard.py --database data/demo/trustmetrics.duckdb
    python dashboards/dashboard.py --database data/demo/trustmetrics.duckdb --test

Exit 0: fine. 1: a test failed. 2: could not run.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from prepare import SITE, prepare

from trustmetrics.errors import UserError

HERE = Path(__file__).resolve().parent
BUILD = HERE / "build"
INSTALLED = HERE / "node_modules" / ".installed"
MEGABYTE = 1e6
# The oldest Node that the pinned packages take; what Debian 12 has.
NODE = (18, 13)
# What Evidence's template brings along, and no page leads to.
UNUSED = ("explore", "settings")
# Seconds. The usual times are a third of these.
TIMES = {"install": 900, "sources": 300, "build": 1800, "tests": 900}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", type=Path, help="a database that trustmetrics build made")
    parser.add_argument("--port", type=int, default=8080, help="where to serve (8080)")
    parser.add_argument("--install", action="store_true", help="install the packages, no more")
    parser.add_argument(
        "--no-build", action="store_true", help="serve or test what was built before"
    )
    parser.add_argument("--no-serve", action="store_true", help="build only")
    parser.add_argument("--test", action="store_true", help="test it in a browser instead")
    chosen = parser.parse_args(arguments)
    # A child has a session of its own: whoever stops this must stop it, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    try:
        check_node()
        install()
        if chosen.install:
            return 0
        if not chosen.no_build:
            if chosen.database is None:
                raise UserError("name the database: --database FILE")
            build(chosen.database)
        elif not (BUILD / "index.html").exists():
            raise UserError("nothing was built yet. Leave out --no-build")
        if chosen.test:
            return test(chosen.database)
        if not chosen.no_serve:
            serve(chosen.port)
    except UserError as error:
        print(f"dashboard: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print()
    return 0


def check_node() -> None:
    """See that Node and npm are there.

    Raises:
        UserError: they are not, or Node is too old.
    """
    needed = ".".join(map(str, NODE))
    how = (
        "Debian, Ubuntu: apt-get install nodejs npm; macOS: brew install node; "
        "else https://nodejs.org"
    )
    for name in ("node", "npm"):
        if shutil.which(name) is None:
            raise UserError(f"{name} is not installed: Node {needed} or later. {how}")
    said = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip()
    found = re.match(r"v(\d+)\.(\d+)", said)
    if not found or tuple(map(int, found.groups())) < NODE:
        raise UserError(f"Node {said or '(unknown)'} is too old: {needed} or later. {how}")


def install() -> None:
    """Install what package.json pins, once, and put the replacement into it.

    Raises:
        UserError: it failed, or a package is not the known one.
    """
    pins = hashlib.sha256((HERE / "package.json").read_bytes()).hexdigest()
    if not INSTALLED.exists() or INSTALLED.read_text() != pins:
        _step("install", "the packages, 700 MB, some two minutes, once", ["npm", "install"])
    _run(["node", "closed_network/replace.mjs"], TIMES["sources"], "the replacement")
    INSTALLED.write_text(pins)


def build(database: Path) -> None:
    """Build the site from a database.

    Raises:
        UserError: there is no such database, or a step failed.
    """
    counts = prepare(database.resolve(), SITE)
    print(f"dashboard: {counts['kpi_trends']:,} rows of kpi_trends from {database}", flush=True)
    _step("sources", "the tables of the pages", ["npm", "run", "--silent", "sources"])
    # What an earlier build left would be handed out with this one.
    for left in (BUILD, HERE / ".evidence" / "template" / "build"):
        shutil.rmtree(left, ignore_errors=True)
    _step("build", "the pages, some minutes", ["npm", "run", "--silent", "build"])
    for name in UNUSED:
        shutil.rmtree(BUILD / name, ignore_errors=True)
    size = sum(one.stat().st_size for one in BUILD.rglob("*") if one.is_file())
    pages = sum(1 for _ in BUILD.rglob("index.html"))
    print(f"dashboard: {pages} pages, {size / MEGABYTE:.0f} MB in {BUILD}", flush=True)


def serve(port: int) -> None:
    """Serve the built site on this machine alone, until Ctrl-C.

    Raises:
        UserError: the port is taken.
    """
    handler = partial(_Quiet, directory=str(BUILD))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise UserError(f"port {port} is taken ({error.strerror}). Name another: --port") from error
    with server:
        print(f"dashboard: http://127.0.0.1:{server.server_port}/ (Ctrl-C ends it)", flush=True)
        server.serve_forever()


def test(database: Path | None) -> int:
    """Run the tests in a headless browser; return the exit code.

    Raises:
        UserError: there is no browser, or the tests took too long.
    """
    browser = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if browser is None:
        raise UserError(
            "Chromium is not installed. Debian: apt-get install chromium; or set CHROMIUM"
        )
    if database is None:
        raise UserError("name the database that the site was built from: --database FILE")
    files = sorted(map(str, HERE.glob("tests/*.test.mjs")))
    print(f"dashboard: tests: {len(files)} files, a minute or two", flush=True)
    begun = time.monotonic()
    process = subprocess.Popen(
        ["node", "--test", "--test-reporter=spec", *files],
        cwd=HERE,
        env=os.environ
        | {"CHROMIUM": browser, "DATABASE": str(database.resolve()), "PYTHON": sys.executable},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    too_long = threading.Timer(TIMES["tests"], os.killpg, (process.pid, signal.SIGKILL))
    too_long.start()
    counts = {"pass": 0, "fail": 0}
    try:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            # The totals at the end: "# pass 12", with another sign before them in a terminal.
            if total := re.fullmatch(r"\S* ?(pass|fail) (\d+)\s*", line):
                counts[total[1]] = int(total[2])
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    finally:
        process.wait()
        too_long.cancel()
    # As pytest ends, so that whoever counts counts both.
    took = time.monotonic() - begun
    print(f"{counts['fail']} failed, {counts['pass']} passed in {took:.2f}s", flush=True)
    return 0 if process.returncode == 0 and counts["pass"] else 1


class _Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing of it."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".wasm": "application/wasm"}

    def log_message(self, *_: object) -> None:
        """Leave the terminal to the address."""


def _step(name: str, what: str, command: Sequence[str]) -> None:
    print(f"dashboard: {name}: {what}", flush=True)
    begun = time.monotonic()
    _run(command, TIMES[name], name)
    print(f"dashboard: {name} took {time.monotonic() - begun:.0f} s", flush=True)


def _run(command: Sequence[str], seconds: int, name: str) -> None:
    """Run a command with a limit; what it said is shown only if it failed."""
    process = subprocess.Popen(
        command,
        cwd=HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # npm starts children: they must end with it.
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=seconds)
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise UserError(f"{name} did not end within {seconds} s") from error
        raise
    if process.returncode:
        raise UserError(f"{name} failed:\n{said.strip()}")


if __name__ == "__main__":
    sys.exit(main())
