"""The project as a dbt package of another one, which brings a vocabulary of its own."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.python.helpers import ROOT, clean_environment, query

USER = ROOT / "tests/foreign/package_user"
GUIDE = ROOT / "docs/guides/use_as_a_package.md"
MADE = shutil.ignore_patterns("dbt_packages", "target", "logs", "*.duckdb", "package-lock.yml")
pytestmark = [pytest.mark.dbt, pytest.mark.slow]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the company's project, built as the guide says."""
    folder = tmp_path_factory.mktemp("company") / "package_user"
    shutil.copytree(USER, folder, ignore=MADE)
    (folder / "packages.yml").write_text(f"packages:\n  - local: {ROOT}\n")
    commands = re.findall(r"^dbt (deps|build .*)$", GUIDE.read_text(), re.M)
    assert len(commands) == 2
    for command in commands:
        said = dbt(folder, command, TRUSTMETRICS_RAW=str(folder / "raw"))
        assert "WARNING" not in said, said
    return folder


def dbt(folder: Path, command: str, **environment: str) -> str:
    """Run dbt in the company's project; what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "--no-use-colors", *command.split()],
        cwd=folder,
        env=clean_environment(
            DBT_TARGET_PATH=str(folder / "target"),
            DBT_PROFILES_DIR=str(folder),
            PACKAGE_USER_DATABASE=str(folder / "package_user.duckdb"),
            **environment,
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_a_model_of_ones_own_is_built_without_the_raw_tables(project: Path) -> None:
    said = dbt(project, "build --select actionable_reports_by_harm")
    assert "PASS=3" in said, said


def test_the_numbers_are_sliced_by_the_vocabulary_of_ones_own(project: Path) -> None:
    """SPAM-1 is spam in the package's list and noise in the company's; GONE-1 is in neither."""
    rows = query(
        project / "package_user.duckdb",
        "select slice_value, value, sample_size from marts.kpi_values "
        "where metric = 'report_actionability_rate' and period_grain = 'month' "
        "and slice = 'harm_type' and sample_size > 0 order by slice_value",
    )
    assert rows == [("house_rules", 0.5, 2), ("noise", 1.0, 1), ("unmapped", 0.0, 1)]
    read = "select harm_type, value, sample_size from main.actionable_reports_by_harm"
    where = " where sample_size > 0 order by harm_type"
    assert query(project / "package_user.duckdb", read + where) == rows


def test_each_layer_is_in_its_schema_and_the_list_replaced_in_none(project: Path) -> None:
    tables = query(
        project / "package_user.duckdb",
        "select table_schema, table_name from information_schema.tables",
    )
    schemas = {schema for schema, _ in tables}
    assert schemas == {"raw", "seeds", "staging", "intermediate", "marts", "restricted", "main"}
    assert [schema for schema, name in tables if name == "policy_taxonomy"] == ["main"]


def test_the_guide_shows_the_files_of_the_example() -> None:
    shown = re.findall(r"^```(?:yaml|sql|\w*)\n(.*?)^```$", GUIDE.read_text(), re.M | re.S)
    for name in ("profiles.yml", "seeds/policy_taxonomy.csv"):
        assert (USER / name).read_text() in shown, name
    (settings,) = (text for text in shown if text.startswith("flags:"))
    assert settings in (USER / "dbt_project.yml").read_text()
