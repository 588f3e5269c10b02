"""No tool reports a run to its makers: said in every project's settings, proved in tests/faults."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.python.helpers import ROOT

PROJECTS = sorted(
    path
    for path in ROOT.rglob("dbt_project.yml")
    if not {"dbt_packages", "target", "data"}.intersection(path.relative_to(ROOT).parts)
    and not path.relative_to(ROOT).parts[0].startswith(".venv")
)
IMPORT = re.compile(r"^\s*(?:import|from) great_expectations", re.M)


def test_there_are_projects_to_judge() -> None:
    assert ROOT / "dbt_project.yml" in PROJECTS


@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.parent.name)
def test_no_dbt_project_reports_its_runs(path: Path) -> None:
    flags = yaml.safe_load(path.read_text(encoding="utf-8")).get("flags", {})
    assert flags.get("send_anonymous_usage_stats") is False


def test_the_projects_own_runs_do_not_ask_for_newer_versions() -> None:
    flags = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["flags"]
    assert flags["version_check"] is False


def test_great_expectations_is_told_before_it_is_imported() -> None:
    """It reads the variable as it is imported."""
    importing = [
        path for path in (ROOT / "src").rglob("*.py") if IMPORT.search(path.read_text("utf-8"))
    ]
    assert [path.name for path in importing] == ["judge.py"]
    text = importing[0].read_text(encoding="utf-8")
    told = text.index('os.environ["GX_ANALYTICS_ENABLED"] = "false"')
    found = IMPORT.search(text)
    assert found and told < found.start()
