"""Writes what a built database holds to files for others."""
