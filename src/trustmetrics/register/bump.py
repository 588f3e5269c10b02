"""Writes a new entry into a metric's history, and gives its model the version."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from trustmetrics.errors import UserError
from trustmetrics.register.load import FOLDER, OPENING, Registered, parse_yaml

RESTATES = {"corrective": True, "breaking": None, "refactor": False, "deprecated": False}


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
        "replaced_by": given.get("replaced_by"),
    }
    return {key: None if value == "" else value for key, value in entry.items()}


def add_entry(project: Path, metric: Registered, entry: dict[str, Any]) -> Bumped:
    """Append an entry to a metric's file, whose text is otherwise left as it is.

    Raises:
        UserError: `versions` is not the last field of the file, so that nothing can be appended.
    """
    file = project / metric.path
    text = file.read_text(encoding="utf-8").rstrip("\n") + "\n"
    dumped = yaml.safe_dump([entry], sort_keys=False, allow_unicode=True, width=90)
    dumped = re.sub(r"'(\d{4}-\d{2}-\d{2})'", r"\1", dumped)
    indent = " " * _indent(text)
    extended = text + "".join(f"{indent}{line}\n" for line in dumped.rstrip("\n").splitlines())
    expected = [*(dict(one.data) for one in metric.entries), entry]
    try:
        parsed = parse_yaml(extended, metric.path)["versions"]
    except (UserError, KeyError, TypeError):
        parsed = None
    if parsed != expected:
        raise UserError(
            f"{metric.path} has something after versions, or versions is not a list of blocks. "
            "Move versions to the end of the file, then run this again"
        )
    file.write_text(extended, encoding="utf-8")
    empty = [key for key, value in entry.items() if value is None and key != "replaced_by"]
    return Bumped(metric.name, entry["version"], [metric.path], empty)


def _indent(text: str) -> int:
    """The column in which the entries of `versions` begin."""
    for key, value in yaml.compose(text, Loader=yaml.SafeLoader).value:
        if key.value == "versions":
            return value.start_mark.column
    return 0


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


def _rewritten(project: Path, model: str, old: int, new: int, keep_old: bool) -> list[Path]:
    """Rewrite the model's YAML and the refs to it; the files that changed."""
    changed: list[Path] = []
    for path in sorted(project.rglob("*")):
        if path.suffix not in (".yml", ".yaml", ".sql") or _is_foreign(path, project):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if path.suffix == ".sql":
            rewritten = _new_refs(text, model, old, new, keep_old)
        else:
            rewritten = "".join(
                _new_yaml(item, old, new, keep_old) if _is_about(item, model) else item
                for item in _items(text)
            )
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


def _items(text: str) -> list[str]:
    """A YAML file cut before each item of its outermost lists."""
    starts = re.findall(r"(?m)^( *)- ", text)
    indent = min(starts, key=len, default="")
    return re.split(rf"(?m)^(?={indent}- )", text)


def _is_about(item: str, model: str) -> bool:
    """Whether it is the model's own item, or a unit test's of it."""
    is_own = re.match(rf"\s*- name: {model}\s*$", item, re.MULTILINE)
    return bool(is_own or re.search(rf"(?m)^\s+model: {model}\s*$", item))


def _new_yaml(text: str, old: int, new: int, keep_old: bool) -> str:
    text = re.sub(rf"(?m)^(\s*latest_version: ){old}\b", rf"\g<1>{new}", text)
    if keep_old:
        return re.sub(rf"(?m)^( *)- v: {old} *$", rf"\g<1>- v: {old}\n\g<1>- v: {new}", text)
    text = re.sub(rf"(?m)^(\s*- v: ){old}\b", rf"\g<1>{new}", text)
    return re.sub(rf"(?m)^(\s*include: )\[{old}\]", rf"\g<1>[{new}]", text)


def _one(project: Path, name: str) -> Path | None:
    found = [path for path in sorted(project.rglob(name)) if not _is_foreign(path, project)]
    return found[0] if found else None


def _is_foreign(path: Path, project: Path) -> bool:
    """Whether a file is none that the project's people write: artifacts, packages, environments."""
    parts = path.relative_to(project).parts
    return parts[0] in ("target", "dbt_packages", "logs", FOLDER) or any(
        part.startswith(".") for part in parts
    )
