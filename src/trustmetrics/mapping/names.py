"""How alike two names are: their words, and words that mean the same (synonyms.yml)."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from trustmetrics.check.declared import read_yaml

SYNONYMS = Path(__file__).with_name("synonyms.yml")
# Confidence of a match, 0 to 1, by what agrees.
SAME_NAME = 1.0
SAME_WORDS = 0.95
KNOWN_NAME = 0.9
# The most that a match of some of the words can reach.
SOME_WORDS = 0.75
_BOUNDARY = re.compile(r"[^0-9A-Za-z]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

Words = frozenset[str]


@cache
def known() -> dict[str, Any]:
    """The synonyms, as synonyms.yml has them."""
    return read_yaml(SYNONYMS)


@cache
def tokens(name: str) -> tuple[str, ...]:
    """The words of a name in lower case and the singular: ticketNo -> (ticket, no)."""
    parts = (part.lower() for part in _BOUNDARY.split(name) if part)
    return tuple(_singular(part) for part in parts)


@cache
def words(name: str) -> Words:
    """The words of a name that mean something; what means an identifier is the word id."""
    ids, noise = known()["id"], known()["noise"]
    return frozenset("id" if word in ids else word for word in tokens(name) if word not in noise)


def is_private(name: str) -> bool:
    """Whether a column's name says that its values may be ids, free text or personal data."""
    found = set(tokens(name))
    of_persons = not found.isdisjoint(known()["private"]) and found.isdisjoint(known()["kinds"])
    return of_persons or not found.isdisjoint(known()["id"])


def likeness(
    name: str, wanted: str, others: Iterable[str] = (), drop: Words = frozenset()
) -> float:
    """How sure it is that a name means the wanted one, 0 to 1.

    Args:
        name: the name in the source.
        wanted: the name in the contract.
        others: other names of the wanted one.
        drop: words of `name` that say nothing here, such as the table's in its columns.
    """
    if name.lower() == wanted:
        return SAME_NAME
    have = words(name) - drop - {"id"} or words(name) - {"id"}
    if _same(have, words(wanted) - {"id"}) or _same(words(name) - {"id"}, words(wanted) - {"id"}):
        return SAME_WORDS
    aliases = [words(other) - {"id"} for other in others]
    exact = {tokens(other) for other in others}
    if tokens(name) in exact or any(_same(have, alias) for alias in aliases):
        return KNOWN_NAME
    return SOME_WORDS * max(_share(have, alias) for alias in [words(wanted) - {"id"}, *aliases])


def means_id(name: str, table: str) -> bool:
    """Whether a column's name says that it is the key of its table: id, ticket_no in tickets."""
    found = words(name)
    return bool(found) and found - words(table) <= {"id"} and "id" in found


@cache
def _groups(word: str) -> Words:
    return frozenset({word}) | {
        f"#{number}" for number, group in enumerate(known()["words"]) if word in group
    }


@cache
def _alike(one: str, other: str) -> bool:
    return bool(_groups(one) & _groups(other))


def _same(have: Words, wanted: Words) -> bool:
    return bool(have and wanted) and _share(have, wanted) == 1


@cache
def _share(have: Words, wanted: Words) -> float:
    """Dice's coefficient of two sets of words, 0 to 1."""
    if not have or not wanted:
        return 0.0
    matched = sum(any(_alike(word, other) for other in wanted) for word in have)
    matched += sum(any(_alike(word, other) for other in have) for word in wanted)
    return matched / (len(have) + len(wanted))


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
