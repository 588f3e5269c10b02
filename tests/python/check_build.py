"""The build of sample data that `make unit` leaves in data/check and that the tests read.

python -m tests.python.check_build makes it again, with every unit test and data test; with dbt's
options, such as --select rework_rate, it builds and tests that part of the one that is there.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from trustmetrics.sample import generate

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "data" / "check"
RAW = FOLDER / "raw"
TARGET = FOLDER / "target"
# The stem names the catalog in compiled SQL; the tests' own databases have the same one.
DATABASE = FOLDER / "trustmetrics.duckdb"
STAMP = FOLDER / "built_from"
SEED, SIZE = 1, 40_000
SOURCES = (
    "models",
    "macros",
    "seeds",
    "analyses",
    "tests/data",
    "src/trustmetrics/sample",
    "dbt_project.yml",
    "profiles.yml",
    "requirements.lock",
)


def ensure() -> None:
    """Make the build unless the one in the folder is of these very files; one process at a time.

    Raises:
        RuntimeError: it fails.
    """
    with alone(FOLDER):
        if not is_fresh() and make():
            raise RuntimeError("the build of the sample data failed: make unit says how")


def is_fresh() -> bool:
    """Whether the build in the folder is whole, and of the project's files as they are."""
    return STAMP.is_file() and STAMP.read_text(encoding="utf-8") == _content()


def make(options: Sequence[str] = ()) -> int:
    """Make the build in the folder, or a part of it again; return dbt's exit code.

    Args:
        options: of dbt build, such as a selection; empty: the whole build, over the old one.
    """
    content = "" if options and DATABASE.is_file() else _content()
    if content:
        shutil.rmtree(FOLDER, ignore_errors=True)
        generate(RAW, SEED, SIZE)
        options = ()
    STAMP.unlink(missing_ok=True)
    kept = {name: text for name, text in os.environ.items() if not name.startswith("TRUSTMETRICS_")}
    command = [sys.executable, "-W", "ignore", "-m", "dbt.cli.main", "--warn-error"]
    command += ["--log-level", "warn", "--log-level-file", "none"]
    command += ["build", "--target-path", str(TARGET), "--profiles-dir", str(ROOT)]
    command += [*options, "--indirect-selection", "cautious"] if options else []
    done = subprocess.run(command, cwd=ROOT, env=kept | environment(), check=False)
    if done.returncode == 0 and content:
        STAMP.write_text(content, encoding="utf-8")
    return done.returncode


def environment() -> dict[str, str]:
    """The project's variables of the build."""
    return {"TRUSTMETRICS_RAW": str(RAW), "TRUSTMETRICS_DATABASE": str(DATABASE)}


def _content() -> str:
    """A digest of the names and bytes of every file that the build depends on."""
    digest = hashlib.sha256()
    for source in SOURCES:
        for path in sorted([ROOT / source, *(ROOT / source).rglob("*")]):
            if path.is_file() and path.suffix != ".pyc":
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                digest.update(f"{path.relative_to(ROOT)} {content}\n".encode())
    return digest.hexdigest()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the lock beside a folder: one process at a time makes something in it."""
    folder.parent.mkdir(exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    with alone(FOLDER):
        sys.exit(make(sys.argv[1:]))
