"""Synthetic raw data: fifteen months of a platform, with stories worth finding."""

from trustmetrics.sample.generator import generate

__all__ = ["generate"]
