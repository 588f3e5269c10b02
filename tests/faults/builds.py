"""Builds as processes of their own, and what a database holds."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.python.helpers import Said

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
# The parsed project holds the catalog's name, so every database of the suite has this one.
DATABASE = "t.duckdb"
MARK = "TRUSTMETRICS_FAULT"
PATIENCE = 300.0
# What is told to die is given this long, on a machine that has much else to do.
DEATH = 5.0


@dataclass(frozen=True)
class Content:
    """What a database says: hashes of kpi_values (numbers to 9 digits) and of rejected_rows."""

    kpi_values: str
    rejected: str


@dataclass(frozen=True)
class Known:
    """The raw folders and good databases that all tests share, and what these hold."""

    folder: Path
    content: Content
    other_content: Content

    @property
    def raw(self) -> Path:
        """The raw folder of the first database."""
        return self.folder / "raw_a"

    @property
    def other_raw(self) -> Path:
        """The raw folder of the second database; one row of it is rejected."""
        return self.folder / "raw_b"

    @property
    def database(self) -> Path:
        """The first good database, built whole."""
        return self.folder / "a" / DATABASE

    @property
    def other_database(self) -> Path:
        """The second good database, built whole."""
        return self.folder / "b" / DATABASE

    @property
    def part_content(self) -> Content:
        """The first database with rejected_rows made anew of the second raw folder."""
        return Content(self.content.kpi_values, self.other_content.rejected)


def clean_environment(parsed: Path | None = None, **changes: str) -> dict[str, str]:
    """This process's environment with none of the project's variables, and the source's own path.

    Args:
        parsed: the parsed project; None: dbt parses it.
        changes: variables to set in addition.
    """
    kept = {name: text for name, text in os.environ.items() if not name.startswith("TRUSTMETRICS_")}
    paths = [str(ROOT / "src")]
    if parsed:
        paths.insert(0, str(HERE / "parsed_once"))
        kept["DBT_PARTIAL_PARSE_FILE_PATH"] = str(parsed)
    return kept | {"PYTHONPATH": os.pathsep.join(paths)} | changes


class Build:
    """`trustmetrics build`, or another command, running beside the test in a session of its own.

    Its output goes to files, for a child that survives it would hold a pipe open.
    """

    def __init__(
        self,
        raw: Path,
        database: Path,
        *options: str | Path,
        parsed: Path | None = None,
        environment: dict[str, str] | None = None,
        command: list[str] | None = None,
        prefix: tuple[str, ...] = (),
        prepare: Callable[[], Any] = lambda: None,
        **popen: Any,
    ) -> None:
        """Start it.

        Args:
            raw: the raw folder.
            database: the database, as the command is to hear of it.
            options: further options of `build`.
            parsed: as in clean_environment.
            environment: variables to set in addition.
            command: arguments of `trustmetrics` in place of `build ...`.
            prefix: a command that runs it, such as unshare.
            prepare: what the new process does before it becomes the command.
            popen: options of subprocess.Popen.
        """

        def begin() -> None:
            # In the background of a script, or under nohup, the suite itself ignores these.
            for one in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM, signal.SIGQUIT):
                signal.signal(one, signal.SIG_DFL)
            prepare()

        self.mark = uuid.uuid4().hex
        self.folder = database.parent
        self._files = Path(os.environ.get("TMPDIR", "/tmp")) / f"said-{self.mark}"
        self._files.mkdir()
        arguments = command or ["build", "--raw", str(raw), "--database", str(database)]
        self.out, self.err = self._files / "out", self._files / "err"
        with self.out.open("w") as out, self.err.open("w") as err:
            settings: dict[str, Any] = {"start_new_session": True, "cwd": ROOT}
            settings |= {"stdin": subprocess.DEVNULL, "stdout": out, "stderr": err}
            settings |= {"preexec_fn": begin} | popen
            self.process = subprocess.Popen(
                [*prefix, sys.executable, "-m", "trustmetrics", *arguments, *map(str, options)],
                env=clean_environment(parsed, **{MARK: self.mark}) | (environment or {}),
                **settings,
            )

    def wait(self, patience: float = PATIENCE) -> Said:
        """Wait for its end."""
        try:
            code = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            end_all(self.mark)
            self.process.wait()
            pytest.fail(f"the build did not end within {patience:.0f} s")
        return self.said(code)

    def said(self, code: int = 0) -> Said:
        """What it has said so far."""
        return Said(code, self.out.read_text(), self.err.read_text())

    def send(self, *signals: signal.Signals, between: float = 0.0) -> None:
        """Send it signals, so many seconds apart."""
        for number, one in enumerate(signals):
            if number:
                time.sleep(between)
            if self.process.poll() is None:
                self.process.send_signal(one)

    def pause(self) -> None:
        """Stop it and what it started from running, whichever group that is in."""
        for pid in marked(self.mark):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let all of it run on."""
        for pid in marked(self.mark):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.process.poll() is not None

    def children(self) -> list[int]:
        """The processes that it started and that run."""
        return [pid for pid in marked(self.mark) if pid != self.process.pid]

    def reach(self, moment: str, patience: float = PATIENCE) -> None:
        """Wait until it has come to a moment, or is over.

        Args:
            moment: `loading` (its modules), `workshop` (its folder is there), `dbt` (its child
                runs), `building` (the first node), `moving` (its child has ended).
            patience: seconds; the test fails beyond.
        """
        if moment == "moving":
            self.reach("building", patience)
        tests: dict[str, Callable[[], bool]] = {
            "loading": lambda: "_duckdb" in _text(f"/proc/{self.process.pid}/maps"),
            "workshop": lambda: bool(workshops(self.folder)),
            "dbt": lambda: bool(self.children()),
            "building": lambda: "building: " in self.err.read_text(),
            "moving": lambda: not self.children(),
        }
        until(lambda: self.is_over() or tests[moment](), f"the build comes to '{moment}'", patience)

    def close(self) -> None:
        """Remove the files of its output."""
        if not self.is_over():
            self.process.kill()
        self.process.wait()
        shutil.rmtree(self._files, ignore_errors=True)


def workshops(folder: Path) -> list[Path]:
    """What builds have made beside their databases and not yet taken away."""
    return sorted(path for path in folder.iterdir() if ".build-" in path.name)


def marked(mark: str) -> list[int]:
    """The running processes that descend from a build: they have its mark in their environment.

    A number alone would not do, for the system gives a dead process's number to another one.
    """
    wanted = f"{MARK}={mark}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and wanted in _bytes(entry / "environ").split(b"\0"):
            found.append(int(entry.name))
    return found


def end_all(mark: str) -> None:
    """Kill what is left of a build."""
    for pid in marked(mark):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def until(
    condition: Callable[[], bool], what: str, patience: float = PATIENCE, every: float = 0.02
) -> None:
    """Wait for a condition; the test fails where it does not come."""
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, f"not within {patience:.0f} s: {what}"
        time.sleep(every)


def content(database: Path) -> Content:
    """What a database holds, as a reader finds it."""
    try:
        connection = duckdb.connect(str(database), read_only=True)
    except duckdb.Error as error:
        pytest.fail(f"the database cannot be opened: {str(error).splitlines()[0]}")
    with connection:
        connection.execute("set timezone = 'UTC'")
        return Content(
            _hash(connection, "marts.kpi_values"), _hash(connection, "restricted.rejected_rows")
        )


def _hash(connection: duckdb.DuckDBPyConnection, relation: str) -> str:
    rows = connection.execute(f"from {relation}").fetchall()
    lines = sorted(
        repr([f"{cell:.9g}" if isinstance(cell, float) else cell for cell in row]) for row in rows
    )
    return f"{len(rows)} rows, {hashlib.sha256(repr(lines).encode()).hexdigest()[:16]}"


def holds(database: Path, *allowed: Content) -> None:
    """The database holds what one of the known good ones does."""
    now = content(database)
    assert now in allowed, f"the database holds {now}, not {' or '.join(map(str, allowed))}"


def only(folder: Path, *names: str) -> None:
    """The folder holds these and nothing else; without names: the database."""
    there, expected = set(listing(folder)), set(names or (DATABASE,))
    assert there == expected, (
        f"left behind: {sorted(there - expected)}; gone: {sorted(expected - there)}"
    )


def nothing_left(folder: Path) -> None:
    """No build left its workshop."""
    left = [path.name for path in workshops(folder)]
    assert not left, f"left behind: {left}"


def digest(path: Path) -> str:
    """The bytes of a file, hashed."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def listing(folder: Path) -> list[str]:
    """The names of everything beneath a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def no_survivors(build: Build) -> None:
    """Nothing that the build started runs on."""
    end = time.monotonic() + DEATH
    while left := marked(build.mark):
        names = [_text(f"/proc/{pid}/cmdline").replace("\0", " ")[:80] for pid in left]
        assert time.monotonic() < end, f"{DEATH:.0f} s later there still runs: {names}"
        time.sleep(0.05)


def says_one_line(said: Said, *words: str) -> str:
    """The build ended with exit code 2 and one line that holds the words."""
    assert "Traceback" not in said.err, f"a traceback: {said.err.splitlines()[-1]}"
    assert said.exit_code == 2, f"exit code {said.exit_code}, said {said.complaints}"
    assert len(said.complaints) == 1, f"{len(said.complaints)} lines: {said.complaints}"
    line = said.complaints[0]
    assert line.startswith("trustmetrics: "), line
    for word in words:
        assert word.lower() in line.lower(), f"'{word}' is not in: {line}"
    return line


def succeeds(said: Said) -> None:
    """The build ended with exit code 0, and complained of nothing."""
    assert said.exit_code == 0, f"exit code {said.exit_code}: {' '.join(said.complaints)[-300:]}"
    assert "Traceback" not in said.err


@contextmanager
def holding(database: Path, read_only: bool, script: str = "") -> Iterator[subprocess.Popen[str]]:
    """Another process that has the database open, and answers each line on its stdin.

    Args:
        database: the file.
        read_only: how it is opened.
        script: SQL to run once it is open.
    """
    code = (
        "import duckdb, sys\n"
        "connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == 'r')\n"
        "if sys.argv[3]: connection.execute(sys.argv[3])\n"
        "print('open', flush=True)\n"
        "for line in sys.stdin:\n"
        "    print(connection.execute(line).fetchall(), flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(database), "r" if read_only else "w", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None and process.stdout.readline() == "open\n"
        yield process
    finally:
        process.kill()
        process.wait()


def ask(process: subprocess.Popen[str], sql: str) -> str:
    """What the other process's connection answers."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(sql + "\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def dead_writer(database: Path, script: str) -> Path:
    """Let a writer commit SQL, write no checkpoint and die: its log stays. Return the log."""
    code = (
        "import duckdb, os, signal, sys\n"
        "connection = duckdb.connect(sys.argv[1])\n"
        "connection.execute('pragma disable_checkpoint_on_shutdown')\n"
        "connection.execute(\"pragma wal_autocheckpoint='1TB'\")\n"
        "connection.execute(sys.argv[2])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(database), script], check=False)
    log = log_of(database.resolve())
    assert log.is_file() and log.stat().st_size, "the writer left no log"
    return log


def log_of(database: Path) -> Path:
    """Where DuckDB keeps the write-ahead log of a file."""
    return database.with_name(database.name + ".wal")


def _text(path: str) -> str:
    return _bytes(Path(path)).decode(errors="replace")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
