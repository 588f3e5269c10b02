"""Writes into a vocabulary's file; the rest of it stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import SingleQuotedScalarString

from trustmetrics.register.bump import as_written
from trustmetrics.register.yaml_file import edit_yaml

Moves = Mapping[str, Sequence[str]]


def add_changes(path: Path, entries: Iterable[Mapping[str, Any]]) -> None:
    """Append entries to a vocabulary's history.

    Args:
        path: the vocabulary's file.
        entries: their fields in order, dates as text (2026-01-31).
    """
    written = [
        CommentedMap((key, _field(key, value)) for key, value in entry.items()) for entry in entries
    ]
    if written:
        edit_yaml(path, lambda content: content["changes"].extend(written))


def complete_moves(path: Path, unsaid: Mapping[int, Moves]) -> None:
    """Add slices to the moves of entries, by the entry's number from 1."""

    def change(content: Any) -> None:
        for number, moves in unsaid.items():
            entry = content["changes"][number - 1]
            said = entry.get("moves") or {}
            for metric, slices in moves.items():
                said[metric] = _flow([*said.get(metric, ()), *slices])
            entry["moves"] = said

    if unsaid:
        edit_yaml(path, change)


def _field(key: str, value: Any) -> Any:
    if key == "codes":
        return _flow(
            [_flow(map(_code, one)) if isinstance(one, list) else _code(one) for one in value]
        )
    if key == "moves":
        return CommentedMap((metric, _flow(slices)) for metric, slices in value.items())
    return as_written(value)


def _code(cell: str) -> str:
    """A code in quotes where YAML would read something else than a text."""
    return cell if yaml.safe_load(cell) == cell else SingleQuotedScalarString(cell)


def _flow(items: Iterable[Any]) -> CommentedSeq:
    written = CommentedSeq(items)
    written.fa.set_flow_style()
    return written
