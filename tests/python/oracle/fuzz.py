"""Many hostile datasets: build each and compare. Failing ones are kept.

python -m tests.python.oracle.fuzz --seeds 0:20
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from .build import build, built_metrics
from .compare import compare, compare_rejected
from .contract import rejected
from .evaluate import evaluate, project_seeds
from .hostile import generate, pick_as_of, write

FORMATS = ("parquet", "csv", "mixed")


def check(seed: int, formats: str, folder: Path, scale: int = 1) -> list[str]:
    """Generate, write and build one dataset in the folder; how the build differs."""
    raw = write(generate(seed, scale), folder / "raw", formats, seed)
    as_of = pick_as_of(seed)
    failure = build(folder / "raw", folder / "trustmetrics.duckdb", as_of)
    if failure is not None:
        return [failure]
    rows = evaluate(raw, as_of, project_seeds())
    database = folder / "trustmetrics.duckdb"
    return compare(database, rows, built_metrics()) + compare_rejected(database, rejected(raw))


def main() -> int:
    """Run the seeds asked for; 1 where any dataset differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0:20", help="first:end, or one seed")
    parser.add_argument("--formats", choices=FORMATS, help="default: each in turn")
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("fuzz"), help="where datasets are kept")
    arguments = parser.parse_args()
    first, _, end = arguments.seeds.partition(":")
    seeds = range(int(first), int(end) if end else int(first) + 1)
    failed = []
    for seed in seeds:
        formats = arguments.formats or FORMATS[seed % 3]
        folder = arguments.out / f"seed_{seed}_{formats}"
        shutil.rmtree(folder, ignore_errors=True)
        complaints = check(seed, formats, folder, arguments.scale)
        print(f"seed {seed} {formats} as_of {pick_as_of(seed)}: {complaints[:1] or 'same'}")
        print("\n".join(complaints[1:]), flush=True)
        if complaints:
            failed.append(seed)
        else:
            shutil.rmtree(folder)
    print(f"{len(failed)} of {len(seeds)} datasets differ: {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
