"""Writes tests/frozen, the raw data that result fingerprints are made on.

Half of it is the sample generator's (plausible), half the hostile generator's (every awkward row).
It is frozen: run this only to replace it, for every result fingerprint moves with it.

python -m tests.frozen_sample
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import duckdb

from tests.python.oracle.hostile import generate, write
from trustmetrics.sample import generate as generate_sample

FROZEN = Path(__file__).parent / "frozen"
SEED = 8
HOSTILE_SCALE = 4
SAMPLE_ROWS = 5000


def main() -> None:
    """Write the frozen sample anew: per table a folder with hostile.csv and sample.csv."""
    shutil.rmtree(FROZEN, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        hostile, calm = Path(folder) / "hostile", Path(folder) / "calm"
        write(generate(SEED, HOSTILE_SCALE), hostile, "csv", SEED)
        generate_sample(calm, SEED, SAMPLE_ROWS, lambda table, rows: None)
        for parquet in sorted(calm.glob("*.parquet")):
            table = FROZEN / parquet.stem
            table.mkdir(parents=True)
            duckdb.sql(f"copy (from '{parquet}' order by all) to '{table / 'sample.csv'}'")
            parts = [hostile / f"{parquet.stem}.csv", *sorted((hostile / parquet.stem).glob("*"))]
            for number, part in enumerate(path for path in parts if path.is_file()):
                shutil.copyfile(part, table / f"hostile_{number}.csv")


if __name__ == "__main__":
    main()
