"""Standard output and error: closed, full, or of an encoding that lacks a character."""

from __future__ import annotations

import io
import os
import sys

from click.utils import PacifyFlushWrapper
from rich.console import Console


def prepare_streams() -> None:
    """Let no file be opened in the place of a closed stream, and no character end the command.

    What an encoding lacks is written as its escape, so that nothing is lost without a word.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    # Its own way is to end with exit code 1, which says that something was found.
    Console.on_broken_pipe = _raise_again


def _raise_again(console: Console) -> None:
    raise


def flush_output() -> None:
    """Write what is still to be written.

    Raises:
        BrokenPipeError: nobody reads it any more.
        OSError: it cannot be written, as where the disk is full.
    """
    if sys.stdout is None:
        return
    if isinstance(sys.stdout, PacifyFlushWrapper):
        raise BrokenPipeError
    sys.stdout.flush()


def abandon_output() -> None:
    """Write nothing more: Python would try it once again as it ends, and complain."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
    except OSError:
        pass
