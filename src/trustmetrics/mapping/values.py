"""Which value of an enum a value of the source means."""

from difflib import get_close_matches

from trustmetrics.mapping.names import known, tokens

CLOSE = 0.82
NEGATIONS = frozenset({"in", "no", "non", "not", "un", "without"})
TRUE = ("true", "t", "yes", "y", "1", "on", "ja", "j", "oui", "si")
FALSE = ("false", "f", "no", "n", "0", "off", "nein", "non")


def enum_value(value: str, enum: tuple[str, ...]) -> tuple[str, bool]:
    """Guess the value of an enum that a value of the source means.

    Returns:
        the value, empty where there is no guess, and whether the guess is sure.
    """
    wanted = tokens(value)
    found = [one for one in enum if wanted in _spellings(one)]
    if len(found) == 1:
        return found[0], True
    if found or not wanted:
        return "", False
    close = get_close_matches(" ".join(wanted), [" ".join(tokens(one)) for one in enum], 2, CLOSE)
    if len(close) != 1:
        return "", False
    (guess,) = (one for one in enum if " ".join(tokens(one)) == close[0])
    same_sense = NEGATIONS.isdisjoint(set(wanted) ^ set(tokens(guess)))
    return (guess, False) if same_sense else ("", False)


def boolean_value(value: str) -> bool | None:
    """The boolean that a value of the source means; None where that is not clear."""
    word = value.strip().lower()
    return True if word in TRUE else False if word in FALSE else None


def _spellings(value: str) -> set[tuple[str, ...]]:
    return {tokens(value), *(tokens(other) for other in known()["values"].get(value, ()))}
