"""The fingerprint of a metric's meaning: a canonical form of its SQL down to the raw columns.

How it works, and what it counts as the same, is written in docs/guides/fingerprints.md.
"""
