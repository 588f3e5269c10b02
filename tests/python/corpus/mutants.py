"""Whether the fingerprints see the faults of the mutation check: each mutant that some test catches
changes a number, so the fingerprint of some metric must move.

python -m tests.python.corpus.mutants [--sample N]   (after make unit)
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.python import check_build
from tests.python.mutation.built import read_build
from tests.python.mutation.mutants import Carrier, Mutant, find_mutants
from tests.python.mutation.report import read_accepted
from trustmetrics.fingerprint.canonical import Canonicaliser
from trustmetrics.fingerprint.project import CompiledProject, Fingerprint

AS_OF = "as_of"


class Fingerprinter:
    """Fingerprints of the metrics of one compiled project, with some models' SQL replaced."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        """Fingerprint the project as it is."""
        self.manifest = manifest
        self.project = CompiledProject(manifest, check_build.ROOT, [AS_OF])
        self.base = {node["unique_id"]: self._of(self.project, node) for node in self._metrics()}

    def moved(self, changes: dict[str, str]) -> set[str]:
        """The metrics whose fingerprint moves with this SQL in place; SQL by model id."""
        nodes = dict(self.manifest["nodes"])
        for key, sql in changes.items():
            nodes[key] = {**nodes[key], "compiled_code": sql}
        edited = CompiledProject({**self.manifest, "nodes": nodes}, check_build.ROOT, [AS_OF])
        touched = self._downstream(changes)
        edited._relations = {
            key: relation
            for key, relation in self.project._relations.items()
            if key.removeprefix("leaf ") not in touched
        }
        edited.canonicaliser = Canonicaliser(dict(self.project.canonicaliser.memo))
        return {
            nodes[key]["name"]
            for key in self.base.keys() & touched
            if self._of(edited, nodes[key]) != self.base[key]
        }

    def reaches(self, changed: Iterable[str]) -> bool:
        """Whether some metric reads one of these models."""
        return not self.base.keys().isdisjoint(self._downstream(changed))

    def _metrics(self) -> Iterator[dict[str, Any]]:
        for node in self.manifest["nodes"].values():
            if node["resource_type"] == "model" and "metric" in node["tags"]:
                yield node

    def _downstream(self, changed: Iterable[str]) -> set[str]:
        found: set[str] = set()
        stack = list(changed)
        while stack:
            key = stack.pop()
            if key not in found:
                found.add(key)
                stack += self.manifest["child_map"].get(key, ())
        return found

    @staticmethod
    def _of(project: CompiledProject, node: dict[str, Any]) -> Fingerprint:
        names = [name for name in project.column_names(node) if name != "metric_version"]
        return project.fingerprint(node, names)


def changed_models(
    mutant: Mutant, carriers: dict[str, Carrier], models: Container[str]
) -> dict[str, str]:
    """The SQL of the models that hold a mutant, by id; not that of what a unit test overrides."""
    changes: dict[str, str] = {}
    for variant in mutant.variants:
        if variant.carrier in models:
            changes[variant.carrier] = carriers[variant.carrier].sql(variant.at, variant.text)
    return changes


def unseen(
    target: Path, database: Path, sample: int = 0, seed: int = 1
) -> tuple[list[Mutant], list[Mutant], int]:
    """Of the mutants, or a sample: those that move no metric though they are not accepted as
    harmless, those that move one though they are, and how many were tried."""
    build = read_build(target, database)
    mutants, carriers = find_mutants(build)
    fingerprinter = Fingerprinter(json.loads((target / "manifest.json").read_text()))
    mutants = [
        m
        for m in mutants
        if not _is_number(m) and fingerprinter.reaches(changed_models(m, carriers, build.models))
    ]
    if sample:
        mutants = random.Random(seed).sample(mutants, min(sample, len(mutants)))
    accepted = read_accepted()
    missed, cautious = [], []
    for mutant in mutants:
        moved = fingerprinter.moved(changed_models(mutant, carriers, build.models))
        if not moved and mutant.id not in accepted:
            missed.append(mutant)
        elif moved and mutant.id in accepted:
            cautious.append(mutant)
    return missed, cautious, len(mutants)


def _is_number(mutant: Mutant) -> bool:
    """Whether it changes the version that a row states, which is not part of the meaning."""
    return "metric_version" in mutant.context


def main() -> int:
    """Try all, or a sample; 1 where a fault is not seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--target", type=Path, default=check_build.TARGET)
    parser.add_argument("--database", type=Path, default=check_build.DATABASE)
    asked = parser.parse_args()
    missed, cautious, count = unseen(asked.target, asked.database, asked.sample)
    for mutant in missed:
        print(f"not seen: {mutant.id} {mutant}")
    print(
        f"{count} mutants: {len(missed)} move no metric and are not accepted as harmless; "
        f"{len(cautious)} move one and are"
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
