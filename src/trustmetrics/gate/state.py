"""The fingerprints of a project's tree: compiled by dbt, or remembered for the same files."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from trustmetrics.errors import UserError
from trustmetrics.fingerprint.identity import identity
from trustmetrics.gate.comparison import Seed, State, wanted_versions
from trustmetrics.gate.dbt_run import CACHE, OnNode
from trustmetrics.gate.paths import files_of, has_links, project_paths
from trustmetrics.register.load import FOLDER, SETTINGS, Register, parse_register
from trustmetrics.register.lock import Lock, Locked
from trustmetrics.register.vocabulary import SUBFOLDER
from trustmetrics.texts import read_text

SET_BY_GATE = ("raw_variable", "database_variable", "as_of_variable")
# What a state is made of beside the models.
OF_STATE = ("columns", "slices")
VARIABLE = re.compile(rb"env_var\(\s*['\"](\w+)")


@cache
def canonicaliser() -> str:
    """Return what makes the fingerprints here: a digest of its code, and sqlglot's version."""
    return identity()


def state_of(
    project: Path,
    register: Register,
    on_node: OnNode,
    remember: bool = True,
    with_moves: bool = False,
) -> State:
    """Return the fingerprints of the tree in a folder.

    Args:
        project: the dbt project's folder.
        register: its register.
        on_node: progress of dbt.
        remember: keep what was made for the same files, in target/gate.
        with_moves: find what each vocabulary can move, too.

    Raises:
        UserError: it does not compile, or the register names what does not exist.
    """
    # No digest covers what a symbolic link points to.
    remember = remember and not has_links(project, project_paths(project))
    key = _key(project, register) if remember else ""
    of = {one: project / CACHE / f"state-{key}{'-moves' if one else ''}.json" for one in (0, 1)}
    kept = of[with_moves]
    # What was made with moves serves for those who do not ask for them.
    for file in (kept, of[True]) if remember else ():
        try:
            return _from_json(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue
        except (ValueError, KeyError, TypeError):
            file.unlink()
    # dbt and sqlglot load slowly, and are not needed where nothing changed.
    from trustmetrics.gate.compiled import compiled_project, read_state

    compiled = compiled_project(project, register, on_node)
    state = read_state(compiled, register, with_moves)
    state.lock.canonicaliser = canonicaliser()
    if remember:
        for old in kept.parent.glob("state-*.json"):
            old.unlink()
        kept.write_text(_to_json(state), encoding="utf-8")
    return state


def _key(project: Path, register: Register) -> str:
    """A digest of all that the fingerprints depend on."""
    digest = hashlib.blake2b(digest_size=12)
    read = {name for name in os.environ if name.startswith(("DBT_", "TRUSTMETRICS_"))}
    for path in files_of(project, project_paths(project)):
        content = path.read_bytes()
        read |= {name.decode() for name in VARIABLE.findall(content)}
        digest.update(os.path.relpath(path, project).encode() + b"\0" + content + b"\0")
    read -= {register.settings.get(key) for key in SET_BY_GATE}
    metrics = [
        [one.name, one.is_leaf, one.model, *map(one.data.get, OF_STATE), one.opened, wanted]
        for one in register.entries.values()
        for wanted in [wanted_versions(one)]
    ]
    tools = [canonicaliser(), metadata.version("dbt-core")]
    variables = {name: os.environ.get(name) for name in sorted(read)}
    words = sorted(register.vocabularies)
    beside_files = [tools, variables, metrics, register.settings, words]
    digest.update(json.dumps(beside_files, sort_keys=True).encode())
    return digest.hexdigest()


def register_files(project: Path) -> Mapping[str, str]:
    """Return the text of the files of the register in a folder, by name.

    Raises:
        UserError: there is no register, or a file is not text.
    """
    folder = project / FOLDER
    if folder.is_symlink() or any(path.is_symlink() for path in folder.rglob("*")):
        raise UserError(
            f"'{folder}' or a file in it is a symbolic link, and a commit does not hold what it "
            "points to. Put the files themselves there"
        )
    if not folder.is_dir():
        raise UserError(
            f"no register: the folder '{folder}' does not exist. Make one: trustmetrics metric init"
        )
    files: dict[str, str] = {}
    for path in sorted([*folder.glob("*.y*ml"), *folder.glob(f"{SUBFOLDER}/*.y*ml")]):
        name = path.relative_to(folder).as_posix()
        files[name] = read_text(path, f"{FOLDER}/{name}")
    if not any(name != SETTINGS and not name.endswith(".lock.yml") for name in files):
        raise UserError(f"the register '{folder}' is empty. Make one: trustmetrics metric init")
    return files


def register_of(project: Path) -> Register:
    """Return the register in a folder.

    Raises:
        UserError: there is none, or it cannot be read.
    """
    return parse_register(register_files(project))


def _to_json(state: State) -> str:
    """A state as JSON, which has no mapping by (metric, version): a list of rows instead."""
    data = asdict(state)
    data["lock"]["versions"] = [[*key, one] for key, one in data["lock"]["versions"].items()]
    data["stated_versions"] = [[*key, one] for key, one in state.stated_versions.items()]
    return json.dumps(data)


def _from_json(text: str) -> State:
    data: dict[str, Any] = json.loads(text)
    lock = data.pop("lock")
    lock["versions"] = {(name, v): Locked(**locked) for name, v, locked in lock["versions"]}
    data["stated_versions"] = {(name, v): one for name, v, one in data["stated_versions"]}
    data["seeds"] = {name: Seed(**seed) for name, seed in data["seeds"].items()}
    return State(Lock(**lock), **data)
