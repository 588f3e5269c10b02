"""Fixtures that the tests share."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.python.check_build import alone
from tests.python.helpers import DATABASE, DbtHere, Run, Said, command
from trustmetrics import cli
from trustmetrics.sample import generate

# What runs dbt: a test with one of these fixtures, one that is marked so itself, and these modules.
DBT_FIXTURES = {"dbt_here", "built"}
# What takes many seconds without it, and is left to make test.
LONG = ("/check/", "/fingerprint/test_property.py", "/ingest/", "/sample/")
DBT_MODULES = ("corpus/test_judged.py", "gate/test_errors.py", "gate/test_foreign.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is long or runs dbt, and order the files so that no process waits for another.

    What runs dbt comes first. One file that reads the build has one process make it, while another
    takes those that read none.
    """
    for item in items:
        fixtures = DBT_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        if fixtures or item.path.as_posix().endswith(DBT_MODULES):
            item.add_marker("dbt")
        if any(part in item.path.as_posix() for part in LONG):
            item.add_marker("long")
    with_dbt = {item.path for item in items if item.get_closest_marker("dbt")}
    reading = dict.fromkeys(
        item.path for item in items if "built" in getattr(item, "fixturenames", ())
    )
    maker = next(iter(reading), None)
    items.sort(
        key=lambda item: (item.path != maker, item.path not in with_dbt, item.path in reading)
    )


@pytest.fixture(scope="session")
def dbt_here(tmp_path_factory: pytest.TempPathFactory) -> DbtHere:
    """dbt in this process, parsed once."""
    return DbtHere(tmp_path_factory.mktemp("target"))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process: call it with arguments."""
    for name in [name for name in os.environ if name.startswith("TRUSTMETRICS_")]:
        monkeypatch.delenv(name)

    def call(*arguments: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["trustmetrics", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    return call


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the processes of a run share, each alone in it while it makes something."""
    own = tmp_path_factory.getbasetemp()
    folder = own.parent / "shared" if "PYTEST_XDIST_WORKER" in os.environ else own / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def sample(shared: Path) -> Path:
    """A folder of few raw rows, on which two builds are the same to the last bit."""
    folder = shared / "raw"
    with alone(shared):
        if not folder.is_dir():
            generate(folder, 1, 2000)
    return folder


@pytest.fixture(scope="session")
def built(sample: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that the command built from the sample; not to be changed.

    Each process has a copy of its own, for what lies beside a database, such as its ledger.
    """
    first = shared / DATABASE
    with alone(shared):
        if not first.is_file():
            said = command("build", "--raw", sample, "--database", first, TRUSTMETRICS_THREADS="4")
            assert said.exit_code == 0, said
    return Path(shutil.copy(first, tmp_path_factory.mktemp("built") / DATABASE))
