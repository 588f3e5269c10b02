"""Where the command begins: it listens to signals before it loads what takes most of a second."""

import os
import sys

from trustmetrics import stops

COULD_NOT_RUN = 2


def main() -> None:
    """Run the command line."""
    stops.stop_politely()
    try:
        from trustmetrics.cli import main as run

        run()
    except KeyboardInterrupt:
        print(f"trustmetrics: {stops.STOPPED}", file=sys.stderr)
    finally:
        if stops.was_stopped:
            # Python would end by the signal itself where the exception came through a module that
            # was being loaded, though it was caught.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(COULD_NOT_RUN)
