"""The guide's commands, run as they stand, in their order, with the decisions that it names."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.python.helpers import ROOT, clean_environment, query
from tests.python.mapping.company import EXAMPLE, MAP

GUIDE = (ROOT / "docs/guides/own_tables.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
PLAIN = [block for language, block in BLOCKS if not language]


def commands() -> list[str]:
    """The commands of the guide, but for those that set up the clone."""
    lines = [line for block in PLAIN for line in block.splitlines()]
    return [line for line in lines if line.startswith(("trustmetrics ", "python "))]


def run(line: str, folder: Path) -> str:
    """Run a command in a folder that looks like the clone; return what it said."""
    as_module = line.replace("trustmetrics ", f"{sys.executable} -m trustmetrics ", 1)
    as_module = re.sub(r"^python ", f"{sys.executable} ", as_module)
    environment = clean_environment(PYTHONPATH=str(ROOT / "src"))
    done = subprocess.run(as_module, shell=True, cwd=folder, env=environment, check=False,
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, (line, done.stdout, done.stderr)
    return done.stdout


def quoted(said: str) -> None:
    """Each line of a block of the guide that quotes a command is what the command says."""
    last = said.splitlines()[-1]
    (block,) = [block for block in PLAIN if last in block]
    for line in block.splitlines():
        assert line == "..." or line in said, line


@pytest.mark.dbt
@pytest.mark.slow
def test_the_guide_leads_to_a_scorecard(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(EXAMPLE.parent)
    export, init, ingest, validate, build, scorecard, orphans, again = commands()
    run(export, tmp_path)
    quoted(run(init, tmp_path).rsplit("\n", 2)[0])
    # The test of the example holds that it is what init wrote, with the decisions of the guide.
    for path in MAP.iterdir():
        shutil.copy(path, tmp_path / "map" / path.name)
    run(ingest, tmp_path)
    quoted(run(validate, tmp_path))
    assert "rejected: no row breaks the raw contract" in run(build, tmp_path)
    assert "time_to_resolution_p50_hours" in run(scorecard, tmp_path)
    assert "0 rows" in run(orphans, tmp_path)
    run(again, tmp_path)
    measured = "select count(distinct metric) from marts.kpi_values where value is not null"
    assert query(tmp_path / "data/own.duckdb", measured)[0][0] >= 20


def test_the_guides_answers_are_those_of_the_example() -> None:
    sql = "\n".join(path.read_text(encoding="utf-8") for path in MAP.glob("*.sql"))
    flat = " ".join(sql.split())
    answers = re.findall(r"`((?:when|case|cast|left join)[^`]*)`", GUIDE)
    decided = [one for one in answers if "DECIDE" not in one and "null" not in one]
    assert len(decided) >= 3
    for one in decided:
        if one != "cast(x as bigint)":
            assert one in flat, one
