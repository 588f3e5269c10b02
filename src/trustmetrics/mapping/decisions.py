"""What is still to be decided in a map."""

import re
from dataclasses import dataclass
from pathlib import Path

from trustmetrics.errors import UserError
from trustmetrics.mapping.settings import EXTRACTED_AT, FILE, MARK, TIME_ZONE, read_settings
from trustmetrics.texts import read_text

WORD = re.compile(rf"\b{MARK}\b")
# The name that a line of a SELECT ends with.
NAMED = re.compile(r"\bas\s+\"?(\w+)\"?\s*,?\s*(--.*)?$", re.IGNORECASE)
SETTINGS_USED = re.compile(r"getvariable\(\s*'(\w+)'\s*\)", re.IGNORECASE)


@dataclass(frozen=True)
class Decision:
    """A place that says DECIDE: the file, its line, and the column it belongs to or a setting."""

    file: Path
    line: int
    subject: str

    def __str__(self) -> str:
        """The place as an editor reads it."""
        return f"{self.file}:{self.line}: {self.subject}"


def sql_files(folder: Path) -> list[Path]:
    """The SELECTs of a map.

    Raises:
        UserError: there is no such folder, or it has none.
    """
    files = sorted(folder.glob("*.sql")) if folder.is_dir() else []
    if not files:
        raise UserError(
            f"there is no map in '{folder}'. Make one: trustmetrics map init --from SOURCE "
            f"--out {folder}"
        )
    return files


def decisions_left(folder: Path, given: frozenset[str] = frozenset()) -> list[Decision]:
    """Every place of a map that is still to be decided.

    Args:
        folder: the map.
        given: settings that come from elsewhere.

    Raises:
        UserError: there is no map, or its settings are not valid.
    """
    left, used = [], set()
    for file in sql_files(folder):
        text = read_text(file)
        lines = text.splitlines()
        used |= set(SETTINGS_USED.findall(text))
        left += [
            Decision(file, number, column_at(lines, number))
            for number, line in enumerate(lines, 1)
            if WORD.search(line)
        ]
    lacking = used & {TIME_ZONE, EXTRACTED_AT} - set(read_settings(folder)) - given
    return left + [Decision(folder / FILE, _line(folder / FILE, name), name)
                   for name in sorted(lacking)]  # fmt: skip


def column_at(lines: list[str], number: int) -> str:
    """The column that a line of a SELECT belongs to: the next one that is named."""
    for line in lines[number - 1 :]:
        found = NAMED.search(line)
        if found and not line.lstrip().startswith("--"):
            return found[1]
    return "the table"


def _line(file: Path, setting: str) -> int:
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return next(
        (number for number, line in enumerate(lines, 1) if line.startswith(f"{setting}:")), 1
    )
