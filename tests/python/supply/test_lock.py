"""What is installed is locked, what is locked is declared, what is declared is used."""

from __future__ import annotations

import ast
import re
import sys
import sysconfig
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.python.helpers import ROOT
from tools.closure import Installed, declared
from trustmetrics.extras import MODULES

# What venv brings, and the project itself.
NOT_LOCKED = {"pip", "wheel", "trustmetrics"}
# A module that is not installed beside the project: of another of the locks.
ELSEWHERE = {"cyclonedx": "cyclonedx-python-lib", "sqlalchemy": "sqlalchemy"}
SOURCE = ROOT / "src/trustmetrics"
OURS = {"trustmetrics", "tests", "tools", "benchmarks", "dashboards"}
# Which part of the package may import what comes with an extra.
HOMES = {
    "check": ("check/",),
    "gate": ("gate/", "fingerprint/"),
    "map": ("mapping/", "gate/", "fingerprint/"),
    "postgres": ("mapping/postgres.py",),
    "privacy": ("privacy/",),
    "report": ("insight/",),
    "sample": ("sample/",),
    "xlsx": ("dsa/",),
}
SUPERSET = ROOT / "dashboards/superset"
LOCKS = [
    ROOT / "requirements.lock",
    ROOT / "tools/requirements.lock",
    SUPERSET / "requirements.txt",
    SUPERSET / "build.txt",
]
ENTRY = re.compile(r"([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)((?: --hash=sha256:[0-9a-f]{64})*)")


PIP_INSTALL = re.compile(r"pip install (.*?)\n(?!\t\t)", re.S)


def entries(lock: Path) -> dict[str, tuple[str, int]]:
    """Each name of a lock with its version and the number of its hashes."""
    lines = lock.read_text(encoding="utf-8").replace("\\\n", "").splitlines()
    found: dict[str, tuple[str, int]] = {}
    for line in lines:
        text = " ".join(line.split())
        if text and not text.startswith("#"):
            match = ENTRY.fullmatch(text)
            assert match, f"{lock.name}: not a name, a version and hashes: {text[:80]}"
            assert match[1] not in found, f"{lock.name} has {match[1]} twice"
            found[match[1]] = (match[2], match[3].count("--hash"))
    return found


def locked() -> dict[str, str]:
    return {name: version for name, (version, _) in entries(LOCKS[0]).items()}


@cache
def installed() -> Installed:
    return Installed(Path(sysconfig.get_path("purelib")))


def test_the_installed_set_is_the_locked_set() -> None:
    have = {
        name: one.version for name, one in installed().by_name.items() if name not in NOT_LOCKED
    }
    want = locked()
    differences = [
        *(
            f"{name}=={want[name]} is locked and not installed"
            for name in want.keys() - have.keys()
        ),
        *(
            f"{name}=={have[name]} is installed and not locked"
            for name in have.keys() - want.keys()
        ),
        *(
            f"{name}: {have[name]} is installed, {want[name]} is locked"
            for name in have.keys() & want.keys()
            if Version(have[name]) != Version(want[name])
        ),
    ]
    assert not differences, (
        "\n".join(sorted(differences))
        + "\nInstall what is locked: rm -r .venv && make setup. If the change is meant, lock it: "
        "docs/guides/supply_chain.md"
    )


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: f"{lock.parent.name}/{lock.name}")
def test_a_lock_names_versions_and_hashes_and_no_place(lock: Path) -> None:
    """Every file that is published for a version has its hash, so that any platform may install: a
    wheel of one platform alone would have few."""
    assert "://" not in lock.read_text(encoding="utf-8")
    hashes = {name: count for name, (_, count) in entries(lock).items()}
    assert [name for name, count in hashes.items() if count < 1] == []
    compiled = {"cffi", "charset-normalizer", "duckdb", "lxml", "numpy", "rpds-py", "zstandard"}
    assert [name for name in compiled & hashes.keys() if hashes[name] < 20] == []


def test_the_lock_satisfies_what_is_declared() -> None:
    have = locked()
    for requirement in declared("all", "dev"):
        version = have.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is declared and not locked"
        assert requirement.specifier.contains(version), f"{requirement}, locked {version}"


def test_the_lock_satisfies_what_its_packages_require_of_each_other() -> None:
    have = locked()
    for name in have:
        for requirement in installed().required(name):
            version = have.get(canonicalize_name(requirement.name))
            if canonicalize_name(requirement.name) in NOT_LOCKED:
                continue
            assert version, f"{name} requires {requirement}, which is not locked"
            assert requirement.specifier.contains(version, prereleases=True), (
                f"{name} requires {requirement}, locked {version}"
            )


def test_nothing_is_locked_that_nobody_needs() -> None:
    needed = installed().closure(declared("all", "dev")).keys()
    assert set(locked()) - needed == set()


def imported(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every import of a file below a folder: the file, and the first name of what it imports."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                for one in node.names:
                    yield path, one.name.partition(".")[0]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield path, node.module.partition(".")[0]


def third_party(folder: Path) -> set[tuple[Path, str]]:
    known = sys.stdlib_module_names | OURS
    return {(path, name) for path, name in imported(folder) if name not in known}


@cache
def providers(module: str) -> frozenset[str]:
    """The distributions that a module comes from."""
    return frozenset(map(canonicalize_name, packages_distributions().get(module, ())))


def names(*extras: str) -> set[str]:
    return {canonicalize_name(one.name) for one in declared(*extras)}


def test_what_the_package_imports_is_declared_where_it_belongs() -> None:
    base = names()
    for path, module in sorted(third_party(SOURCE)):
        if providers(module) & base:
            continue
        place = path.relative_to(SOURCE).as_posix()
        extras = [extra for extra, modules in MODULES.items() if module in modules]
        assert extras, f"{place} imports {module}: declare it in pyproject.toml"
        homes = [home for extra in extras for home in HOMES[extra]]
        assert place.startswith(tuple(homes)), f"{place} imports {module}, which build has not"


def test_what_is_declared_is_imported() -> None:
    used = {name for _, module in third_party(SOURCE) for name in providers(module)}
    assert names("all") - used == set()


def test_the_command_knows_the_extras_that_are_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].keys() - {"all", "dev"}
    assert MODULES.keys() == HOMES.keys() == extras
    for extra, modules in MODULES.items():
        only = names(extra) - names()
        assert {name for module in modules for name in providers(module)} >= only, extra
        for module in modules:
            assert providers(module) & only, f"{extra} does not bring {module}"
    assert names("all") == names(*MODULES)


@pytest.mark.parametrize("folder", ["tests", "benchmarks", "tools"])
def test_what_development_imports_is_declared(folder: str) -> None:
    known = names("all", "dev") | entries(LOCKS[1]).keys()
    elsewhere = entries(LOCKS[1]).keys() | entries(LOCKS[2]).keys()
    undeclared = {
        (path.relative_to(ROOT).as_posix(), module)
        for path, module in third_party(ROOT / folder)
        if not providers(module) & known and ELSEWHERE.get(module) not in elsewhere
    }
    assert undeclared == set()


def test_a_requirement_with_an_url_or_a_path_is_not_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    texts = [text for group in groups for text in group]
    assert [text for text in texts if Requirement(text).url] == []


def test_make_installs_what_is_locked_and_nothing_else() -> None:
    """Where a lock has hashes pip refuses what has none; the project itself is a folder."""
    makefile = (ROOT / "Makefile").read_text()
    installs = [" ".join(one.replace("\\", "").split()) for one in PIP_INSTALL.findall(makefile)]
    wanted = [one.removeprefix("--quiet --disable-pip-version-check ") for one in installs]
    assert wanted == [
        "-r requirements.lock",
        "--no-deps --no-build-isolation -e .",
        "-r $<",
        "-r dashboards/superset/build.txt",
        "--no-compile --no-deps --no-build-isolation -r dashboards/superset/requirements.txt",
        "-r dashboards/superset/build.txt",
        "--no-deps --no-build-isolation -r dashboards/metricflow/requirements.txt",
    ]
    assert "$(TOOLS)/.ready: tools/requirements.lock" in makefile


def test_a_wheel_carries_every_file_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = project["tool"]["setuptools"]["package-data"]["trustmetrics"]
    carried = {path for pattern in patterns for path in SOURCE.glob(pattern)}
    left_out = [
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"} and path not in carried
    ]
    assert left_out == []
