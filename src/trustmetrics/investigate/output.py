"""Prints an answer within 100 columns, and writes its whole table to a file."""

from __future__ import annotations

import os
import re
import tempfile
import textwrap
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from trustmetrics.errors import UserError
from trustmetrics.investigate.database import Database
from trustmetrics.investigate.words import Answer, Table

WIDTH = 100
# The options of DuckDB's copy, by the ending of the file.
FORMATS = {
    ".csv": "format csv, header",
    ".parquet": "format parquet",
    ".json": "format json, array true",
}
RESTRICTED = (
    "Restricted: this names accounts, moderators or rows. Show it only to those who may see them, "
    "and keep it no longer than you need it."
)


def check_out(out: Path | None) -> None:
    """Refuse a file that cannot be written, before any work is done.

    Raises:
        UserError: its ending is none of those known, or its folder does not exist.
    """
    if out is None:
        return
    if out.suffix.lower() not in FORMATS:
        raise UserError(
            f"--out must end in one of {', '.join(FORMATS)}, which says the format: '{out}'"
        )
    if out.is_dir():
        raise UserError(f"--out '{out}' is a folder. Name a file in it")
    if not out.parent.is_dir():
        raise UserError(f"the folder '{out.parent}' does not exist. Create it first")


def write(database: Database, answer: Answer, out: Path) -> int:
    """Write the whole table of an answer, or nothing, and return its number of rows.

    A restricted table can be read by its owner alone, as the draft is made so and written in place.
    """
    handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    os.close(handle)
    draft = Path(name)
    try:
        target = name.replace("'", "''")
        options = f"{FORMATS[out.suffix.lower()]}, use_tmp_file false"
        copied = database.connection.execute(f"copy ({answer.full}) to '{target}' ({options})")
        rows = int(copied.fetchone()[0])
        if not answer.is_restricted:
            mask = os.umask(0)
            os.umask(mask)
            draft.chmod(0o666 & ~mask)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return rows


def show(answer: Answer) -> None:
    """Print an answer: its sentences, then its tables."""
    first, *others = answer.sentences
    lines = _wrapped(first)
    for sentence in others:
        lines += _wrapped(sentence, initial_indent="- ", subsequent_indent="  ")
    for table in answer.tables:
        if table.rows:
            lines += ["", *_table_lines(table)]
    if answer.is_restricted:
        lines += ["", *_wrapped(RESTRICTED)]
    for line in lines:
        click.echo(line)


def _wrapped(text: str, **indents: str) -> list[str]:
    """A sentence in lines; a number stays with its unit."""
    held = re.sub(r"(?<=\d) (?=%|h\b|min\b|days\b)", "\xa0", text)
    lines = textwrap.wrap(held, WIDTH, break_long_words=False, break_on_hyphens=False, **indents)
    return [line.replace("\xa0", " ") for line in lines]


def _table_lines(table: Table) -> list[str]:
    shown = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for heading in table.headings:
        is_number = heading.endswith(">")
        shown.add_column(
            heading.removesuffix(">"),
            justify="right" if is_number else "left",
            overflow="fold",
            no_wrap=is_number,
        )
    for row in table.rows:
        shown.add_row(*map(escape, row))
    console = Console(width=WIDTH, color_system=None, highlight=False)
    with console.capture() as captured:
        console.print(shown)
    lines = [line.rstrip() for line in captured.get().rstrip().splitlines()]
    return lines + ([f"and {table.more:,} more: --out FILE"] if table.more else [])
