"""metric new: what it writes builds and passes its own unit tests as it is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.python.corpus.apply import copy_project
from tests.python.helpers import ROOT, clean_environment, query
from trustmetrics.errors import UserError
from trustmetrics.gate.state import register_of
from trustmetrics.gate.sync import write_generated
from trustmetrics.register.load import PLACE
from trustmetrics.register.new import KINDS, write_new_metric


@pytest.fixture
def project(tmp_path: Path) -> Path:
    copy = copy_project(tmp_path / "project")
    shutil.copytree(ROOT / "docs", copy / "docs")
    shutil.copyfile(ROOT / "README.md", copy / "README.md")
    return copy


@pytest.mark.slow
def test_a_new_metric_of_each_kind_builds_and_passes_its_unit_tests(
    project: Path, sample: Path, built: Path
) -> None:
    database = project / built.name
    shutil.copyfile(built, database)
    for kind in KINDS:
        register = register_of(project)
        for path in write_new_metric(project, register, f"new_{kind}", kind, "quality"):
            assert PLACE in (project / path).read_text(), path
    write_generated(project, register_of(project))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "dbt.cli.main", "--warn-error", "--log-level", "warn"),
            *("build", "--select", *(f"new_{kind}" for kind in KINDS)),
            *("--indirect-selection", "cautious"),
        ],
        cwd=project,
        env=clean_environment(
            DBT_PROFILES_DIR=str(project),
            DBT_TARGET_PATH=str(project / "target"),
            TRUSTMETRICS_RAW=str(sample),
            TRUSTMETRICS_DATABASE=str(database),
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    for kind in KINDS:
        [(rows, named)] = query(
            database,
            f"select count(*), count(*) filter (where metric = 'new_{kind}') "
            f"from marts.new_{kind}_v1",
        )
        assert rows == named > 0, kind


@pytest.mark.parametrize(
    ("metric", "family", "complaint"),
    [
        ("Rework", "quality", "'Rework' is not an id"),
        ("rework_rate", "quality", "the register has the metric 'rework_rate' already"),
        ("new_rate", "speed", "there is no family 'speed'. Choose one of harm, "),
    ],
)
def test_what_cannot_be_a_new_metric_is_refused_and_writes_nothing(
    metric: str, family: str, complaint: str, project: Path
) -> None:
    before = sorted(path for path in project.rglob("*"))
    with pytest.raises(UserError, match=complaint):
        write_new_metric(project, register_of(project), metric, "proportion", family)
    assert sorted(path for path in project.rglob("*")) == before


def test_a_file_that_exists_is_not_written_over(project: Path) -> None:
    page = project / "docs/metrics/new_rate.md"
    page.write_text("mine")
    with pytest.raises(UserError, match=r"docs/metrics/new_rate\.md exists already"):
        write_new_metric(project, register_of(project), "new_rate", "rate", "quality")
    assert page.read_text() == "mine"
    assert not (project / "metrics/new_rate.yml").exists()


def test_nothing_of_this_project_is_left_to_fill_in() -> None:
    written = [*(ROOT / "metrics").glob("*.yml"), *(ROOT / "docs/metrics").glob("*.md")]
    written += (ROOT / "models/marts").rglob("*.*")
    assert [path.name for path in written if PLACE in path.read_text()] == []
