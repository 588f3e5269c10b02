"""One shop per worker, compiled once, and dbt in this process."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt_common.events.functions import msg_to_dict

from tests.python.gate.foreign_shop import LOCK, Shop, new_shop
from trustmetrics.dbt_process import DbtOutcome, _follow
from trustmetrics.gate import dbt_run
from trustmetrics.gate.state import canonicaliser
from trustmetrics.gate.sync import sync


def _run_dbt_here(
    arguments: Sequence[str],
    project: Path,
    environment: Mapping[str, str],
    on_node: Callable[[int, int, str], None],
) -> DbtOutcome:
    """Stand in for trustmetrics.dbt_process.run_dbt: the same dbt without its seconds of start."""
    outcome = DbtOutcome(exit_code=0)

    def follow(message: Any) -> None:
        event = msg_to_dict(message)
        if event["info"]["level"] != "debug":
            _follow(event, outcome, on_node)

    options = ["--log-level", "none", "--log-level-file", "none", "--no-use-colors"]
    options += ["--project-dir", str(project), "--profiles-dir", str(project)]
    with contextlib.chdir(project), patch.dict(os.environ, environment):
        result = dbtRunner(callbacks=[follow]).invoke([*arguments, *options])
    DuckDBConnectionManager.close_all_connections()
    outcome.exit_code = 2 if result.exception else int(not result.success)
    return outcome


@pytest.fixture
def own_dbt() -> None:
    """For a test in which dbt runs in a process of its own, as it does for users."""


@pytest.fixture(autouse=True)
def _laptop(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No pull request, none of dbt's variables; and dbt in this process."""
    for name in ("GITHUB_BASE_REF", "DBT_TARGET_PATH"):
        monkeypatch.delenv(name, raising=False)
    if "own_dbt" not in request.fixturenames:
        monkeypatch.setattr(dbt_run, "run_dbt", _run_dbt_here)


@pytest.fixture(scope="session")
def _locked(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = new_shop(tmp_path_factory.mktemp("locked") / "repository")
    (shop.project / LOCK).write_text(f"canonicaliser: {canonicaliser()}\n")
    shop.commit("the lock")
    return shop


@pytest.fixture
def shop(_locked: Shop, tmp_path: Path) -> Shop:
    """The shop on main, with a lock that says nothing but who made it; never compiled."""
    return _locked.copied(tmp_path / "repository")


@pytest.fixture(scope="session")
def _here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # Always the same folder: dbt parses everything again where the path of the database differs.
    return tmp_path_factory.mktemp("here") / "shop"


@pytest.fixture(scope="session")
def _synced(_here: Path, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    shop = new_shop(_here / "repository")
    with patch.object(dbt_run, "run_dbt", _run_dbt_here):
        sync(shop.project, lambda title: lambda number, count, description: None)
    return shop.copied(tmp_path_factory.mktemp("synced") / "repository")


@pytest.fixture
def unlocked_shop(_synced: Shop, _here: Path) -> Shop:
    """The shop on main, compiled before, without a lock."""
    shutil.rmtree(_here)
    shop = _synced.copied(_here / "repository")
    (shop.project / LOCK).unlink()
    return shop


@pytest.fixture
def locked_shop(_synced: Shop, _here: Path) -> Shop:
    """The shop with its lock on main, compiled before."""
    shutil.rmtree(_here)
    shop = _synced.copied(_here / "repository")
    shop.commit("the lock")
    return shop
