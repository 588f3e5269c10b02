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
from tests.python.helpers import DBT_FILES
from trustmetrics.dbt_process import DbtOutcome, _follow
from trustmetrics.gate import dbt_run
from trustmetrics.gate.state import canonicaliser
from trustmetrics.gate.sync import sync

# What dbt keeps of a parse, for a tree that was never parsed.
PARSED = Path(DBT_FILES) / "bookshop.msgpack"


def _run_dbt_here(
    arguments: Sequence[str],
    project: Path,
    environment: Mapping[str, str],
    on_node: Callable[[int, int, str], None],
) -> DbtOutcome:
    """Stand in for trustmetrics.dbt_process.run_dbt: the same dbt without its seconds of start."""
    outcome = DbtOutcome(exit_code=0)
    target = Path(arguments[arguments.index("--target-path") + 1])
    parsed = target / "partial_parse.msgpack"
    if PARSED.is_file() and not parsed.is_file():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(PARSED, parsed)
    # dbt parses everything again where the path of the database is another one, so that it is
    # relative here where it can be.
    environment = {
        name: text.replace(f"{project.resolve()}/", "") if text.endswith(".duckdb") else text
        for name, text in environment.items()
    }

    def follow(message: Any) -> None:
        event = msg_to_dict(message)
        if event["info"]["level"] != "debug":
            _follow(event, outcome, on_node)

    options = ["--log-level", "none", "--log-level-file", "none", "--no-use-colors"]
    options += ["--project-dir", str(project), "--profiles-dir", str(project)]
    with contextlib.chdir(project), patch.dict(os.environ, environment):
        result = dbtRunner(callbacks=[follow]).invoke([*arguments, *options])
    DuckDBConnectionManager.close_all_connections()
    if not PARSED.is_file() and parsed.is_file():
        shutil.copy(parsed, PARSED)
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
def _synced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, Shop]:
    """The shop compiled: without a lock, and with its lock on main."""
    folder = tmp_path_factory.mktemp("synced")
    shop = new_shop(folder / "locked")
    with patch.object(dbt_run, "run_dbt", _run_dbt_here):
        sync(shop.project, lambda title: lambda number, count, description: None)
    unlocked = shop.copied(folder / "unlocked")
    (unlocked.project / LOCK).unlink()
    shop.commit("the lock")
    return unlocked, shop


@pytest.fixture
def unlocked_shop(_synced: tuple[Shop, Shop], tmp_path: Path) -> Shop:
    """The shop on main, compiled before, without a lock."""
    return _synced[0].copied(tmp_path / "repository")


@pytest.fixture
def locked_shop(_synced: tuple[Shop, Shop], tmp_path: Path) -> Shop:
    """The shop with its lock on main, compiled before."""
    return _synced[1].copied(tmp_path / "repository")
