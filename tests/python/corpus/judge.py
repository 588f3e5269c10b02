"""How the fingerprints judge the corpus: which metrics each edit moves, beside those it can change.

python -m tests.python.corpus.judge [--only ID ...]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dbt.cli.main import dbtRunner

from trustmetrics.fingerprint.project import CompiledProject, Fingerprint

from .apply import Edit, apply, copy_project, load, restore
from .compiled import ENVIRONMENT, DoesNotCompileError

AS_OF = "as_of"


@dataclass(frozen=True)
class Verdict:
    """What an edit moved.

    Attributes:
        edit: the edit.
        moved: the metrics whose fingerprint moved.
        as_of: whether the fingerprint of as_of did.
    """

    edit: Edit
    moved: frozenset[str]
    as_of: bool

    @property
    def missed(self) -> frozenset[str]:
        """Metrics whose results the edit can change and whose fingerprint stayed."""
        return self.edit.moves - self.moved | (
            frozenset({AS_OF}) if self._as_of_missed else frozenset()
        )

    @property
    def false_alarms(self) -> frozenset[str]:
        """Metrics whose fingerprint moved though no data can change their results."""
        return self.moved - self.edit.moves

    @property
    def _as_of_missed(self) -> bool:
        return self.edit.as_of and not self.as_of


def judge(edits: Iterable[Edit]) -> Iterator[Verdict]:
    """Yield the verdict on each edit, applied to a copy of the project by itself."""
    os.environ.update(ENVIRONMENT)
    with tempfile.TemporaryDirectory() as folder:
        pristine = copy_project(Path(folder) / "pristine")
        edited = copy_project(Path(folder) / "edited")
        base = fingerprints(edited)
        for edit in edits:
            try:
                apply(edit, edited)
                now = fingerprints(edited)
            finally:
                restore(edit, edited, pristine)
            moved = {name for name, found in base.items() if now.get(name) != found}
            yield Verdict(
                edit, frozenset(name for name, _ in moved if name != AS_OF), (AS_OF, None) in moved
            )


def fingerprints(project: Path) -> dict[tuple[str, int | None], Fingerprint]:
    """The fingerprint of each metric and version, and of as_of, in a copy of the project.

    Raises:
        DoesNotCompileError: dbt cannot compile it.
    """
    arguments = [
        "--quiet",
        "compile",
        "--project-dir",
        str(project),
        "--profiles-dir",
        str(project),
    ]
    arguments += ["--select", "resource_type:model", "--indirect-selection", "empty"]
    done = dbtRunner().invoke(arguments)
    if not done.success:
        raise DoesNotCompileError(str(done.exception or done.result))
    manifest = json.loads((project / "target" / "manifest.json").read_text())
    compiled = CompiledProject(manifest, project, [AS_OF])
    found = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model" or not (
            "metric" in node["tags"] or node["name"] == AS_OF
        ):
            continue
        columns = [name for name in compiled.column_names(node) if name != "metric_version"]
        found[node["name"], node["version"]] = compiled.fingerprint(node, columns)
    return found


def main() -> int:
    """Judge the corpus; 1 where a change of meaning is missed or a cosmetic one is not let pass."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="ids; default: all")
    only = parser.parse_args().only
    edits = [edit for edit in load() if not only or edit.id in only]
    pairs = caught = alarms = 0
    for verdict in judge(edits):
        pairs += len(verdict.edit.moves)
        caught += len(verdict.edit.moves & verdict.moved)
        alarms += len(verdict.false_alarms)
        if verdict.missed or verdict.false_alarms:
            print(f"{verdict.edit.id} ({verdict.edit.kind}): {verdict.edit.why}")
            print(f"  missed: {sorted(verdict.missed)}")
            print(
                f"  false alarms: {sorted(verdict.false_alarms - verdict.edit.tolerated)} tolerated: {sorted(verdict.false_alarms & verdict.edit.tolerated)}",
                flush=True,
            )
    print(f"{len(edits)} edits: {caught} of {pairs} moved metrics flagged, {alarms} false alarms")
    return 1 if alarms or caught < pairs else 0


if __name__ == "__main__":
    sys.exit(main())
