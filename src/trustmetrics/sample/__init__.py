"""Synthetic raw data: a platform of two years with stories worth finding."""

from trustmetrics.sample.generator import generate

__all__ = ["generate"]
