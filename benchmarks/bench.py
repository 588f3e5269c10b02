"""Times a build beside the least that any build must do with the same files.

The least: DuckDB reads each contract column of each raw table once and counts the distinct keys.
Both run in processes of their own, on the same cores and files, one after the other; the build is
the whole command, dbt's start included. Prints one line per figure and the ratio.

python benchmarks/bench.py --size 10000000 --out data/bench
"""

import argparse
import multiprocessing
import resource
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import yaml

from trustmetrics.project import project_root

THREADS = 2


def contract() -> dict[str, tuple[list[str], list[str]]]:
    """Key and columns of each raw table, from the sources' YAML."""
    tables = {}
    for path in sorted((project_root() / "models" / "staging").glob("*.yml")):
        for source in yaml.safe_load(path.read_text()).get("sources", []):
            for table in source["tables"]:
                columns = [column["name"] for column in table["columns"]]
                tables[table["name"]] = (table["config"]["meta"]["key"], columns)
    return tables


def read_all(raw: str) -> None:
    """Read each column once and count the distinct keys, table by table."""
    connection = duckdb.connect()
    connection.execute(f"set threads = {THREADS}")
    for table, (key, columns) in contract().items():
        counts = ", ".join(f"count({column})" for column in columns)
        connection.execute(
            f"select {counts}, count(distinct ({', '.join(key)})) "
            f"from read_parquet('{raw}/{table}.parquet')"
        ).fetchall()


def timed(task: multiprocessing.Process) -> float:
    """Seconds that a process takes from start to end."""
    started = time.perf_counter()
    task.start()
    task.join()
    if task.exitcode:
        raise SystemExit(f"the reading process ended with exit code {task.exitcode}")
    return time.perf_counter() - started


def main() -> None:
    """Make the sample where it is missing, then read it, then build it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000_000)
    parser.add_argument("--out", type=Path, default=Path("data/bench"))
    arguments = parser.parse_args()
    raw = arguments.out / f"raw_{arguments.size}"
    command = [sys.executable, "-m", "trustmetrics"]
    if not (raw / "tool_services.parquet").is_file():
        subprocess.run(
            [*command, "sample", "--out", str(raw), "--size", str(arguments.size)], check=True
        )
    read_seconds = timed(multiprocessing.Process(target=read_all, args=(str(raw),)))
    started = time.perf_counter()
    database = arguments.out / f"bench_{arguments.size}.duckdb"
    subprocess.run([*command, "build", "--raw", str(raw), "--database", str(database)], check=True)
    build_seconds = time.perf_counter() - started
    peak_kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"raw rows (about)       {arguments.size:>14,}")
    print(f"read once + distinct   {read_seconds:>14.1f} s on {THREADS} threads")
    print(f"build                  {build_seconds:>14.1f} s")
    print(f"ratio                  {build_seconds / read_seconds:>14.1f}")
    print(f"peak memory            {peak_kib / 1024**2:>14.2f} GiB (largest process)")


if __name__ == "__main__":
    main()
