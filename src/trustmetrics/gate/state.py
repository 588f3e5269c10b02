"""The fingerprints of a project's tree: compiled by dbt, or remembered of the same files."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from trustmetrics.errors import UserError
from trustmetrics.fingerprint.identity import identity
from trustmetrics.gate.paths import files_of, has_links, project_paths
from trustmetrics.register.load import FOLDER, SETTINGS, Register, Registered
from trustmetrics.register.lock import Lock, Locked

CACHE = Path("target") / "gate"
VARIABLE = re.compile(rb"env_var\(\s*['\"](\w+)")
OnNode = Callable[[int, int, str], None]


@dataclass
class State:
    """What the gate knows of a tree.

    Attributes:
        lock: its fingerprints, made now; no results.
        model_versions: per model of the register, its dbt versions; None: it has none.
        stated_versions: what a model's version column says, by (metric, version).
        engines_of: per metric, the macros of other engines that its models reach.
        unregistered: models tagged as metrics that no entry names.
        unpublished: (metric, version) that the published model does not pass on as it is.
        missing_columns: (metric, model, column) where an entry names a column that is not there.
        as_text: "model: why" of each query that was compared as text.
    """

    lock: Lock
    model_versions: dict[str, list[int | None]] = field(default_factory=dict)
    stated_versions: dict[tuple[str, int], int | None] = field(default_factory=dict)
    engines_of: dict[str, list[str]] = field(default_factory=dict)
    unregistered: list[str] = field(default_factory=list)
    unpublished: list[tuple[str, int]] = field(default_factory=list)
    missing_columns: list[tuple[str, str, str]] = field(default_factory=list)
    as_text: list[str] = field(default_factory=list)


@cache
def canonicaliser() -> str:
    """Return what makes the fingerprints here: a digest of its code, and sqlglot's version."""
    return identity()


def state_of(project: Path, register: Register, on_node: OnNode, remember: bool = True) -> State:
    """Return the fingerprints of the tree in a folder.

    Args:
        project: the dbt project's folder.
        register: its register.
        on_node: progress of dbt.
        remember: keep what was made for the same files, in target/gate.

    Raises:
        UserError: it does not compile, or the register names what is not there.
    """
    # What lies behind a link is in no digest.
    remember = remember and not has_links(project, project_paths(project))
    kept = project / CACHE / f"state-{_key(project, register) if remember else ''}.json"
    if remember and kept.is_file():
        try:
            return _from_json(kept.read_text(encoding="utf-8"))
        except (ValueError, KeyError, TypeError):
            kept.unlink()
    # dbt and sqlglot load slowly, and are not needed where nothing changed.
    from trustmetrics.gate.compiled import compiled_project, read_state

    state = read_state(compiled_project(project, register, on_node), register)
    if remember:
        for old in kept.parent.glob("state-*.json"):
            old.unlink()
        kept.write_text(_to_json(state), encoding="utf-8")
    return state


def _key(project: Path, register: Register) -> str:
    """A digest of all that the fingerprints depend on."""
    paths = project_paths(project)
    digest = hashlib.blake2b(digest_size=12)
    digest.update(canonicaliser().encode())
    digest.update(metadata.version("dbt-core").encode())
    read = {name for name in os.environ if name.startswith(("DBT_", "TRUSTMETRICS_"))}
    for path in files_of(project, paths):
        content = path.read_bytes()
        read |= {name.decode() for name in VARIABLE.findall(content)}
        digest.update(os.path.relpath(path, project).encode() + b"\0" + content)
    for name in sorted(read - _free(register)):
        digest.update(f"{name}={os.environ.get(name)}\n".encode())
    for name in sorted(register.entries):
        one = register.entries[name]
        digest.update(
            json.dumps([name, one.data.get("kind"), one.model, one.data.get("columns")]).encode()
        )
        digest.update(json.dumps([one.opened, wanted_versions(one)]).encode())
    digest.update(json.dumps(register.settings, sort_keys=True).encode())
    return digest.hexdigest()


def _free(register: Register) -> set[str]:
    """Variables that the gate sets itself, so that theirs do not matter."""
    keys = ("raw_variable", "database_variable", "as_of_variable")
    return {register.settings[key] for key in keys if key in register.settings}


def wanted_versions(metric: Registered) -> list[int]:
    """Return the versions of a metric that must have a model: open and not deprecated."""
    return [
        version
        for version in metric.opened
        if not metric.replaced_by_correction(version) and not metric.deprecation(version)
    ]


def register_files(project: Path) -> Mapping[str, str]:
    """Return the text of the files of the register in a folder, by name.

    Raises:
        UserError: there is no register, or a file is not text.
    """
    folder = project / FOLDER
    if folder.is_symlink() or any(path.is_symlink() for path in folder.glob("*")):
        raise UserError(
            f"'{folder}' or a file in it is a symbolic link; a commit does not hold what is behind "
            "it. Put the files themselves there"
        )
    if not folder.is_dir():
        raise UserError(
            f"no register: the folder '{folder}' does not exist. Make one: trustmetrics metric init"
        )
    files: dict[str, str] = {}
    for path in sorted(folder.glob("*.y*ml")):
        try:
            files[path.name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise UserError(f"{FOLDER}/{path.name} is not UTF-8 text: {error.reason}") from error
    if not any(name != SETTINGS and not name.endswith(".lock.yml") for name in files):
        raise UserError(f"the register '{folder}' is empty. Make one: trustmetrics metric init")
    return files


def _to_json(state: State) -> str:
    data = asdict(state)
    data["lock"]["versions"] = [
        [*key, asdict(locked)] for key, locked in state.lock.versions.items()
    ]
    data["stated_versions"] = [[*key, value] for key, value in state.stated_versions.items()]
    return json.dumps(data)


def _from_json(text: str) -> State:
    data: dict[str, Any] = json.loads(text)
    lock = data.pop("lock")
    lock["versions"] = {(m, v): Locked(**locked) for m, v, locked in lock["versions"]}
    data["stated_versions"] = {(m, v): stated for m, v, stated in data["stated_versions"]}
    data["unpublished"] = [tuple(item) for item in data["unpublished"]]
    data["missing_columns"] = [tuple(item) for item in data["missing_columns"]]
    return State(Lock(**lock), **data)
