"""The repository around a project: which base a change is held against, and what it held."""

from __future__ import annotations

import os
import posixpath
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from trustmetrics.errors import UserError
from trustmetrics.register.load import FOLDER, LOCK

USUAL_BASES = ("origin/main", "origin/master", "main", "master")
OF_A_HOOK = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_WORK_TREE")


@dataclass(frozen=True)
class Base:
    """What the working tree is compared with.

    Attributes:
        ref: as it was named or found.
        commit: the common ancestor of that and HEAD.
    """

    ref: str
    commit: str

    def __str__(self) -> str:
        """Return it for people."""
        return f"{self.ref} at {self.commit[:12]}"


@dataclass(frozen=True)
class Repository:
    """The git repository around a project's folder.

    Attributes:
        project: the project's folder.
        prefix: its path inside the repository, with a slash at its end; empty at the top.
    """

    project: Path
    prefix: str

    @classmethod
    def around(cls, project: Path, needs_history: bool = True) -> Repository:
        """Return the repository around a folder.

        Args:
            project: the folder.
            needs_history: whether to refuse a shallow clone.

        Raises:
            UserError: there is no repository, it has no commit, or it is shallow.
        """
        if not project.is_dir():
            raise UserError(f"there is no folder '{project}'. Name that of a dbt project")
        prefix = _git(project, "rev-parse", "--show-prefix", check=False)
        if prefix is None:
            raise UserError(
                f"'{project}' is not in a git repository. The gate compares with a commit. Begin "
                "one: git init"
            )
        if _git(project, "rev-parse", "--verify", "--quiet", "HEAD", check=False) is None:
            raise UserError(f"the repository of '{project}' has no commit to compare with")
        if needs_history and _git(project, "rev-parse", "--is-shallow-repository") == "true":
            raise UserError(
                "this is a shallow clone, which may not hold the base. Fetch the history: "
                "git fetch --unshallow (GitHub Actions: actions/checkout with fetch-depth: 0)"
            )
        return cls(project, prefix)

    def base(self, ref: str | None) -> Base:
        """Return the base: the common ancestor of HEAD and the ref.

        Args:
            ref: a branch, tag or commit; None: the pull request's target in GitHub Actions, else
                the first of origin/main, origin/master, main, master that exists.

        Raises:
            UserError: there is no such commit, or no common ancestor.
        """
        if ref is not None and not ref.strip():
            raise UserError("--base is empty. Name a branch, a tag or a commit")
        target = os.environ.get("GITHUB_BASE_REF")
        usual = [f"origin/{target}"] if target else USUAL_BASES
        candidates = [ref] if ref else usual
        found = next((one for one in candidates if self._commit(one)), None)
        if found is None:
            raise UserError(
                f"no base to compare with: {', '.join(candidates)} not found. Fetch it "
                "(git fetch origin main), or name another: --base REF"
            )
        ancestor = self._run("merge-base", self._commit(found), "HEAD", check=False)
        if not ancestor:
            raise UserError(
                f"HEAD and the base '{found}' have no common commit. Name the branch that this "
                "one started from: --base REF"
            )
        return Base(found, ancestor)

    def _commit(self, ref: str) -> str:
        # A branch first: git itself prefers a tag, and anybody may push one called origin/main.
        names = (f"{folder}{ref}^{{commit}}" for folder in ("refs/remotes/", "refs/heads/", ""))
        options = ("--verify", "--quiet", "--end-of-options")
        found = (self._run("rev-parse", *options, name, check=False) for name in names)
        return next(filter(None, found), "")

    def head(self) -> Base:
        """Return the commit that is checked out."""
        return Base("HEAD", self._run("rev-parse", "--verify", "HEAD"))

    def commit(self, name: str) -> Base | None:
        """Return a commit by its full name; None where the repository does not have it."""
        found = self._run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", check=False)
        return Base(name, found) if found else None

    def changed(self, base: Base, paths: Iterable[str] = ()) -> list[str]:
        """Return the paths, from the project's folder, that differ between base and working tree.

        Args:
            base: the base.
            paths: what is asked about; the rest of the repository is looked at only where one of
                them leads out of the project's folder.
        """
        is_outside = any(path.startswith("../") for path in paths)
        folder, start = (self._top(), self.prefix) if is_outside else (self.project, "")
        relative = () if is_outside else ("--relative",)
        options = ("--name-only", "--no-renames", "-z", *relative)
        known = _git(folder, "diff", *options, base.commit, "--")
        new = _git(folder, "ls-files", "--others", "--exclude-standard", "-z")
        found = {path for path in f"{known}\0{new}".split("\0") if path}
        return sorted(posixpath.relpath(path, start or ".") for path in found)

    def files_at(self, base: Base, folder: str) -> dict[str, str]:
        """Return the text files of a folder, not of folders in it, at the base, by name."""
        if not self._has_at(base, self.prefix_at(base) + folder):
            return {}
        with tempfile.TemporaryDirectory() as scratch:
            self.export(base, Path(scratch), folder)
            return {
                path.name: path.read_text(encoding="utf-8", errors="surrogateescape")
                for path in Path(scratch).iterdir()
                if path.is_file() and not path.is_symlink()
            }

    def text_at(self, base: Base, path: str) -> str | None:
        """Return a file at the base, by its path from the project's folder.

        Where it is not there, the one of its name elsewhere in the project: it has been moved.
        None: there is none.

        Raises:
            UserError: it has been moved, and there are several of its name.
        """
        prefix = self.prefix_at(base)
        name = posixpath.basename(path)
        listed = self._run("ls-tree", "-r", "-z", "--full-tree", "--name-only", base.commit)
        there = [
            one.removeprefix(prefix)
            for one in listed.split("\0")
            if one.startswith(prefix) and posixpath.basename(one) == name
        ]
        if path not in there and len(there) > 1:
            raise UserError(
                f"'{path}' is new, and {base} has several files of its name: {', '.join(there)}. "
                "Move it in a change of its own, and the others away first"
            )
        found = path if path in there else next(iter(there), None)
        return found and self.files_at(base, posixpath.dirname(found))[name]

    def export(self, base: Base, into: Path, folder: str = "") -> None:
        """Write the project, or a folder of it, as it was at the base into a folder.

        By way of an index of its own: git archive leaves out what .gitattributes says.
        """
        tree = f"{base.commit}:{self.prefix_at(base)}{folder}".rstrip("/")
        with tempfile.TemporaryDirectory() as scratch:
            index = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
            _git(self._top(), "read-tree", tree, environment=index)
            prefix = f"--prefix={into.resolve()}/"
            _git(self._top(), "checkout-index", "--all", "--quiet", prefix, environment=index)

    def prefix_at(self, base: Base) -> str:
        """Return the project's path on the base: where it was, if it has been moved since.

        Raises:
            UserError: several projects have been moved, so it is not clear which one this was.
        """
        if self._has_at(base, f"{self.prefix}{FOLDER}"):
            return self.prefix
        end, top = f"{FOLDER}/{LOCK}", self._top()
        everything = self._run("ls-tree", "-r", "-z", "--full-tree", "--name-only", base.commit)
        gone = [
            path.removesuffix(end)
            for path in everything.split("\0")
            if f"/{path}".endswith(f"/{end}") and not (top / path).exists()
        ]
        if len(gone) > 1:
            raise UserError(
                f"{base} has no register in '{self.prefix or '.'}', and those of "
                f"{', '.join(gone)} have been moved. Move one project in one change"
            )
        return gone[0] if gone else self.prefix

    def deleted_before(self, base: Base, name: str) -> bool:
        """Whether the base's history has a commit that deleted this metric's file."""
        files = [f"{FOLDER}/{name}{ending}" for ending in (".yml", ".yaml")]
        options = ("-1", "--diff-filter=D", "--format=%H")
        return bool(self._run("log", *options, base.commit, "--", *files))

    def _has_at(self, base: Base, folder: str) -> bool:
        """Whether a folder, from the top of the repository, holds anything at the base."""
        return bool(self._run("ls-tree", "--full-tree", base.commit, "--", f"{folder}/"))

    def _top(self) -> Path:
        return Path(self._run("rev-parse", "--show-toplevel"))

    def _run(self, *arguments: str, check: bool = True) -> str:
        return _git(self.project, *arguments, check=check) or ""


def _git(
    folder: Path,
    *arguments: str,
    check: bool = True,
    environment: Mapping[str, str] | None = None,
) -> str | None:
    """Run git and return what it prints; None where it fails and that is not to be an error."""
    # A hook runs with the variables of the commit that is being made.
    kept = {name: text for name, text in os.environ.items() if name not in OF_A_HOOK}
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            env=kept | dict(environment or {}),
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
    except FileNotFoundError as error:
        raise UserError("git is not installed; the gate compares commits") from error
    if done.returncode and check:
        line = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise UserError(f"git {arguments[0]} failed: {line[0]}")
    return None if done.returncode else done.stdout.rstrip("\n")
