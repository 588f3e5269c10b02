"""Where in the project's files a line of compiled SQL comes from, as far as the text tells."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from tests.python.mutation.built import ROOT, Build, Node

EXPRESSION = re.compile(r"\{\{.*?\}\}")
STATEMENT = re.compile(r"\{%.*?%\}|\{#.*?#\}")
QUOTED = re.compile(r"'([^']{8,})'|\"([^\"]{8,})\"")


class Places:
    """Finds the file and line of a line of a node's compiled SQL."""

    def __init__(self, build: Build) -> None:
        self._macro_paths = build.macro_paths

    def find(self, node: Node, compiled_line: str) -> str:
        """path:line of the source line that is most like a compiled one, else the path alone."""
        line = " ".join(compiled_line.split())
        paths = [node.path, *sorted({self._macro_paths[m] for m in node.macros if self._own(m)})]
        found = [match for path in paths if (match := _best(path, line))]
        if not found:
            return node.path
        _, path, number = max(found, key=lambda match: match[0])
        return f"{path}:{number}"

    def parameter(self, node: Node, value: str) -> str:
        """path:line where a model's file hands a value to a macro, else the path alone."""
        given = re.compile(rf"[=\[(,\s]['\"]?{re.escape(value)}['\"]?\s*[,\]\)]")
        for number, line in enumerate(node.raw.splitlines(), start=1):
            if given.search(line + ","):
                return f"{node.path}:{number}"
        return node.path

    def _own(self, macro: str) -> bool:
        return macro in self._macro_paths


@cache
def _best(path: str, line: str) -> tuple[int, str, int] | None:
    best: tuple[int, str, int] | None = None
    for number, weight, pattern, pieces in _patterns(path):
        if pattern and pattern.fullmatch(line):
            score = 2 * weight
        else:
            score = max((len(piece) for piece in pieces if piece in line), default=0)
        if score >= 4 and (best is None or score > best[0]):
            best = (score, path, number)
    return best


@cache
def _patterns(path: str) -> list[tuple[int, int, re.Pattern[str] | None, list[str]]]:
    """Per line: its number, how much of it is literal, what it becomes, and what it quotes."""
    patterns = []
    for number, text in enumerate(Path(ROOT / path).read_text().splitlines(), start=1):
        line = " ".join(STATEMENT.sub("", text).split())
        quoted = [" ".join((a or b).split()) for a, b in QUOTED.findall(text)]
        if line.startswith(("{#", "--", "{%", "%}")):
            continue
        literals = EXPRESSION.split(line)
        weight = len(re.sub(r"\W", "", "".join(literals)))
        regex = ".*".join(re.escape(literal) for literal in literals)
        patterns.append((number, weight, re.compile(regex) if weight else None, quoted))
    return patterns
