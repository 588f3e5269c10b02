"""Which installed distributions a requirement needs, all in all; what pyproject.toml requires.

As a program it prints the latter, every extra included, for `make lock`.
"""

import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = "trustmetrics"


def declared(*extras: str) -> list[Requirement]:
    """Return what pyproject.toml requires for a build, and for extras with those they name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    requirements = [Requirement(text) for text in project["dependencies"]]
    pending = list(extras)
    while pending:
        for text in project["optional-dependencies"][pending.pop()]:
            requirement = Requirement(text)
            if canonicalize_name(requirement.name) == PROJECT:
                pending += sorted(requirement.extras)
            else:
                requirements.append(requirement)
    return requirements


class MissingError(Exception):
    """Something that is required is not installed."""


class Installed:
    """The distributions of an environment, by normalised name, and which of them require which."""

    def __init__(self, packages: Path) -> None:
        """Read the environment whose site-packages are given."""
        found = distributions(path=[str(packages)])
        self.by_name: dict[str, Distribution] = {canonicalize_name(one.name): one for one in found}

    def closure(self, roots: Iterable[Requirement]) -> dict[str, set[str]]:
        """Return what requirements need: each distribution's name with those that it requires.

        Raises:
            MissingError: something that is required is not installed.
        """
        edges: dict[str, set[str]] = {}
        seen: set[tuple[str, str]] = set()
        pending = list(roots)
        while pending:
            one = pending.pop()
            name = canonicalize_name(one.name)
            edges.setdefault(name, set())
            for extra in {"", *one.extras}:
                if (name, extra) not in seen:
                    seen.add((name, extra))
                    required = self.required(name, extra)
                    edges[name].update(canonicalize_name(each.name) for each in required)
                    pending += required
        return edges

    def required(self, name: str, extra: str = "") -> list[Requirement]:
        """Return what a distribution requires on this Python and system, for an extra or none.

        Raises:
            MissingError: it is not installed.
        """
        if name not in self.by_name:
            raise MissingError(f"{name} is required and not installed. Run: make setup")
        requirements = map(Requirement, self.by_name[name].requires or ())
        return [
            one for one in requirements if not one.marker or one.marker.evaluate({"extra": extra})
        ]


if __name__ == "__main__":
    print(*declared("all", "dev"), sep="\n")
