"""Which code makes the fingerprints here. Fingerprints of different code are not to be compared."""

from __future__ import annotations

import ast
import hashlib
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from typing import Any

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def identity(package: Traversable | None = None) -> str:
    """Return a digest of this package's code, and sqlglot's version.

    Comments, docstrings and layout are no part of it.

    Args:
        package: the folder of the code; default: this package.
    """
    package = package or resources.files(__package__)
    code = hashlib.blake2b(digest_size=6)
    for file in sorted(package.iterdir(), key=lambda one: one.name):
        if file.name.endswith(".py"):
            code.update(f"{file.name}\0{_syntax(file.read_text(encoding='utf-8'))}\0".encode())
    return f"{code.hexdigest()} (sqlglot {metadata.version('sqlglot')})"


def _syntax(source: str) -> str:
    """The syntax tree of a module as text, without its docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return _text(tree)


def _text(part: Any) -> str:
    """A part of a syntax tree as text, the same from each Python version.

    What is empty is left out: ast.dump writes it in some versions, and later versions have fields
    that earlier ones lack.
    """
    if isinstance(part, ast.AST):
        fields = [(name, value) for name, value in ast.iter_fields(part) if value not in (None, [])]
        return f"{type(part).__name__}({', '.join(f'{name}={_text(v)}' for name, v in fields)})"
    if isinstance(part, list):
        return f"[{', '.join(map(_text, part))}]"
    return repr(part)
