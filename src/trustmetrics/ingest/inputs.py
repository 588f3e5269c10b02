"""The files of an exported log: given one by one, or as folders of parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trustmetrics.errors import UserError
from trustmetrics.mapping.files import file_format

READ = ("csv", "parquet")


@dataclass(frozen=True)
class Inputs:
    """What there is to read.

    Attributes:
        files: the files, each once, in the order given; of a folder by name.
        unread: the files of the folders that are neither Parquet nor CSV.
    """

    files: tuple[Path, ...]
    unread: tuple[Path, ...]


def list_inputs(paths: Sequence[Path]) -> Inputs:
    """Find the files of a log; a folder's in folders of any depth.

    Raises:
        UserError: a path does not exist, is neither Parquet nor CSV, or is a folder without either.
    """
    files: dict[Path, None] = {}
    unread: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            found = [part for part in _parts(path) if file_format(part) in READ]
            unread |= dict.fromkeys(part for part in _parts(path) if part not in found)
            if not found:
                raise UserError(
                    f"{path}: a folder without a .parquet or .csv file; name the one that holds "
                    "the parts of the exported log"
                )
            files |= dict.fromkeys(found)
        elif not path.is_file():
            raise UserError(
                f"{path}: no such file; give the exported log, a .parquet or .csv file or a "
                "folder of them"
            )
        elif file_format(path) not in READ:
            raise UserError(f"{path}: neither .parquet nor .csv; export the log as one of the two")
        else:
            files[path] = None
    for path in files:
        if not _is_unicode(path):
            shown = str(path).encode("ascii", "backslashreplace").decode()
            raise UserError(f"{shown}: the name is not in UTF-8; rename it")
    return Inputs(tuple(files), tuple(unread))


def _parts(folder: Path) -> list[Path]:
    """The files beneath a folder, but for those of other tools (_SUCCESS, .part.crc)."""
    return [
        part
        for part in sorted(folder.rglob("*"))
        if part.is_file() and not part.name.startswith((".", "_"))
    ]


def _is_unicode(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True
