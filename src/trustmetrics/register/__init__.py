"""The register: each metric in words, and the history of its meaning.

How it is kept is written in docs/guides/change_a_metric.md.
"""
