"""Writes a new entry into a metric's history, and gives its model the version."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import FoldedScalarString

from trustmetrics.register.generated import PROPERTIES
from trustmetrics.register.load import FOLDER, OPENING, Registered
from trustmetrics.register.yaml_file import edit_yaml, located, with_value

# Folders of what dbt writes, at any depth: of a build with a target path of its own, too.
ARTIFACTS = ("target", "dbt_packages", "logs")
RESTATES = {
    "corrective": True,
    "breaking": None,
    "amended": True,
    "refactor": False,
    "deprecated": False,
}


@dataclass
class Bumped:
    """What a bump did.

    Attributes:
        metric: its id.
        version: the version that the entry begins or is about.
        written: files written or moved, from the project's folder.
        missing: fields of the entry that are still to be filled in.
        advice: what is left to do by hand.
    """

    metric: str
    version: int
    written: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)


def new_entry(metric: Registered, change: str, given: dict[str, Any]) -> dict[str, Any]:
    """Return the entry to add to a metric's history.

    Args:
        metric: the metric.
        change: corrective, breaking, refactor or deprecated.
        given: fields that are known; what is missing is left empty, for the gate to ask for.
    """
    version = metric.latest + 1 if change in OPENING else given.get("version") or metric.latest
    today = date.today().isoformat()
    entry = {
        "version": version,
        "change": change,
        "reason": given.get("reason") or "",
        "decided_by": given.get("decided_by") or "",
        "decided_on": given.get("decided_on") or today,
        "effective_from": given.get("effective_from") or ("" if change == "deprecated" else today),
        "restates_history": given.get("restates_history", RESTATES[change]),
    }
    if given.get("moves_along"):
        entry["moves_along"] = sorted(given["moves_along"])
    if change == "deprecated":
        entry["replaced_by"] = given.get("replaced_by")
    return {key: None if value == "" else value for key, value in entry.items()}


def add_entry(project: Path, metric: Registered, entry: dict[str, Any]) -> Bumped:
    """Append an entry to a metric's history; the rest of its file stays as it is.

    Args:
        project: the dbt project's folder.
        metric: the metric.
        entry: the entry, dates as text (2026-01-31).
    """
    written = {key: as_written(value) for key, value in entry.items()}
    edit_yaml(project / metric.path, lambda content: content["versions"].append(written))
    empty = [key for key, value in entry.items() if value is None and key != "replaced_by"]
    return Bumped(metric.name, entry["version"], [metric.path], empty)


def take_back(project: Path, metric: Registered, known: int, versions: Collection[int]) -> None:
    """Take versions out of the refactor entries that are new, because their numbers change.

    Args:
        project: the dbt project's folder.
        metric: the metric.
        known: how many of its entries the base has; these stay.
        versions: the versions; an entry that is about no other goes.
    """

    def change(content: Any) -> None:
        for entry in reversed(metric.entries[known:]):
            kept = sorted(set(entry.covers) - set(versions))
            if entry.change != "refactor" or len(kept) == len(entry.covers):
                continue
            if not kept:
                del content["versions"][entry.number - 1]
                continue
            written = content["versions"][entry.number - 1]
            written["version"], older = kept[-1], kept[:-1]
            written.pop("moves_along", None)
            if older:
                written["moves_along"] = as_written(older)

    edit_yaml(project / metric.path, change)


def as_written(value: Any) -> Any:
    """Return a date without quotes, a long text folded, where a text is one, a list on one line."""
    if isinstance(value, list):
        written = CommentedSeq(value)
        written.fa.set_flow_style()
        return written
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return date.fromisoformat(value)
    return FoldedScalarString(value) if isinstance(value, str) and len(value) > 60 else value


def version_model(
    project: Path,
    metric: Registered,
    old: int,
    new: int,
    keep_old: bool,
    base_text: Callable[[str], str | None],
    bumped: Bumped,
) -> None:
    """Give a versioned dbt model its new version: files, YAML and refs.

    A corrective version takes the old one's place: <model>_v1.sql becomes <model>_v2.sql. A
    breaking one stands beside it: the new file takes what stands in the working tree, the old one
    goes back to the base. A model without dbt versions is left alone.

    Args:
        project: the dbt project's folder.
        metric: the metric.
        old: the version before.
        new: the new version.
        keep_old: whether the old one stays.
        base_text: gives a file's text on the base, by its path from the project's folder.
        bumped: what was done; files and advice are added.
    """
    source = _one(project, f"{metric.model}_v{old}.sql")
    if source is None or _one(project, f"{metric.model}_v{new}.sql") is not None:
        return
    target = source.with_name(f"{metric.model}_v{new}.sql")
    text = source.read_text(encoding="utf-8")
    numbered = re.sub(rf"\bversion={old}\b", f"version={new}", text)
    numbered = re.sub(
        rf"\bcast\({old} as integer\) as metric_version\b",
        f"cast({new} as integer) as metric_version",
        numbered,
    )
    before = base_text(source.relative_to(project).as_posix()) if keep_old else None
    target.write_text(numbered, encoding="utf-8")
    if not keep_old:
        source.unlink()
    elif before is not None:
        source.write_text(before, encoding="utf-8")
    if keep_old and before == text:
        bumped.advice.append(
            f"{source.name} itself has not changed, so the change lies in what it reads: give that "
            f"rule a dbt version too, and let {source.name} read the old one until it goes"
        )
    files = [target, *_rewritten(project, metric.model, old, new, keep_old)]
    bumped.written += [path.relative_to(project).as_posix() for path in (source, *files)]


def has_version(project: Path, metric: Registered, version: int) -> bool:
    """Whether there is a file for a version of a metric's model."""
    return _one(project, f"{metric.model}_v{version}.sql") is not None


def _rewritten(project: Path, model: str, old: int, new: int, keep_old: bool) -> list[Path]:
    """Rewrite the model's YAML and the refs to it; the files that changed."""
    changed: list[Path] = []
    for path in sorted(project.rglob("*")):
        if path.suffix not in (".yml", ".yaml", ".sql") or _is_foreign(path, project):
            continue
        if path == project / PROPERTIES:
            # Made from the register, which has the new entry.
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if path.suffix == ".sql":
            rewritten = _new_refs(text, model, old, new, keep_old)
        else:
            rewritten = _new_properties(text, model, old, new, keep_old) if model in text else text
        if rewritten != text:
            path.write_text(rewritten, encoding="utf-8")
            changed.append(path)
    return changed


def _new_refs(text: str, model: str, old: int, new: int, keep_old: bool) -> str:
    """Rewrite ref('model', v=1), and ('model', 1) as a list of versions has it."""
    forms = (
        (rf"ref\(\s*'{model}'\s*,\s*(?:v|version)={old}\s*\)", f"ref('{model}', v={new})"),
        (rf"\(\s*'{model}'\s*,\s*{old}\s*\)", f"('{model}', {new})"),
    )
    for called, made in forms:
        if not keep_old:
            text = re.sub(called, made, text)
            continue
        # Beside the old one only where they are listed, one a line; what else reads it goes on so.
        listed = re.compile(rf"(?m)^( *){called}(,?)$")
        text = listed.sub(
            lambda found, made=made: f"{found[0].rstrip(',')},\n{found[1]}{made}{found[2]}", text
        )
    return text


def _new_properties(text: str, model: str, old: int, new: int, keep_old: bool) -> str:
    """Rewrite dbt's properties of a model, and the versions that its unit tests are for."""
    content = located(text)
    if not isinstance(content, dict):
        return text
    for test in content.get("unit_tests") or ():
        if test.get("model") == model and "versions" in test and not keep_old:
            text = with_value(text, test["versions"], "include", f"[{old}]", f"[{new}]")
    for entry in content.get("models") or ():
        if entry["name"] != model:
            continue
        if "latest_version" in entry:
            text = with_value(text, entry, "latest_version", str(old), str(new))
        for version in entry.get("versions") or ():
            if version["v"] == old and not keep_old:
                text = with_value(text, version, "v", str(old), str(new))
            elif version["v"] == old:
                text = with_value(text, version, "v", str(old), _both(version, old, new))
    return text


def _both(item: CommentedMap, old: int, new: int) -> str:
    """What stands in place of the old number so that an item of the list `versions` becomes two."""
    dash = " " * (item.lc.col - 2) + "- "
    if item.fa.flow_style():
        return f"{old}}}\n{dash}{{v: {new}"
    return f"{old}\n{dash}v: {new}"


def _one(project: Path, name: str) -> Path | None:
    found = [path for path in sorted(project.rglob(name)) if not _is_foreign(path, project)]
    return found[0] if found else None


def _is_foreign(path: Path, project: Path) -> bool:
    """Whether a path is no file that people write: folders, artifacts, packages, environments."""
    parts = path.relative_to(project).parts
    return (
        parts[0] == FOLDER
        or any(part in ARTIFACTS or part.startswith(".") for part in parts)
        or not path.is_file()
    )
