"""Times the ingest of a dump of the DSA Transparency Database beside a plain read of its CSV parts.

The plain read: DuckDB's read_csv of the extracted parts, every column counted, on the same cores.
The dump is made of invented statements. Each figure is of processes of their own, one after the
other, the read once before and once after the ingest, of which the lesser time counts. Prints one
line per figure, the ratio, and the peak memory of the ingest. What was measured, and what each
step costs, is in docs/sources/dsa_sor.md.

python benchmarks/dsa_sor.py --records 10000000 --out data/bench_sor
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import sys
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import duckdb

from trustmetrics.dsa_sor.columns import FULL
from trustmetrics.dsa_sor.synthetic import Dump, write_dump

THREADS = 2


def read_plainly(folder: str) -> None:
    """Read each column of the extracted parts once."""
    connection = duckdb.connect()
    connection.execute(f"set threads = {THREADS}")
    counts = ", ".join(f"count({column})" for column in FULL)
    connection.execute(f"select {counts} from read_csv('{folder}/*.csv')").fetchall()


def ingest(dump: str, out: str) -> None:
    """The command itself, so that its start is part of the time."""
    os.environ["TRUSTMETRICS_THREADS"] = str(THREADS)
    arguments = ["-m", "trustmetrics", "ingest", "dsa-sor", dump, "--out", out]
    os.execv(sys.executable, [sys.executable, *arguments])


def timed(task: Callable[..., None], *arguments: str) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak GiB of a process."""
    process = multiprocessing.Process(target=task, args=arguments)
    started = time.perf_counter()
    process.start()
    _, status, usage = os.wait4(process.pid or 0, 0)
    if status:
        raise SystemExit(f"{task.__name__} ended with status {status}")
    seconds = time.perf_counter() - started
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024**2


def extract(dump: Path, folder: Path) -> None:
    """Write the parts of a dump into a folder."""
    folder.mkdir()
    with zipfile.ZipFile(dump) as outer:
        for name in outer.namelist():
            with zipfile.ZipFile(BytesIO(outer.read(name))) as inner:
                inner.extractall(folder)


def main() -> None:
    """Make the dump where it is missing, then read it, map it, and read it again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--out", type=Path, default=Path("data/bench_sor"))
    arguments = parser.parse_args()
    folder = arguments.out / f"dump_{arguments.records}"
    wanted = Dump(arguments.records)
    dump, extracted = folder / f"{wanted.name}.zip", folder / "extracted"
    if not extracted.is_dir():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        extract(write_dump(wanted, folder), extracted)
    raw = folder / "raw"
    shutil.rmtree(raw, ignore_errors=True)
    before = timed(read_plainly, str(extracted))
    mapped = timed(ingest, str(dump), str(raw))
    after = timed(read_plainly, str(extracted))
    plain = min(before, after)
    size = sum(path.stat().st_size for path in extracted.iterdir())
    print(f"records            {arguments.records:>14,} in {size / 1e9:.2f} GB of CSV")
    for what, (seconds, cpu, _) in (("plain read_csv", plain), ("ingest", mapped)):
        print(f"{what:<18} {seconds:>14.1f} s on {THREADS} threads ({cpu:.1f} s of CPU)")
    print(f"ratio              {mapped[0] / plain[0]:>14.2f} (of CPU {mapped[1] / plain[1]:.2f})")
    print(f"peak memory        {mapped[2]:>14.2f} GiB (plain read {plain[2]:.2f})")


if __name__ == "__main__":
    main()
