"""How texts of templates and reports are compared: without what people and programs vary."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

SAME = str.maketrans(
    {
        "‘": "'", "’": "'", "ʼ": "'", "“": '"', "”": '"',
        "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-",
    }
)  # fmt: skip
# What filers write where they have nothing to say, folded.
NOTHING = frozenset(
    {
        "", "#n/a", "(blank)", "-", "--", ".", "?", "does not apply", "n.a", "n.a.", "n/a", "na",
        "nan", "nil", "no data", "none", "not applicable", "not available", "not measured",
        "not tracked", "null", "other", "tba", "tbd", "unknown", "x",
    }
)  # fmt: skip


@lru_cache(maxsize=100_000)
def folded(text: str) -> str:
    """Return a text without capitals, kinds of quotes and dashes, and superfluous spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(SAME).casefold().split())


@lru_cache(maxsize=100_000)
def squeezed(text: str) -> str:
    """Return nothing but the letters and digits of a text, without capitals."""
    return "".join(filter(str.isalnum, folded(text)))


def short(text: str, longest: int = 60) -> str:
    """Return a text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
