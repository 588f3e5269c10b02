"""Says in a sentence what DuckDB or the system could not do, and how that is mended: their own
messages are for who writes programs."""

from __future__ import annotations

import errno
import re
from collections.abc import Sequence

KIND = re.compile(
    r"^(?:[A-Z]\w+ )*(?:Error|Exception): |^(?:duckdb\.)?(?:[A-Z]\w*)+(?:Error|Exception): "
)
HINTS = re.compile(r"\n+(?:LINE \d+:|Possible |\s*\^|Candidate |Did you mean)|\s+Try setting ")
LONGEST = 300
IN_USE = re.compile(r"lock on file|different configuration|already attached")
LOCKED_FILE = re.compile(r'Could not set lock on file "([^\n]+?)"')
NO_ROOM = re.compile(
    r"No space left on device|Disk quota exceeded|\[Errno (28|122)\]|max_temp_directory_size"
)
PARQUET_AGAIN = "Write it again, or name it .csv if it is CSV"
JSON_AGAIN = "Write the file again: an object on each line, or an array of objects"
# What the message is like, and what is said in its place. The first that fits.
SENTENCES: tuple[tuple[str, str], ...] = (
    (
        r"No magic bytes found at \w+ of file '(?P<file>[^\n]+)'",
        f"the file '{{file}}' is not a Parquet file, or is cut off. {PARQUET_AGAIN}",
    ),
    (
        r"File '(?P<file>[^\n]+)' too small to be a Parquet file",
        f"the file '{{file}}' is not a Parquet file, or is cut off. {PARQUET_AGAIN}",
    ),
    (
        r"Footer length error in file '(?P<file>[^\n]+)'",
        "the file '{file}' is damaged: its footer is not that of a Parquet file. Write it again",
    ),
    (
        r"File '(?P<file>[^\n]+)' is encrypted",
        "the file '{file}' is encrypted. Write it again without encryption",
    ),
    (
        r'Malformed JSON in file "(?P<file>[^\n]+?)", (?P<place>at [^:\n]+): (?P<what>[^\n]+)',
        f"the file '{{file}}' is not valid JSON, {{place}}: {{what}}. {JSON_AGAIN}",
    ),
    (
        r'JSON transform error in file "(?P<file>[^\n]+?)", (?P<place>in [^:\n]+): '
        r"(?P<what>[^\n]+)",
        f"the file '{{file}}', {{place}}: {{what}}. {JSON_AGAIN}",
    ),
    (
        r'maximum_object_size"? of (?P<size>\d+) bytes exceeded while reading file '
        r'"(?P<file>[^\n]+?)"',
        f"the file '{{file}}' has a JSON object of more than {{size}} bytes. {JSON_AGAIN}",
    ),
    (
        r"(?:Cannot open file|Could not open file|No files found that match the pattern) "
        r'"(?P<file>[^\n]+?)"(?!.*Too many)',
        "the file '{file}' cannot be opened, or is not there any more. Put it back where it was",
    ),
    (
        NO_ROOM.pattern,
        "there is no space left on the disk. Free some, or write to another one",
    ),
    (
        r"(?i)out of memory",
        "there is not enough memory for this. Give it more with TRUSTMETRICS_MEMORY, such as 8GB, "
        "or take fewer threads: TRUSTMETRICS_THREADS=1",
    ),
    (
        r"Invalid unicode",
        "a name or a value is not in UTF-8. Rename or write again what has other characters",
    ),
)
SYSTEM: dict[int | None, str] = {
    errno.ENOENT: "'{file}' does not exist. Correct the path, or create it first",
    errno.EACCES: "'{file}' may not be read or written by you. Change its permissions, or name "
    "another place",
    errno.EPERM: "'{file}' may not be changed by you. Change its mode, or name another place",
    errno.EISDIR: "'{file}' is a folder. Name a file",
    errno.ENOTDIR: "'{file}': a part of that path is a file, not a folder. Name another place",
    errno.EEXIST: "'{file}' is there already. Remove it, or name another place",
    errno.ENAMETOOLONG: "the name '{file}' is too long for the file system. Choose a shorter one",
    errno.ELOOP: "'{file}' is a symbolic link that leads back to itself. Name a file",
    errno.EROFS: "'{file}' lies on a file system that is read-only. Name another place",
    errno.EMFILE: "too many files are open. Allow more with: ulimit -n 4096",
    errno.ENOSPC: "the disk of '{file}' is full. Free some of it, or name another place",
    errno.EDQUOT: "your share of the disk of '{file}' is used up. Free some, or name another place",
}


def plain(message: str) -> str:
    """Return an engine's message on one line, without its kind, the query and its hints."""
    text = HINTS.split(KIND.sub("", message.strip()))[0]
    text = " ".join(text.split()).rstrip(". ")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def sentence(message: str) -> str | None:
    """Return what a known message of the engine means, and its mend; None where it is not known."""
    if locked := LOCKED_FILE.search(message):
        return in_use(locked[1], message)
    for form, told in SENTENCES:
        if found := re.search(form, message):
            parts = {name: plain(text or "") for name, text in found.groupdict().items()}
            return told.format(**parts)
    return None


def is_in_use(complaint: str) -> bool:
    """Whether DuckDB could not open a file because another process has it open."""
    return bool(IN_USE.search(complaint))


def in_use(database: object, complaint: str) -> str:
    """Say who has a database open, from DuckDB's complaint.

    Args:
        database: its name, for the sentence.
        complaint: the engine's.
    """
    process = re.search(r"PID (\d+)", complaint)
    who = f"another process (PID {process[1]})" if process else "another program"
    return f"the database '{database}' is in use by {who}. Close it there first"


def engine_sentence(message: str, mend: str) -> str:
    """Return one line for any message of the engine.

    Args:
        message: as it came.
        mend: what to do where the message is not a known one.
    """
    return sentence(message) or f"{plain(message)}. {mend}"


def system_sentence(error: OSError) -> str:
    """Return one line for an error of the system: what could not be done to which file."""
    names = [str(one) for one in (error.filename, error.filename2) if one is not None]
    told = SYSTEM.get(error.errno)
    if told and names:
        return told.format(file=names[0])
    if told is None and not names:
        return str(error)
    reason = (error.strerror or "it failed").lower()
    return (
        f"'{names[0]}': {reason}. Correct that, or name another place"
        if names
        else (f"{reason}. Correct that and run again")
    )


def is_of_engine(message: str) -> bool:
    """Whether a text looks like an engine's own message."""
    return bool(KIND.search(message.strip())) or message.startswith("TProtocol")


def first_known(messages: Sequence[str]) -> str | None:
    """Return the sentence of the first message that is known; None where none is."""
    return next((told for one in messages if (told := sentence(one))), None)
