"""Where the command begins: it listens to signals before it loads what takes most of a second."""

import sys

from trustmetrics.stops import STOPPED, stop_politely


def main() -> None:
    """Run the command line."""
    stop_politely()
    try:
        from trustmetrics.cli import main as run
    except KeyboardInterrupt:
        print(f"trustmetrics: {STOPPED}", file=sys.stderr)
        sys.exit(2)
    run()
