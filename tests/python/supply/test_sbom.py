"""The bill of materials: what runs beside the project, and nothing of this machine."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest
from packaging.utils import canonicalize_name

from tests.python.helpers import ROOT
from tests.python.supply.test_lock import installed, locked
from tools.closure import declared

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bills(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The text of the bill, made twice."""
    folder = tmp_path_factory.mktemp("sbom")
    venv.create(folder / "tools", with_pip=True, symlinks=True)
    python = folder / "tools/bin/python"
    install = ["-m", "pip", "install", "--quiet", "-r", str(ROOT / "tools/requirements.lock")]
    done = subprocess.run([python, *install], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no package index could be read: {(done.stderr.splitlines() or ['?'])[-1]}")
    texts = []
    for name in ("one.json", "two.json"):
        made = ["-m", "tools.sbom", "--environment", sys.prefix, "--out", str(folder / name)]
        done = subprocess.run(
            [python, *made], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "valid by CycloneDX 1.6" in done.stdout
        texts.append((folder / name).read_text(encoding="utf-8"))
    return texts


@pytest.fixture(scope="module")
def bill(bills: list[str]) -> dict[str, Any]:
    return json.loads(bills[0])


def test_the_same_set_gives_the_same_bytes(bills: list[str]) -> None:
    assert bills[0] == bills[1]
    assert "serialNumber" not in bills[0] and "timestamp" not in bills[0]


def test_it_names_no_place_of_this_machine(bills: list[str]) -> None:
    for place in ("file:", str(ROOT), str(Path.home()) + "/", sys.prefix):
        assert place not in bills[0]


def test_it_lists_what_runs_in_the_locked_versions(bill: dict[str, Any]) -> None:
    listed = {canonicalize_name(one["name"]): one for one in bill["components"]}
    versions = locked()
    assert {name: one["version"] for name, one in listed.items()} == {
        name: versions[name] for name in installed().closure(declared("all"))
    }
    scopes = {name: one["scope"] for name, one in listed.items()}
    assert scopes["duckdb"] == scopes["certifi"] == "required"
    assert scopes["great-expectations"] == scopes["numpy"] == scopes["sqlglotc"] == "optional"
    assert not {"pytest", "ruff", "sqlfluff", "dbt-postgres", "hypothesis"} & listed.keys()


def test_each_component_has_its_address_and_its_place_in_the_graph(bill: dict[str, Any]) -> None:
    for one in bill["components"]:
        # The type pypi of package URLs keeps the dots of a name.
        name = one["name"].lower().replace("_", "-")
        assert one["purl"] == f"pkg:pypi/{name}@{one['version']}"
    refs = {one["bom-ref"] for one in bill["components"]}
    graph = {one["ref"]: one["dependsOn"] for one in bill["dependencies"]}
    root = bill["metadata"]["component"]["bom-ref"]
    assert graph.keys() == refs | {root}
    reached, pending = set(), [root]
    while pending:
        for ref in graph[pending.pop()]:
            if ref not in reached:
                reached.add(ref)
                pending.append(ref)
    assert reached == refs
