"""Runs the command: python -m trustmetrics."""

from trustmetrics.cli import main

if __name__ == "__main__":
    main()
