"""A build to take the compiled SQL from: the one that make unit left, or one made here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.python.mutation.built import ROOT, Build, is_fresh, read_build

TARGET = ROOT / "target"
DATABASE = ROOT / "data" / "check" / "check.duckdb"


def find_or_make_build(folder: Path) -> Build:
    """The build of make unit if nothing changed since, else one made in a folder."""
    if is_fresh(TARGET, DATABASE):
        return read_build(TARGET, DATABASE)
    return make_build(folder)


def make_build(folder: Path) -> Build:
    """Make sample data in a folder and build them."""
    raw, target, database = folder / "raw", folder / "target", folder / "mutation.duckdb"
    tools = Path(sys.executable).parent
    sample = ["sample", "--out", str(raw), "--seed", "7", "--size", "20000"]
    _run([str(tools / "trustmetrics"), *sample], {})
    paths = ["--target-path", str(target), "--log-path", str(folder / "logs")]
    places = {"TRUSTMETRICS_RAW": str(raw), "TRUSTMETRICS_DATABASE": str(database)}
    _run([str(tools / "dbt"), "--log-level", "warn", "build", *paths], places)
    return read_build(target, database)


def _run(command: list[str], places: dict[str, str]) -> None:
    environment = {**os.environ, "DBT_PROFILES_DIR": str(ROOT), **places}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if ran.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{ran.stdout}{ran.stderr}")
