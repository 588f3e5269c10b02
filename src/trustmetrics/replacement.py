"""Makes new database files beside the old ones, and puts them in their place at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from trustmetrics.database_file import (
    AT_END_SECONDS,
    LOG_ENDING,
    OLD_LOG,
    check_nobody_writes,
    check_replaceable,
    put_in_place,
    real_place,
    state_of,
)
from trustmetrics.disk import Disk, full_disk_told
from trustmetrics.errors import UserError
from trustmetrics.stops import unstoppable
from trustmetrics.workshop import workshop

TARGET = "target"
SEEDS = "seeds"


@dataclass(frozen=True)
class Replacement:
    """A database file that is being made.

    Attributes:
        file: what it will replace, or a link to that.
        draft: where it is made, in a folder of its own; of the same name, for DuckDB names the
            catalog after the file.
        disk: the file system of both, as it was before.
        last_size: the bytes of what it will replace; None where there is nothing.
        last_state: what was in its place as the work began, as state_of tells it.
    """

    file: Path
    draft: Path
    disk: Disk
    last_size: int | None
    last_state: tuple[tuple[int, int, int] | None, ...]

    def check_unchanged(self) -> None:
        """Refuse to go on where what it replaces is no longer what the work began from.

        Raises:
            UserError: it is not.
        """
        if state_of(self.file) != self.last_state:
            raise UserError(
                f"'{self.file}' changed while a part of it was built again: another build or a "
                "check was at work. It stays as it is now; run this again"
            )

    def full_disk_told(self) -> AbstractContextManager[None]:
        """Inside, that the disk is full becomes a UserError that says what was needed."""
        return full_disk_told(self.disk, self.draft.parent, self.last_size)


@contextmanager
def replacement(file: Path) -> Iterator[Replacement]:
    """Yield the place to make a new database file in; it is removed at the end.

    Raises:
        UserError: the file cannot be made there, or another process has it open for writing.
    """
    place = real_place(file)
    if not place.parent.is_dir():
        raise UserError(f"the folder '{place.parent}' does not exist. Create it first")
    check_replaceable(file)
    check_nobody_writes(file)
    disk = Disk.of(place.parent)
    last_state = state_of(file)
    last_size = place.stat().st_size if place.exists() else None
    holds = {place.name, f"{place.name}{LOG_ENDING}", f"{place.name}.tmp", OLD_LOG, TARGET, SEEDS}
    with ExitStack() as opened:
        with full_disk_told(disk, None, last_size):
            made = workshop(place.parent, f".{place.name}.build-", holds)
            folder = opened.enter_context(made)
        yield Replacement(file, folder / place.name, disk, last_size, last_state)


def put_all_in_place(replacements: Sequence[Replacement], begin_from_old: bool) -> None:
    """Move new files to where the old ones are, in their order.

    Args:
        replacements: the new files.
        begin_from_old: whether the last of them was made from the one that it replaces.

    Raises:
        UserError: somebody has one of the old ones open for writing, and keeps it open; or the one
            that was begun from has changed.
    """
    for one in replacements:
        check_nobody_writes(one.file, AT_END_SECONDS)
    with unstoppable():
        if begin_from_old:
            replacements[-1].check_unchanged()
        for one in replacements:
            put_in_place(one.draft, one.file)
