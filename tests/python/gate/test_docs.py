"""The guides name what the code has: every finding, every cosmetic edit, and no other."""

import re
from pathlib import Path

from tests.python.fingerprint.test_sql import SAME
from trustmetrics.gate.finding import KINDS

GUIDES = Path(__file__).resolve().parents[3] / "docs" / "guides"
HEADING = re.compile(r"(?m)^### (G\d{3}) (.+)$")
FIRST_CELL = re.compile(r"(?m)^\| ([^|]+?) \|")


def test_every_finding_has_its_section() -> None:
    sections = HEADING.findall((GUIDES / "gate.md").read_text(encoding="utf-8"))
    assert sections == [(identity, kind.title) for identity, kind in KINDS.items()]


def test_each_section_says_why_in_the_words_of_the_finding() -> None:
    text = " ".join((GUIDES / "gate.md").read_text(encoding="utf-8").split())
    assert [identity for identity, kind in KINDS.items() if kind.why not in text] == []


def test_the_list_of_cosmetic_edits_is_that_of_the_test() -> None:
    text = (GUIDES / "fingerprints.md").read_text(encoding="utf-8")
    start = text.index("## Edits that count as cosmetic")
    section = text[start : text.index("\n## ", start)]
    named = {cell for cell in FIRST_CELL.findall(section) if set(cell) != {"-"}}
    headings = {
        "text and names",
        "how it is cut",
        "order and writing of operands",
        "joins and unions",
        "what no row can show",
    }
    assert named - headings == set(SAME)
