"""The Python versions that the project promises are those that it is tested with."""

from __future__ import annotations

import re
import tomllib

import yaml

from tests.python.helpers import ROOT

CLASSIFIER = "Programming Language :: Python :: "


def test_every_version_that_is_promised_is_tested_and_accepted_by_make() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    promised = [text.removeprefix(CLASSIFIER) for text in project["project"]["classifiers"]]
    minors = [int(version.removeprefix("3.")) for version in promised]
    bounds = f">=3.{minors[0]},<3.{minors[-1] + 1}"
    assert project["project"]["requires-python"] == bounds
    assert project["tool"]["ruff"]["target-version"] == f"py3{minors[0]}"
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == promised
    makefile = (ROOT / "Makefile").read_text()
    assert f"(3, {minors[0]}) <= sys.version_info[:2] <= (3, {minors[-1]})" in makefile
    tried = re.search(r"for name in ((?:python3\.\d+ )+)", makefile)
    assert tried and tried[1].split() == [f"python{version}" for version in promised]
