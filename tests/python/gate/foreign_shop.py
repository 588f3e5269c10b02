"""A dbt project in another style than ours, in a git repository of its own."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.python.helpers import ROOT

BOOKSHOP = ROOT / "tests" / "foreign" / "bookshop"
INSIDE = Path("analytics") / "bookshop"
LOCK = "metrics/fingerprints.lock.yml"


@dataclass(frozen=True)
class Shop:
    """A clone of the repository.

    Attributes:
        repository: its top folder.
        project: the dbt project in it.
    """

    repository: Path
    project: Path

    def git(self, *arguments: str | Path) -> str:
        """Run git in the repository; what it printed."""
        done = subprocess.run(
            ["git", "-C", str(self.repository), *map(str, arguments)],
            env=GIT_ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, message: str = "a change") -> str:
        """Commit everything; the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def edit(self, path: str, old: str, new: str) -> None:
        """Put one text in the place of another, which stands there once."""
        file = self.project / path
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, (path, old, text.count(old))
        file.write_text(text.replace(old, new), encoding="utf-8")

    def append(self, path: str, text: str) -> None:
        """Add a text at a file's end."""
        with (self.project / path).open("a", encoding="utf-8") as handle:
            handle.write(text)

    def copied(self, folder: Path) -> Shop:
        """Return a copy in another folder, what dbt keeps included."""
        shutil.copytree(self.repository, folder, symlinks=True)
        return Shop(folder, folder / self.project.relative_to(self.repository))


GIT_ENVIRONMENT = {
    **{name: text for name, text in os.environ.items() if not name.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@example.org",
}


def new_shop(folder: Path, inside: Path = INSIDE) -> Shop:
    """The project in a new repository, committed on main, without a lock yet."""
    return _first_shop(inside).copied(folder)


@cache
def _first_shop(inside: Path) -> Shop:
    """The one that the others are copies of: git is slower than a copy."""
    folder = Path(tempfile.mkdtemp(prefix="trustmetrics-shop-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shop = Shop(folder, folder / inside)
    left_out = shutil.ignore_patterns("target", "logs", "*.duckdb")
    shutil.copytree(BOOKSHOP, shop.project, ignore=left_out, dirs_exist_ok=True)
    shop.git("init", "--quiet", "--template=", "--initial-branch", "main")
    shop.commit("the shop")
    return shop
