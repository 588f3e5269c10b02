"""Checks of the data against their own recent past (docs/guides/check_data.md)."""
