"""Which code makes the fingerprints here. Fingerprints of different code are not to be compared."""

from __future__ import annotations

import ast
import hashlib
from importlib import metadata, resources
from importlib.resources.abc import Traversable

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
    return ast.dump(tree)
