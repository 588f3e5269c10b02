"""Small file systems to fill."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


class Mounts:
    """File systems in memory, mounted where a test says and taken away after it."""

    def __init__(self) -> None:
        """None yet."""
        self._made: list[Path] = []

    def small(self, folder: Path, megabytes: float, **options: str) -> Path:
        """Mount one of that size on a new folder; skip the test where that is not allowed."""
        folder.mkdir(parents=True, exist_ok=True)
        told = "".join(f",{name}={value}" for name, value in options.items())
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={int(megabytes * 1024)}k{told}", "tmpfs"]
            + [str(folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.skip("no file system can be mounted here: it takes root (or a user namespace)")
        self._made.append(folder)
        return folder

    def change(self, folder: Path, option: str) -> None:
        """Mount it again with another option, such as `size=90m` or `ro`."""
        subprocess.run(["mount", "-o", f"remount,{option}", str(folder)], check=True)

    def remove_all(self) -> None:
        """Take all of them away, also where a process still has a file there open."""
        for folder in reversed(self._made):
            subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)
        self._made.clear()
