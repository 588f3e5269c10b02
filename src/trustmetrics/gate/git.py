"""The repository around a project: which base a change is held against, and what it held."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from trustmetrics.errors import UserError

USUAL_BASES = ("origin/main", "origin/master", "main", "master")


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
    """The git repository that a project's folder lies in.

    Attributes:
        project: the project's folder.
        prefix: its path inside the repository, with a slash at its end; empty at the top.
    """

    project: Path
    prefix: str

    @classmethod
    def around(cls, project: Path) -> Repository:
        """Return the repository around a folder.

        Raises:
            UserError: there is none, it has no commit, or it is shallow.
        """
        if not project.is_dir():
            raise UserError(f"the project folder '{project}' does not exist")
        found = _git(project, "rev-parse", "--show-prefix", check=False)
        if found is None:
            raise UserError(
                f"'{project}' is not in a git repository. The gate compares with a commit: git init"
            )
        if _git(project, "rev-parse", "--verify", "--quiet", "HEAD", check=False) is None:
            raise UserError(f"the repository of '{project}' has no commit to compare with")
        if _git(project, "rev-parse", "--is-shallow-repository") == "true":
            raise UserError(
                "this is a shallow clone, which may not hold the base. Fetch the history: "
                "git fetch --unshallow (GitHub Actions: actions/checkout with fetch-depth: 0)"
            )
        return cls(project, found)

    def base(self, ref: str | None) -> Base:
        """Return the base: the common ancestor of HEAD and the ref.

        Args:
            ref: a branch, tag or commit; None: the pull request's target in GitHub Actions, else
                the first of origin/main, origin/master, main, master that is there.

        Raises:
            UserError: there is no such commit, or no common ancestor.
        """
        candidates = [ref] if ref else self._usual()
        for candidate in candidates:
            commit = self._run(
                "rev-parse", "--verify", "--quiet", f"{candidate}^{{commit}}", check=False
            )
            if commit:
                break
        else:
            raise UserError(
                f"no base to compare with: {', '.join(candidates)} not found. Fetch it "
                "(git fetch origin main), or name another: --base REF"
            )
        ancestor = self._run("merge-base", commit, "HEAD", check=False)
        if not ancestor:
            raise UserError(
                f"HEAD and the base '{candidate}' have no common commit. Name the branch that this "
                "one started from: --base REF"
            )
        return Base(candidate, ancestor)

    def _usual(self) -> list[str]:
        target = os.environ.get("GITHUB_BASE_REF")
        return [f"origin/{target}"] if target else list(USUAL_BASES)

    def changed(self, base: Base) -> list[str]:
        """Return the project's paths that differ between base and working tree."""
        known = self._run("diff", "--name-only", "--relative", "--no-renames", "-z", base.commit)
        new = self._run("ls-files", "--others", "--exclude-standard", "-z")
        return sorted({path for path in f"{known}\0{new}".split("\0") if path})

    def files_at(self, base: Base, folder: str) -> dict[str, str]:
        """Return the text files of a folder, not of folders in it, at the base, by name."""
        with self._archive(base, folder) as archive:
            if archive is None:
                return {}
            return {
                Path(member.name).name: archive.extractfile(member).read().decode("utf-8")  # type: ignore[union-attr]
                for member in archive.getmembers()
                if member.isfile() and Path(member.name).parent == Path(folder)
            }

    def export(self, base: Base, folder: Path) -> None:
        """Write the project as it was at the base into a folder."""
        with self._archive(base, "") as archive:
            if archive is not None:
                archive.extractall(folder, filter="data")

    def deleted_before(self, path: str) -> bool:
        """Whether the history of HEAD has a commit that deleted this path."""
        return bool(self._run("log", "-1", "--diff-filter=D", "--format=%H", "--", path))

    def _archive(self, base: Base, folder: str) -> _Archive:
        tree = f"{base.commit}:{self.prefix}".rstrip(":/") if self.prefix else base.commit
        command = ["git", "-C", str(self.project), "archive", "--format=tar", tree]
        command += [folder] if folder else []
        if self.prefix:
            # From inside a folder git archive narrows to it once more.
            command[2] = str(self._top())
        done = subprocess.run(command, capture_output=True, check=False)
        return _Archive(done.stdout if done.returncode == 0 else None)

    def _top(self) -> str:
        return self._run("rev-parse", "--show-toplevel")

    def _run(self, *arguments: str, check: bool = True) -> str:
        return _git(self.project, *arguments, check=check) or ""


class _Archive:
    """A tar archive in memory, or none."""

    def __init__(self, content: bytes | None) -> None:
        self.content = content

    def __enter__(self) -> tarfile.TarFile | None:
        self.file = tarfile.open(fileobj=io.BytesIO(self.content)) if self.content else None
        return self.file

    def __exit__(self, *_: object) -> None:
        if self.file is not None:
            self.file.close()


def _git(folder: Path, *arguments: str, check: bool = True) -> str | None:
    """Run git; None where it failed and that was to be expected."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise UserError("git is not installed; the gate compares commits") from error
    if done.returncode == 0:
        return done.stdout.rstrip("\n")
    if check:
        line = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise UserError(f"git {arguments[0]} failed: {line[0]}")
    return None
