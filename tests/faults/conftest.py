"""The fault suite's table, and what its builds share: raw data, good databases, one parse."""

from __future__ import annotations

import ast
import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.faults.builds import (
    DATABASE,
    ROOT,
    Build,
    Known,
    clean_environment,
    content,
    end_all,
)
from tests.faults.mounts import Mounts
from tests.faults.variants import VARIANTS

WIDTH = 100
TITLE = 58


def pytest_configure(config: pytest.Config) -> None:
    """Name the suite's own marker."""
    config.addinivalue_line("markers", "variant: tries again what another fault tries")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the variants; a name that no test has any more is an error."""
    unknown = {(module, name) for module, names in VARIANTS.items() for name in names}
    for item in items:
        module = item.path.stem
        names = {item.name, item.name.split("[")[0]}
        if VARIANTS.get(module, frozenset()) & names:
            item.add_marker("variant")
        unknown -= {(module, name) for name in names}
    whole = {item.path.stem for item in items if "::" not in " ".join(item.config.args)}
    lost = sorted(name for module, name in unknown if module in whole)
    if lost:
        raise pytest.UsageError(f"variants.py names tests that are not there: {', '.join(lost)}")


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """Two raw folders and the good database of each, made once for all workers.

    The second one's rejected_rows is not empty. No test may change any of them.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "known"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            _make(folder)
            (folder / "made").touch()
    return Known(folder, content(folder / "a" / DATABASE), content(folder / "b" / DATABASE))


def _make(folder: Path) -> None:
    """Write the raw folders, parse the project, and build each database whole, both at a time."""
    (folder / "empty").touch()
    places = {"TRUSTMETRICS_RAW": "none", "TRUSTMETRICS_DATABASE": str(folder / DATABASE)}
    parse = [sys.executable, "-W", "ignore", "-m", "dbt.cli.main", "--quiet", "--log-level-file"]
    parse += ["none", "parse", "--target-path", str(folder / "target")]
    parsing = subprocess.Popen(
        [*parse, "--project-dir", str(ROOT), "--profiles-dir", str(ROOT)],
        cwd=ROOT,
        env=clean_environment(folder / "empty") | places,
    )
    for name, seed in (("a", "1"), ("b", "2")):
        (folder / name).mkdir()
        sample = [sys.executable, "-m", "trustmetrics", "sample", "--size", "1000", "--seed", seed]
        subprocess.run(
            [*sample, "--out", str(folder / f"raw_{name}")],
            env=clean_environment(folder / "empty"),
            capture_output=True,
            check=True,
        )
    activity = folder / "raw_b/activity_daily"
    activity.mkdir()
    (folder / "raw_b/activity_daily.parquet").rename(activity / "sample.parquet")
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select * replace ('1.2.2026' as activity_date) "
            f"from '{activity / 'sample.parquet'}' limit 1) to '{activity / 'broken.csv'}'"
        )
    assert parsing.wait() == 0
    builds = [
        Build(folder / f"raw_{name}", folder / name / DATABASE, parsed=parsed_file(folder))
        for name in ("a", "b")
    ]
    for build in builds:
        said = build.wait()
        assert said.exit_code == 0, said


def parsed_file(folder: Path) -> Path:
    """Where dbt keeps the parsed project."""
    return folder / "target/partial_parse.msgpack"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """An empty folder, gone after the test: its databases are large."""
    folder = tmp_path / "place"
    folder.mkdir()
    yield folder
    subprocess.run(["chattr", "-R", "-i", str(folder)], capture_output=True, check=False)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(place: Path, known: Known) -> Path:
    """A copy of the first good database, alone in a folder."""
    (place / "db").mkdir()
    return Path(shutil.copyfile(known.database, place / "db" / DATABASE))


@pytest.fixture
def start(known: Known) -> Iterator[Callable[..., Build]]:
    """Starts builds: of the second raw folder, of a part, unless the test says otherwise.

    What they leave running ends with the test.
    """
    if not Path("/proc/self/environ").exists():
        pytest.skip("what a build leaves running is looked for in /proc: it takes Linux")
    begun: list[Build] = []

    def begin(
        database: Path,
        *options: str | Path,
        raw: Path | None = None,
        whole: bool = False,
        **more: Any,
    ) -> Build:
        part = () if whole else ("--select", "rejected_rows")
        more.setdefault("parsed", parsed_file(known.folder))
        begun.append(Build(raw or known.other_raw, database, *part, *options, **more))
        return begun[-1]

    yield begin
    for build in begun:
        end_all(build.mark)
        build.close()


@pytest.fixture
def mounts(place: Path) -> Iterator[Mounts]:
    """Mounts small file systems; a test that cannot have them is skipped."""
    made = Mounts()
    yield made
    made.remove_all()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print a row per module, and a line for each fault that did not hold or was not tried."""
    counts: dict[str, Counter[str]] = {}
    unheld: dict[str, str] = {}
    untried: dict[str, list[str]] = {}
    for outcome, column in (
        ("passed", "held"),
        ("xpassed", "held"),
        ("failed", "not"),
        ("error", "not"),
        ("xfailed", "not"),
        ("skipped", "not tried"),
    ):
        for report in terminalreporter.stats.get(outcome, []):
            node = getattr(report, "nodeid", "")
            path = node.split("::")[0]
            if outcome == "error" and node in unheld:
                continue
            counts.setdefault(path, Counter())[column] += 1
            if column == "not":
                unheld[node] = _why(report)
            elif column == "not tried":
                untried.setdefault(_why(report), []).append(_fault(node))
    if not counts:
        return
    write = terminalreporter.write_line
    write("")
    write(f"{'faults':<{TITLE}} {'tried':>7} {'held':>7} {'not':>7} {'not tried':>11}")
    total: Counter[str] = Counter()
    for path in sorted(counts):
        write(_row(_title(terminalreporter.config.rootpath / path), counts[path]))
        total += counts[path]
    write(_row("all", total))
    for node, why in unheld.items():
        write(f"not: {_fault(node)}")
        write(f"     {why}")
    for why, faults in untried.items():
        write(f"not tried: {', '.join(faults)}: {why}")


def _row(title: str, count: Counter[str]) -> str:
    tried = count["held"] + count["not"]
    return (
        f"{title[:TITLE]:<{TITLE}} {tried:>7} {count['held']:>7} {count['not']:>7} "
        f"{count['not tried']:>11}"
    )


def _title(path: Path) -> str:
    try:
        told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    except (OSError, SyntaxError):
        told = None
    return (told or path.stem).splitlines()[0].rstrip(".")


def _fault(node: str) -> str:
    module, _, name = node.partition("::")
    return f"{Path(module).stem.removeprefix('test_')}: {name.removeprefix('test_')}"


def _why(report: Any) -> str:
    """The first line of the reason: of the assertion's own words where it has any."""
    told = report.longrepr
    if isinstance(told, tuple):
        text = str(told[2]).removeprefix("Skipped: ")
    else:
        text = getattr(getattr(told, "reprcrash", None), "message", str(told))
    line = re.sub(r"\s+", " ", text.strip().splitlines()[0] if text.strip() else "no reason given")
    return line[:300]
