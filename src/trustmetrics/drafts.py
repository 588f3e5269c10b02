"""Writes a file or folder so that it is whole or as it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def drafted(file: Path) -> Iterator[Path]:
    """Yield where to write; it takes the file's place where no error is raised, else it goes."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        yield draft
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def drafted_folder(folder: Path) -> Iterator[Path]:
    """Yield a folder to write in; it gets the name where no error is raised, else it goes.

    Args:
        folder: does not exist yet, in a folder that does.
    """
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    draft.mkdir()
    try:
        yield draft
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
