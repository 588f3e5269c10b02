"""Fixtures of the tests of the door, the contract and the command."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import DbtHere, Said, command

from trustmetrics import cli

Run = Callable[..., Said]


@pytest.fixture(scope="session")
def dbt_here(tmp_path_factory: pytest.TempPathFactory) -> DbtHere:
    """dbt in this process, parsed once."""
    return DbtHere(tmp_path_factory.mktemp("target"))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process: call it with arguments."""

    def call(*arguments: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["trustmetrics", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    return call
