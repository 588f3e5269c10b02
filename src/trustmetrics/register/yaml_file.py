"""YAML files that people keep: changed in place, their comments, order and layout kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.util import load_yaml_guess_indent

WIDTH = 100


def edit_yaml(path: Path, change: Callable[[Any], None]) -> None:
    """Change what a YAML file says, and nothing else in it.

    Args:
        path: the file, valid YAML.
        change: changes the content in place.
    """
    text = path.read_text(encoding="utf-8")
    _, indent, offset = load_yaml_guess_indent(text)
    yaml = _round_trip(indent or 2, offset or 0)
    content = yaml.load(text)
    change(content)
    path.write_text(_dumped(yaml, content), encoding="utf-8")


def yaml_text(content: Any) -> str:
    """Return new content as the text of a YAML file."""
    return _dumped(_round_trip(4, 2), content)


def located(text: str) -> Any:
    """Return a YAML text's content, each mapping and list knowing where it stands (`lc`)."""
    return _round_trip(4, 2).load(text)


def with_value(text: str, mapping: CommentedMap, key: str, old: str, new: str) -> str:
    """Return a YAML text in which a plain value on one line is another; the rest stays as it is.

    Args:
        text: the text.
        mapping: the mapping, as `located` read it in this text or in one of the same lines.
        key: its key.
        old: the value as it is written, or a part of it.
        new: what is to stand there.
    """
    line, column = mapping.lc.value(key)
    lines = text.splitlines(keepends=True)
    head, tail = lines[line][:column], lines[line][column:]
    lines[line] = head + tail.replace(old, new, 1)
    return "".join(lines)


def _round_trip(indent: int, offset: int) -> YAML:
    yaml = YAML()
    yaml.width = WIDTH
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=indent, offset=offset)
    yaml.representer.add_representer(
        type(None), lambda writer, _: writer.represent_scalar("tag:yaml.org,2002:null", "null")
    )
    return yaml


def _dumped(yaml: YAML, content: Any) -> str:
    text = io.StringIO()
    yaml.dump(content, text)
    return text.getvalue()
