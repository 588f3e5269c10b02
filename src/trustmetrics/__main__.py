"""Runs the command: python -m trustmetrics."""

from trustmetrics.entry import main

if __name__ == "__main__":
    main()
