"""Which files a dbt project's numbers are made of."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from trustmetrics.errors import UserError

FOLDERS = {
    "model-paths": ["models"],
    "seed-paths": ["seeds"],
    "snapshot-paths": ["snapshots"],
    "macro-paths": ["macros"],
    "function-paths": ["functions"],
    "packages-install-path": "dbt_packages",
}
ENV_VAR = re.compile(
    r"\{\{\s*env_var\(\s*(['\"])(?P<name>\w+)\1\s*(?:,\s*(['\"])(?P<usual>.*?)\3\s*)?\)\s*\}\}"
)
PACKAGES = ("packages.yml", "dependencies.yml")
FILES = ("dbt_project.yml", *PACKAGES, "package-lock.yml", "profiles.yml")
MADE = ("target", "logs")


def check_project(project: Path) -> None:
    """Refuse a folder that holds no dbt project.

    Raises:
        UserError: dbt_project.yml is missing.
    """
    if not (project / "dbt_project.yml").is_file():
        raise UserError(f"no dbt_project.yml in '{project}'. Name the dbt project: --project-dir")


def project_paths(project: Path) -> list[str]:
    """Return the folders, with a slash at the end, and files that its models are made of.

    From the project's folder; a package outside of it begins with "../".

    Raises:
        UserError: dbt_project.yml is missing or not valid YAML, or a variable in it leads out.
    """
    check_project(project)
    settings = _read(project / "dbt_project.yml")
    folders: list[str] = []
    for key, usual in FOLDERS.items():
        named = settings.get(key, usual)
        folders += map(_rendered, [named] if isinstance(named, str) else named)
    for name in PACKAGES:
        if (project / name).is_file():
            listed = _read(project / name).get("packages") or ()
            folders += [str(one["local"]) for one in listed if "local" in one]
    return [*(f"{posixpath.normpath(folder)}/" for folder in folders), *FILES]


def is_part(path: str, paths: Iterable[str]) -> bool:
    """Whether a file, or a submodule, is one that the models or the register are made of."""
    if path.endswith(".md"):
        return False
    return any(
        one == "./" or path == one or (one.endswith("/") and f"{path}/".startswith(one))
        for one in paths
    )


def files_of(project: Path, paths: Iterable[str]) -> list[Path]:
    """Return the files that exist, in order; documents are left out."""
    return [one for one in _entries(project, paths) if one.is_file() and one.suffix != ".md"]


def has_links(project: Path, paths: Iterable[str]) -> bool:
    """Whether there is a symbolic link among them: git sees no change of what is behind one.

    Those of installed packages are left out: dbt links a local package, whose own folder counts.
    """
    installed = _read(project / "dbt_project.yml").get("packages-install-path", "dbt_packages")
    own = [path for path in paths if path != f"{posixpath.normpath(installed)}/"]
    return any(one.is_symlink() for one in _entries(project, own))


def _entries(project: Path, paths: Iterable[str]) -> Iterator[Path]:
    """What these paths name and what the folders contain, without what dbt makes there."""
    for path in sorted(paths):
        yield project / path
        for name, folders, files in os.walk(project / path):
            folders[:] = sorted(
                one for one in folders if not one.startswith(".") and one not in MADE
            )
            yield from (Path(name) / one for one in (*folders, *sorted(files)))


def _rendered(text: str) -> str:
    """What dbt makes of a setting that asks for an environment variable; others as they stand."""
    asked = ENV_VAR.fullmatch(text.strip())
    if asked is None:
        return text
    folder = os.environ.get(asked["name"], asked["usual"] or "")
    if folder.startswith(("/", "..")):
        raise UserError(
            f"the environment variable {asked['name']} leads out of the project, where no change "
            f"is seen: {folder}. Unset it"
        )
    return folder


def _read(file: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise UserError(f"'{file}' is not valid YAML: {' '.join(str(error).split())}") from error
    return content if isinstance(content, dict) else {}
