"""Tries every edit of the corpus on hostile data, and holds what moved against what may.

python -m tests.python.corpus.verify --seeds 0:8 --out DIR

An edit of meaning must move no metric but those of its `moves`; a cosmetic one must move none. Both
are errors. Metrics of `moves` that moved on no dataset are listed: the data may just lack the case.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pickle
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from tests.python.oracle.build import build
from tests.python.oracle.hostile import generate, pick_as_of, write

from .apply import Edit, load
from .compiled import Compiler, DoesNotCompileError, Nodes
from .trial import Dataset, DoesNotBuildError

Result = dict[str, dict[str, object]]


def main() -> int:
    """Compile the edits, try them on each seed's data and report; 1 where an edit is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="0:4", help="first:end of the hostile datasets")
    parser.add_argument("--scale", type=int, default=1, help="of the datasets")
    parser.add_argument("--only", nargs="*", help="ids of edits; default: all")
    parser.add_argument("--jobs", type=int, default=1, help="datasets at a time")
    parser.add_argument("--out", type=Path, required=True, help="folder for what can be used again")
    given = parser.parse_args()
    edits = [edit for edit in load() if not given.only or edit.id in given.only]
    given.out.mkdir(parents=True, exist_ok=True)
    first, _, end = given.seeds.partition(":")
    names = [(seed, given.scale) for seed in range(int(first), int(end))]
    _compile(edits, given.out)
    with ProcessPoolExecutor(given.jobs) as pool:
        tried = list(pool.map(_try_seed, names, [given.out] * len(names), [edits] * len(names)))
    return _report(edits, tried)


def _compile(edits: list[Edit], out: Path) -> None:
    """Compile each edit that was not compiled already, by the project and the edit as they are."""
    compiler = Compiler(out / f"projects_{time.time_ns()}")
    project = repr([(name, node.sql) for name, node in sorted(compiler.base.items())])
    _path(out, "base").write_bytes(pickle.dumps(compiler.base))
    for edit in edits:
        what = repr((edit.move, edit.replacements, edit.create, edit.delete))
        made_of = hashlib.sha256((project + what).encode()).hexdigest()
        if _path(out, edit.id).exists() and _read(out, edit.id)[0] == made_of:
            continue
        try:
            nodes: Nodes | str = compiler.edited(edit)
        except DoesNotCompileError as error:
            nodes = f"does not compile: {error}"
        _path(out, edit.id).write_bytes(pickle.dumps((made_of, nodes)))


def _path(out: Path, name: str) -> Path:
    return out / f"{name}.pickle"


def _read(out: Path, name: str) -> Any:
    return pickle.loads(_path(out, name).read_bytes())


def _try_seed(name: tuple[int, int], out: Path, edits: list[Edit]) -> Result:
    seed, scale = name
    folder = out / f"seed_{seed}_{scale}"
    database = folder / "built.duckdb"
    base: Nodes = _read(out, "base")
    if not database.exists():
        write(generate(seed, scale), folder / "raw", "parquet", seed)
        if (failure := build(folder / "raw", database, pick_as_of(seed))) is not None:
            raise DoesNotBuildError(failure)
    dataset = Dataset(folder.name, database, base)
    found: Result = {}
    for edit in edits:
        nodes: Nodes | str = _read(out, edit.id)[1]
        if isinstance(nodes, str):
            found[edit.id] = {"error": nodes}
            continue
        try:
            moved, as_of = dataset.moved(nodes)
            found[edit.id] = {"moved": sorted(moved), "as_of": as_of}
        except DoesNotBuildError as error:
            found[edit.id] = {"error": str(error)}
    (folder / "moved.json").write_text(json.dumps(found, indent=1))
    print(f"{folder.name}: tried {len(found)} edits", flush=True)
    return found


def _report(edits: list[Edit], tried: list[Result]) -> int:
    wrong, unseen = 0, []
    for edit in edits:
        errors = {str(result[edit.id]["error"]) for result in tried if "error" in result[edit.id]}
        moved = {metric for result in tried for metric in result[edit.id].get("moved", [])}
        as_of = any(result[edit.id].get("as_of") for result in tried)
        complaints = [f"fails: {error}" for error in sorted(errors)]
        if beyond := moved - edit.moves:
            complaints.append(f"moved as well: {', '.join(sorted(beyond))}")
        if as_of and not edit.as_of:
            complaints.append("moved as_of")
        if complaints:
            wrong += 1
            print(f"WRONG {edit.id}: {'; '.join(complaints)}")
        if missing := edit.moves - moved:
            unseen.append(f"{edit.id}: {', '.join(sorted(missing))}")
        if edit.as_of and not as_of:
            unseen.append(f"{edit.id}: as_of")
    print("Moved on none of these datasets:", *unseen or ["nothing"], sep="\n  ")
    print(f"{wrong} of {len(edits)} edits are wrong, on {len(tried)} datasets")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
