"""Reads a published transparency report, of any filer, and lists what breaks the rules."""
