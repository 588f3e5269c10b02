"""Try every mutant, or a sample: python -m tests.python.mutation."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tests.python.mutation.built import read_build
from tests.python.mutation.make_build import find_or_make_build
from tests.python.mutation.report import (
    complaints,
    read_accepted,
    read_baseline,
    told,
    write_baseline,
)
from tests.python.mutation.trial import try_mutants


def main() -> int:
    """Run the check; 1 if it fails."""
    parser = argparse.ArgumentParser(prog="mutation", description=__doc__)
    parser.add_argument("--sample", type=int, default=0, help="try so many, on unit tests alone")
    parser.add_argument("--seed", type=int, default=1, help="which sample")
    parser.add_argument("--target", type=Path, help="dbt's target folder of a finished build")
    parser.add_argument("--database", type=Path, help="the database of that build")
    parser.add_argument("--update", action="store_true", help="make this run the baseline")
    asked = parser.parse_args()
    if asked.target and asked.database:
        build = read_build(asked.target, asked.database)
    else:
        build = find_or_make_build()
    trial = try_mutants(build, _Progress(), asked.sample, asked.seed)
    accepted = read_accepted()
    print("\n".join(told(trial, accepted)))
    if asked.update and not asked.sample:
        write_baseline(trial, accepted)
    found = complaints(trial, accepted, read_baseline())
    print("\n".join(found))
    return 1 if found else 0


class _Progress:
    """Says how far it is, every ten seconds."""

    def __init__(self) -> None:
        self._said = time.monotonic()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note of one more mutant."""
        if done == total or time.monotonic() - self._said > 10:
            self._said = time.monotonic()
            print(f"{stage}: {done} of {total} mutants", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
