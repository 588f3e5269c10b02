"""Reads the corpus of edits, and applies one to a copy of the project."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
# What dbt and the register read; nothing that a build writes.
COPIED = (
    *("analyses", "macros", "metrics", "models", "seeds", "tests/data"),
    *("dbt_project.yml", "profiles.yml"),
)
# A version of a metric, by the name of its model: recurrence_rate_7d_v2.
VERSION = re.compile(r"_v\d+$")
VERSIONS = sorted(path.stem for path in (ROOT / "models" / "marts").glob("*/*_v*.sql"))


class CorpusError(Exception):
    """An edit does not fit the project, or the corpus is malformed; the message names the edit."""


@dataclass(frozen=True)
class Replacement:
    """One place in one file.

    Attributes:
        file: path in the project.
        old: text that occurs in the file exactly once.
        new: what stands there instead.
    """

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Edit:
    """One edit of the project.

    Attributes:
        id: its name, unique in the corpus.
        kind: what sort of edit it is, such as boundary or join.
        why: what it does, in a sentence.
        is_cosmetic: whether it may move nothing.
        moves: the versions of metrics of which the results can change on some data; no other can.
        tolerated: those that read what is edited, but of which no data can change the results.
        as_of: whether the instant as_of can change.
        move: files that go to another path, done first: from and to.
        replacements: places that change, in order, after the moves.
        create: new files, path and text, done last.
        delete: files that go.
    """

    id: str
    kind: str
    why: str
    is_cosmetic: bool
    moves: frozenset[str] = frozenset()
    tolerated: frozenset[str] = frozenset()
    as_of: bool = False
    move: tuple[tuple[str, str], ...] = ()
    replacements: tuple[Replacement, ...] = ()
    create: dict[str, str] = field(default_factory=dict)
    delete: tuple[str, ...] = ()


def load() -> list[Edit]:
    """All edits of the corpus, those of meaning first.

    Raises:
        CorpusError: an entry has an unknown key, or lacks one.
    """
    found = []
    for name, is_cosmetic in (("meaning.yml", False), ("cosmetic.yml", True)):
        document = yaml.safe_load((HERE / name).read_text())
        found += [_edit(entry, is_cosmetic) for entry in document["edits"]]
    return found


def judged_metrics(edits: Iterable[Edit]) -> frozenset[str]:
    """Return the versions of metrics that the edits move: one added later is not among them."""
    return frozenset(version for edit in edits for version in edit.moves)


def metric_of(version: str) -> str:
    """The metric of one of its versions: recurrence_rate_7d of recurrence_rate_7d_v2."""
    return VERSION.sub("", version)


def copy_project(to: Path, root: Path = ROOT) -> Path:
    """A copy of what dbt and the register read of the project, in a new folder."""
    to.mkdir(parents=True)
    for name in COPIED:
        if (root / name).is_dir():
            shutil.copytree(root / name, to / name)
        elif (root / name).exists():
            shutil.copyfile(root / name, to / name)
    return to


def apply(edit: Edit, project_dir: Path) -> set[str]:
    """Apply an edit to a copy of the project; the paths that it wrote or removed.

    Raises:
        CorpusError: a text to replace does not occur exactly once, a file to move or delete is
            missing, or a new one exists already.
    """
    touched: set[str] = set()
    for source, target in edit.move:
        _must(not (project_dir / target).exists(), edit, f"{target} exists already")
        _must((project_dir / source).is_file(), edit, f"{source} does not exist")
        (project_dir / target).parent.mkdir(parents=True, exist_ok=True)
        (project_dir / source).rename(project_dir / target)
        touched |= {source, target}
    for place in edit.replacements:
        path = project_dir / place.file
        _must(path.is_file(), edit, f"{place.file} does not exist")
        text = path.read_text()
        count = text.count(place.old)
        _must(count == 1, edit, f"{place.file} has {place.old!r} {count} times, not once")
        path.write_text(text.replace(place.old, place.new))
        touched.add(place.file)
    for name in edit.delete:
        _must((project_dir / name).is_file(), edit, f"{name} does not exist")
        (project_dir / name).unlink()
        touched.add(name)
    for name, text in edit.create.items():
        path = project_dir / name
        _must(not path.exists(), edit, f"{name} exists already")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        touched.add(name)
    return touched


def restore(edit: Edit, project_dir: Path, root: Path = ROOT) -> None:
    """Undo an edit of a copy: the files that it names are again as in the project."""
    names = {place.file for place in edit.replacements} | set(edit.delete) | set(edit.create)
    names |= {name for pair in edit.move for name in pair}
    for name in names:
        (project_dir / name).unlink(missing_ok=True)
        if (root / name).is_file():
            shutil.copyfile(root / name, project_dir / name)


def _must(holds: bool, edit: Edit, complaint: str) -> None:
    if not holds:
        raise CorpusError(f"{edit.id}: {complaint}")


def _edit(entry: dict[str, Any], is_cosmetic: bool) -> Edit:
    rest = dict(entry)
    try:
        name, kind, why = (rest.pop(key) for key in ("id", "kind", "why"))
        moves = frozenset() if is_cosmetic else _versions(rest.pop("moves"))
        places = rest.pop("edits", [])
        if "file" in rest:
            places = [{key: rest.pop(key) for key in ("file", "old", "new")}, *places]
    except KeyError as error:
        raise CorpusError(f"{entry.get('id', entry)} has no {error}") from None
    edit = Edit(
        id=name,
        kind=kind,
        why=why,
        is_cosmetic=is_cosmetic,
        moves=moves,
        tolerated=_versions(rest.pop("tolerated", [])),
        as_of=rest.pop("as_of", False),
        move=tuple((pair["from"], pair["to"]) for pair in rest.pop("move", [])),
        replacements=tuple(Replacement(**place) for place in places),
        create=rest.pop("create", {}),
        delete=tuple(rest.pop("delete", [])),
    )
    if rest:
        raise CorpusError(f"{name} has unknown keys: {', '.join(rest)}")
    return edit


def _versions(values: list[Any]) -> frozenset[str]:
    """Spell out the metrics' versions; a name that no model has stays as it is."""
    found: set[str] = set()
    for name in _flat(values):
        found |= {version for version in VERSIONS if metric_of(version) == name} or {name}
    return frozenset(found)


def _flat(values: list[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        else:
            yield value
