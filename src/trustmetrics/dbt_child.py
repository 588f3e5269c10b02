"""Runs dbt in a process that ends with the one that started it.

Standard input is a pipe that the parent holds open. It ends when the parent does, however that
comes about, on every system; then there is nobody left to build for. A process that is stopped
reads no pipe; Linux itself ends that one.
"""

import ctypes
import os
import signal
import sys
import threading

ABANDONED = 3
PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os._exit(ABANDONED)


def main() -> None:
    """Run dbt's own command with this process's arguments."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from dbt.cli.main import cli

    cli(prog_name="dbt")


if __name__ == "__main__":
    sys.exit(main())
