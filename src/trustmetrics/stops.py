"""Signals that ask the command to stop: Ctrl-C, a process manager's TERM, a closed terminal's HUP.

Each ends the command as Ctrl-C does: an exception runs through it, so that what was begun is put
away, and one line says so.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

was_stopped = False
STOPPED = "stopped; the last good database is unchanged"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def stop_politely() -> None:
    """Let each of the signals raise KeyboardInterrupt, once: the putting away is not to be stopped.

    A signal that the command was started to ignore (nohup, a job in the background of a script) is
    left ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for one in SIGNALS:
        if signal.getsignal(one) != signal.SIG_IGN:
            signal.signal(one, _stop)


@contextmanager
def unstoppable() -> Iterator[None]:
    """Ignore the signals inside: for the few lines that must run to their end or not at all."""
    if threading.current_thread() is not threading.main_thread():
        # Signals reach the main thread alone.
        yield
        return
    before = [(one, signal.signal(one, signal.SIG_IGN)) for one in SIGNALS]
    try:
        yield
    finally:
        for one, handler in before:
            signal.signal(one, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    global was_stopped
    was_stopped = True
    for one in SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    raise KeyboardInterrupt
