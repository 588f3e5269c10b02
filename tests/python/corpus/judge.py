"""How the fingerprints judge the corpus: which metrics each edit moves, beside those it can change.

python -m tests.python.corpus.judge [--only ID ...]
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

from trustmetrics.fingerprint.project import CompiledProject, Fingerprint, seed_form
from trustmetrics.fingerprint.seeds import contents, seed_rows

from .apply import Edit, apply, copy_project, judged_metrics, load, restore
from .compiled import ENVIRONMENT, DoesNotCompileError

AS_OF = "as_of"
ALL = ("resource_type:model",)


@dataclass(frozen=True)
class Verdict:
    """What an edit moved.

    Attributes:
        edit: the edit.
        moved: the versions of metrics whose fingerprint moved, of those that the corpus judges.
        as_of: whether the fingerprint of as_of did.
    """

    edit: Edit
    moved: frozenset[str]
    as_of: bool

    @property
    def missed(self) -> frozenset[str]:
        """Metrics whose results the edit can change and whose fingerprint stayed; as_of too."""
        expected = self.edit.moves | ({AS_OF} if self.edit.as_of else set())
        return expected - self.moved - ({AS_OF} if self.as_of else set())

    @property
    def false_alarms(self) -> frozenset[str]:
        """Metrics whose fingerprint moved though no data can change their results."""
        return self.moved - self.edit.moves


class Project:
    """A copy of the project that edits are applied to, one at a time."""

    def __init__(self, folder: Path) -> None:
        """Copy the project into a folder and fingerprint it unchanged."""
        os.environ.update(ENVIRONMENT)
        self._judged = judged_metrics(load())
        self._pristine = copy_project(folder / "pristine")
        self._edited = copy_project(folder / "edited")
        self._manifest = self._compiled(*ALL)
        self._base = _fingerprints(self._manifest, self._edited)

    def verdict(self, edit: Edit) -> Verdict:
        """What an edit moves, applied by itself.

        Raises:
            DoesNotCompileError: dbt cannot compile what it leaves.
        """
        try:
            touched = apply(edit, self._edited)
            reached = None if edit.create or edit.move or edit.delete else self._reached(touched)
            manifest, reached = self._edited_manifest(reached)
            asked = self._base.keys() if reached is None else self._readers(reached)
            now = _fingerprints(manifest, self._edited, asked)
        finally:
            restore(edit, self._edited, self._pristine)
        moved = {version for version in asked if now.get(version) != self._base[version]}
        return Verdict(edit, self._judged & moved, AS_OF in moved)

    def _reached(self, touched: set[str]) -> set[str] | None:
        """The models that an edit of these files can change: those written in them, and those that
        call a macro of theirs; None where it may be any, as of a seed or of what each run does."""
        macros = {
            key
            for key, macro in self._manifest["macros"].items()
            if macro["original_file_path"] in touched
        }
        files = {self._manifest["macros"][key]["original_file_path"] for key in macros}
        while True:
            callers = {
                key
                for key, macro in self._manifest["macros"].items()
                if macros.intersection(macro["depends_on"]["macros"])
            }
            if callers <= macros:
                break
            macros |= callers
        found = set()
        for key, node in self._manifest["nodes"].items():
            is_written_there = node["original_file_path"] in touched
            if is_written_there or macros.intersection(node["depends_on"].get("macros", ())):
                if node["resource_type"] == "model":
                    found.add(key)
                    files.add(node["original_file_path"])
                elif node["resource_type"] != "test":
                    return None
        return found if touched <= files else None

    def _edited_manifest(self, reached: set[str] | None) -> tuple[dict[str, Any], set[str] | None]:
        """The manifest of the edited project, of which only the models reached are compiled again;
        and what is reached: all, where a macro came or went, for that may stand before another."""
        if reached is None:
            return self._compiled(*ALL), None
        named = (f"path:{self._manifest['nodes'][key]['original_file_path']}" for key in reached)
        fresh = self._compiled(*(sorted(set(named)) or ALL))
        if fresh["macros"].keys() != self._manifest["macros"].keys():
            return self._compiled(*ALL), None
        nodes = {**self._manifest["nodes"], **{key: fresh["nodes"][key] for key in reached}}
        return {**fresh, "nodes": nodes}, reached

    def _readers(self, reached: set[str]) -> set[str]:
        """The metrics, and as_of, that read a model of these, directly or not."""
        found = set(reached)
        children = self._manifest["child_map"]
        stack = list(reached)
        while stack:
            new = [key for key in children.get(stack.pop(), ()) if key not in found]
            found.update(new)
            stack += new
        return self._base.keys() & {
            node["alias"] for key, node in self._manifest["nodes"].items() if key in found
        }

    def _compiled(self, *select: str) -> dict[str, Any]:
        project = str(self._edited)
        arguments = ["--quiet", "compile", "--project-dir", project, "--profiles-dir", project]
        arguments += ["--select", *select, "--indirect-selection", "empty"]
        with redirect_stdout(io.StringIO()):
            done = dbtRunner().invoke(arguments)
        if not done.success:
            raise DoesNotCompileError(str(done.exception or done.result))
        return json.loads((self._edited / "target" / "manifest.json").read_text())


def _fingerprints(
    manifest: dict[str, Any], project: Path, asked: Collection[str] | None = None
) -> dict[str, tuple[Fingerprint, dict[str, list[str]]]]:
    """The fingerprint of each version of a metric, by the name of its model, and of as_of, or of
    those asked for; with what the vocabularies say that it reads: the gate asks for an entry of
    each change of their rows (G017)."""
    words = [path.stem for path in (project / "metrics" / "vocabularies").glob("*.yml")]
    compiled = CompiledProject(manifest, project, [AS_OF], words)
    found = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model" or (asked is not None and node["alias"] not in asked):
            continue
        if "metric" in node["tags"] or node["name"] == AS_OF:
            columns = [name for name in compiled.column_names(node) if name != "metric_version"]
            fingerprint = compiled.fingerprint(node, columns)
            said = {
                word: _said(compiled, word, read) for word, read in fingerprint.vocabularies.items()
            }
            found[node["alias"]] = (fingerprint, said)
    return found


def _said(compiled: CompiledProject, vocabulary: str, columns: list[str]) -> list[str]:
    """The rows of a vocabulary, as far as some columns go."""
    node = compiled.seed_of(vocabulary)
    assert node is not None
    rows = seed_rows(compiled.root / node["original_file_path"], *seed_form(node))
    return contents(rows, columns)


def judge(edits: Iterable[Edit]) -> Iterator[Verdict]:
    """Yield the verdict on each edit."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        for edit in edits:
            yield project.verdict(edit)


def main() -> int:
    """Judge the corpus; 1 where a change of meaning is missed or a cosmetic one is not let pass."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="ids; default: all")
    parser.add_argument("--part", default="0/1", help="each n-th edit from the k-th: k/n")
    asked = parser.parse_args()
    first, _, step = asked.part.partition("/")
    edits = [edit for edit in load() if not asked.only or edit.id in asked.only]
    edits = edits[int(first) :: int(step)]
    counts: Counter[str] = Counter()
    for verdict in judge(edits):
        edit = verdict.edit
        alarms = verdict.false_alarms - edit.tolerated
        counts["cosmetic" if edit.is_cosmetic else "meaning"] += 1
        counts["to flag"] += len(edit.moves)
        counts["flagged"] += len(edit.moves & verdict.moved)
        counts["false alarms"] += len(alarms)
        counts["beyond proof"] += len(verdict.false_alarms & edit.tolerated)
        if verdict.missed or alarms:
            print(f"{edit.id} ({edit.kind}): {edit.why}")
            print(f"  missed: {sorted(verdict.missed)}")
            print(f"  false alarms: {sorted(alarms)}", flush=True)
    print(
        f"{counts['meaning']} edits of meaning and {counts['cosmetic']} cosmetic ones: "
        f"{counts['flagged']} of {counts['to flag']} metrics flagged, "
        f"{counts['false alarms']} false alarms; {counts['beyond proof']} flagged whose results "
        "stay for a reason that no analysis of SQL can see"
    )
    return 1 if counts["false alarms"] or counts["flagged"] < counts["to flag"] else 0


if __name__ == "__main__":
    sys.exit(main())
