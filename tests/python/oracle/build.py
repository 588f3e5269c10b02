"""Runs the project's build on a folder of raw data."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path

from .contract import ROOT


def build(raw_dir: Path, database: Path, as_of: datetime | None) -> str | None:
    """Build into the database; what the command said where it failed, None where it did not."""
    command = [sys.executable, "-m", "trustmetrics", "build"]
    # Hostile data may be rejected to any share.
    command += ["--raw", str(raw_dir), "--database", str(database), "--max-rejected", "1"]
    if as_of is not None:
        command += ["--as-of", as_of.isoformat(sep=" ")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    said = f"{done.stdout}\n{done.stderr}"[-4000:]
    return f"exit {done.returncode}: {' '.join(command)}\n{said}"


def built_metrics() -> set[tuple[str, int]]:
    """The metrics and versions that the project computes, by the names of their files."""
    paths = (ROOT / "models" / "marts").glob("*/*_v[0-9]*.sql")
    parts = (path.stem.rpartition("_v") for path in paths)
    return {(metric, int(version)) for metric, _, version in parts}
