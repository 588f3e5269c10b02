"""Supply chain: only what a build requires is installed, and no network"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tools.closure import ROOT, Installed, declared
from trustmetrics.extras import MODULES

# Loaded by every Python process of a command, dbt's included. Sees what C code of Python's own asks
# for too. A local socket is no network.
WATCH = """
import os
import sys

ASKING = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}


def watch(event, arguments):
    if event in ASKING and not isinstance(arguments[-1], (str, bytes)):
        with open(os.environ["ASKED"], "a") as asked:
            asked.write(f"{event} {arguments[1:] or arguments}\\n")
        raise OSError("this process may not use the network")


sys.addaudithook(watch)
"""
COMMANDS = {
    "validate": "validate {raw}",
    "scorecard": "scorecard --database {database}",
    "investigate": "investigate offenders --database {database}",
    "map init": "map init --from {raw} --out {tmp}/map",
}
WITHOUT = {
    "check": "check --database {database}",
    "gate": "gate",
    "map": "ingest sql --map {tmp} --from {raw} --out {tmp}/mapped",
    "postgres": "map init --from postgresql://me@127.0.0.1:1/db --out {tmp}/other",
    "privacy": "export marts --database {database} --out {tmp}/marts --k 10",
    "report": "report weekly --database {database} --out {tmp}/week.html",
    "sample": "sample --out {tmp}/sample",
    "xlsx": "report validate {tmp}/report.xlsx",
}
Ran = subprocess.CompletedProcess[str]
Alone = Callable[..., Ran]


@contextmanager
def shared(tmp_path_factory: pytest.TempPathFactory, name: str) -> Iterator[tuple[Path, bool]]:
    """A folder that all workers share, held by one at a time, and whether it is yet to be made."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / name
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder, not (folder / "made").exists()
        (folder / "made").touch()


@pytest.fixture(scope="module")
def base_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with what a build requires and nothing else."""
    with shared(tmp_path_factory, "supply_base") as (folder, is_new):
        if is_new:
            _install(folder)
    return folder / "venv/bin/python"


def _install(folder: Path) -> None:
    """Link what a build requires from this environment into one of its own: no index is needed."""
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    (packages,) = (folder / "venv").glob("lib/python3.*/site-packages")
    installed = Installed(Path(sysconfig.get_path("purelib")))
    for name in installed.closure(declared()):
        for file in installed.by_name[name].files or ():
            place = packages / file
            # Scripts lie outside, and two packages may bring the same file of a folder they share.
            if ".." not in file.parts and not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                place.symlink_to(file.locate())


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("watched")
    (folder / "sitecustomize.py").write_text(WATCH)
    return folder


@pytest.fixture(scope="module")
def alone(watched: Path) -> Alone:
    """Run an interpreter without a network, where the system can give it none; each try is kept."""
    cut_off = ["unshare", "--map-root-user", "--net"]
    can_cut = (
        shutil.which("unshare") is not None
        and subprocess.run([*cut_off, "true"], capture_output=True, check=False).returncode == 0
    )

    def run(python: Path | str, *arguments: str, **environment: str) -> Ran:
        kept = {
            name: text
            for name, text in os.environ.items()
            if not name.startswith(("TRUSTMETRICS_", "DBT_", "GX_", "DO_NOT_TRACK"))
        }
        kept |= {
            "PYTHONPATH": f"{watched}{os.pathsep}{ROOT / 'src'}",
            "ASKED": str(watched / "asked"),
            "DBT_TARGET_PATH": str(watched / "target"),
        }
        return subprocess.run(
            [*(cut_off if can_cut else []), str(python), *arguments],
            env=kept | environment,
            cwd=watched,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def asked(watched: Path) -> str:
    """What has asked for the network since the last call."""
    place = watched / "asked"
    text = place.read_text() if place.exists() else ""
    place.unlink(missing_ok=True)
    return text


@pytest.fixture(scope="module")
def built(
    base_python: Path,
    alone: Alone,
    watched: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Path]:
    """A database built by the base environment, in a process without a network."""
    with shared(tmp_path_factory, "supply_built") as (folder, is_new):
        raw, database = folder / "raw", folder / "it.duckdb"
        if is_new:
            asked(watched)
            size = ["--size", "3000", "--seed", "1"]
            done = alone(sys.executable, "-m", "trustmetrics", "sample", "--out", str(raw), *size)
            assert done.returncode == 0, done.stderr
            where = ["--raw", str(raw), "--database", str(database)]
            done = alone(base_python, "-m", "trustmetrics", "build", *where)
            assert done.returncode == 0, done.stderr
            assert asked(watched) == ""
    return {"tmp": tmp_path_factory.mktemp("of_a_worker"), "raw": raw, "database": database}


def test_the_watch_sees_who_asks_for_the_network(alone: Alone, watched: Path) -> None:
    """Else the tests below would hold whatever happens."""
    asked(watched)
    for script in (
        "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
        "import urllib.request; urllib.request.urlopen('http://example.org', timeout=1)",
    ):
        assert alone(sys.executable, "-c", script).returncode != 0
        assert asked(watched).startswith("socket.")


def test_a_build_needs_no_extra_and_no_network(built: dict[str, Path]) -> None:
    assert built["database"].is_file()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_base_environment_has_what_a_command_needs(
    base_python: Path, alone: Alone, watched: Path, built: dict[str, Path], command: str
) -> None:
    asked(watched)
    done = alone(base_python, "-m", "trustmetrics", *COMMANDS[command].format(**built).split())
    assert done.returncode == 0, done.stderr
    assert asked(watched) == ""


@pytest.mark.parametrize("extra", WITHOUT)
def test_the_base_environment_names_the_extra_that_is_missing(
    base_python: Path, alone: Alone, built: dict[str, Path], extra: str
) -> None:
    assert WITHOUT.keys() == MODULES.keys()
    done = alone(base_python, "-m", "trustmetrics", *WITHOUT[extra].format(**built).split())
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f"[{extra}]" in done.stderr


def test_a_check_tells_nobody(alone: Alone, watched: Path, built: dict[str, Path]) -> None:
    """Great Expectations and dbt can report each run to their makers."""
    asked(watched)
    database = str(built["database"])
    done = alone(sys.executable, "-m", "trustmetrics", "check", "--database", database)
    assert done.returncode in {0, 1}, done.stderr
    assert "report: " in done.stdout
    assert asked(watched) == ""
