"""Without an extra the command says which one to install; what needs none works."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.python.helpers import ROOT, Run, clean_environment
from trustmetrics.extras import MODULES

EVERY_MODULE = sorted({module for modules in MODULES.values() for module in modules})
NEEDS = {
    "sample": ["sample --out {tmp}/raw"],
    "check": ["check --database {tmp}/none.duckdb"],
    "map": ["ingest sql --map {tmp} --from {tmp} --out {tmp}/raw"],
    "xlsx": ["report validate {tmp}/report.xlsx"],
    "postgres": ["map init --from postgresql://me@127.0.0.1:1/db --out {tmp}/map"],
    "report": ["report weekly --database {tmp}/none.duckdb --out {tmp}/week.html"],
    "privacy": ["export marts --database {tmp}/none.duckdb --out {tmp}/out --k 10"],
    "gate": [
        "gate",
        "metric sync",
        "metric bump rework_rate --change corrective",
        "metric diff rework_rate",
        "metric impact rework_rate --raw {tmp}",
        "metric new made_up --kind rate --family quality",
        "metric init --tag metric --owner me --decided-by me",
    ],
}
CASES = [(extra, command) for extra, commands in NEEDS.items() for command in commands]


def test_every_extra_is_tried() -> None:
    assert NEEDS.keys() == MODULES.keys()


@pytest.mark.parametrize(("extra", "arguments"), CASES)
def test_a_missing_extra_is_one_line_before_any_work(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, extra: str, arguments: str
) -> None:
    for module in MODULES[extra]:
        monkeypatch.setitem(sys.modules, module, None)
    said = run(*arguments.format(tmp=tmp_path).split())
    assert said.exit_code == 2
    assert said.err == (
        f"trustmetrics: this needs {' and '.join(MODULES[extra])}, from the extra '{extra}'. "
        f"Run: pip install -e '{ROOT}[{extra}]'\n"
    )
    assert said.out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [command.partition(" --")[0] for _, command in CASES])
def test_help_needs_no_extra(run: Run, monkeypatch: pytest.MonkeyPatch, arguments: str) -> None:
    for module in EVERY_MODULE:
        monkeypatch.setitem(sys.modules, module, None)
    words = [word for word in arguments.split() if word not in {"rework_rate", "made_up"}]
    said = run(*words, "--help")
    assert said.exit_code == 0
    assert "Example: trustmetrics" in said.out


def test_what_needs_no_extra_imports_none() -> None:
    """In a process of its own: this one has imported everything already."""
    script = (
        f"import sys; sys.modules.update(dict.fromkeys({EVERY_MODULE}))\n"
        "import trustmetrics.build, trustmetrics.cli, trustmetrics.ingest.mediawiki\n"
        "import trustmetrics.mapping.init, trustmetrics.validate.folder\n"
        "import trustmetrics.investigate.spike, trustmetrics.investigate.case\n"
        "import trustmetrics.investigate.offenders, trustmetrics.investigate.threshold\n"
        "import trustmetrics.investigate.disagreement, trustmetrics.scorecard.text\n"
        "import trustmetrics.scorecard.formats, trustmetrics.export.marts\n"
        "import trustmetrics.export.noisy\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=clean_environment(PYTHONPATH=str(ROOT / "src")),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
