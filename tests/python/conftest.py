"""Fixtures of the tests of the door, the contract and the command."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.python.helpers import DbtHere, Run, Said, command
from trustmetrics import cli


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
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of raw tables from the sample generator."""
    folder = tmp_path_factory.mktemp("sample") / "raw"
    said = command("sample", "--out", folder, "--size", "2000")
    assert said.exit_code == 0, said
    return folder


@pytest.fixture(scope="session")
def built(sample: Path) -> Path:
    """A database that the command built from the sample; not to be changed."""
    database = sample.parent / "built.duckdb"
    said = command("build", "--raw", sample, "--database", database, TRUSTMETRICS_THREADS="4")
    assert said.exit_code == 0, said
    return database
