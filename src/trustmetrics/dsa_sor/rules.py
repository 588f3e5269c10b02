"""The rules that a statement of reasons must keep to be accepted by the database: one place.

They are those of its interface (schema v2, since 2025-07-01). Where it would drop a field without
a word, as a notifier of a voluntary statement, the field is a fault here: nothing is lost unseen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

BATCH = 100
V1_ONLY = frozenset(
    f"STATEMENT_CATEGORY_{name}"
    for name in (
        "SCOPE_OF_PLATFORM_SERVICE",
        "UNSAFE_AND_ILLEGAL_PRODUCTS",
        "PORNOGRAPHY_OR_SEXUALIZED_CONTENT",
        "NON_CONSENSUAL_BEHAVIOUR",
    )
)
CATEGORIES = frozenset(
    f"STATEMENT_CATEGORY_{name}"
    for name in (
        "ANIMAL_WELFARE",
        "CONSUMER_INFORMATION",
        "CYBER_VIOLENCE",
        "CYBER_VIOLENCE_AGAINST_WOMEN",
        "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
        "ILLEGAL_OR_HARMFUL_SPEECH",
        "INTELLECTUAL_PROPERTY_INFRINGEMENTS",
        "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
        "PROTECTION_OF_MINORS",
        "RISK_FOR_PUBLIC_SECURITY",
        "SCAMS_AND_FRAUD",
        "SELF_HARM",
        "UNSAFE_AND_PROHIBITED_PRODUCTS",
        "VIOLENCE",
        "OTHER_VIOLATION_TC",
        "NOT_SPECIFIED_NOTICE",
    )
)
EU_CODES = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU = tuple(EU_CODES.split())
EEA = tuple(sorted((*EU, "IS", "LI", "NO")))
VISIBILITY_OTHER = "DECISION_VISIBILITY_OTHER"
MONETARY_OTHER = "DECISION_MONETARY_OTHER"
CONTENT_OTHER = "CONTENT_TYPE_OTHER"
ILLEGAL, INCOMPATIBLE = "DECISION_GROUND_ILLEGAL_CONTENT", "DECISION_GROUND_INCOMPATIBLE_CONTENT"
VOLUNTARY = "SOURCE_VOLUNTARY"

# One value out of a list.
CHOICES: dict[str, frozenset[str]] = {
    "decision_monetary": frozenset(
        f"DECISION_MONETARY_{name}" for name in ("SUSPENSION", "TERMINATION", "OTHER")
    ),
    "decision_provision": frozenset(
        f"DECISION_PROVISION_{how}_{name}"
        for how in ("PARTIAL", "TOTAL")
        for name in ("SUSPENSION", "TERMINATION")
    ),
    "decision_account": frozenset({"DECISION_ACCOUNT_SUSPENDED", "DECISION_ACCOUNT_TERMINATED"}),
    "account_type": frozenset({"ACCOUNT_TYPE_BUSINESS", "ACCOUNT_TYPE_PRIVATE"}),
    "decision_ground": frozenset({ILLEGAL, INCOMPATIBLE}),
    "incompatible_content_illegal": frozenset({"Yes", "No"}),
    "category": CATEGORIES,
    "source_type": frozenset(
        {
            "SOURCE_ARTICLE_16",
            "SOURCE_TRUSTED_FLAGGER",
            "SOURCE_TYPE_OTHER_NOTIFICATION",
            VOLUNTARY,
        }
    ),
    "automated_detection": frozenset({"Yes", "No"}),
    "automated_decision": frozenset(
        f"AUTOMATED_DECISION_{name}" for name in ("FULLY", "PARTIALLY", "NOT_AUTOMATED")
    ),
}
# Any number of values out of a list; None: the pattern alone.
ARRAYS: dict[str, frozenset[str] | None] = {
    "decision_visibility": frozenset(
        {
            VISIBILITY_OTHER,
            *(
                f"DECISION_VISIBILITY_CONTENT_{name}"
                for name in (
                    "REMOVED",
                    "DISABLED",
                    "DEMOTED",
                    "AGE_RESTRICTED",
                    "INTERACTION_RESTRICTED",
                    "LABELLED",
                )
            ),
        }
    ),
    "category_addition": CATEGORIES,
    "category_specification": None,
    "content_type": frozenset(
        f"CONTENT_TYPE_{name}"
        for name in (
            "APP",
            "AUDIO",
            "IMAGE",
            "PRODUCT",
            "SYNTHETIC_MEDIA",
            "TEXT",
            "VIDEO",
            "OTHER",
        )
    ),
    "territorial_scope": frozenset(EEA),
}
# The longest text, in characters.
TEXTS: dict[str, int] = {
    "decision_visibility_other": 500,
    "decision_monetary_other": 500,
    "decision_ground_reference_url": 500,
    "illegal_content_legal_ground": 500,
    "illegal_content_explanation": 2000,
    "incompatible_content_ground": 500,
    "incompatible_content_explanation": 2000,
    "category_specification_other": 500,
    "content_type_other": 500,
    "content_language": 2,
    "decision_facts": 5000,
    "source_identity": 500,
    "puid": 500,
}
LAST_DAY = date(2038, 1, 1)
DATES: dict[str, date] = {
    "content_date": date(2000, 1, 1),
    "application_date": date(2020, 1, 1),
    "end_date_visibility_restriction": date.min,
    "end_date_monetary_restriction": date.min,
    "end_date_service_restriction": date.min,
    "end_date_account_restriction": date.min,
}
FIELDS = frozenset({*CHOICES, *ARRAYS, *TEXTS, *DATES, "content_id"})
REQUIRED = (
    "decision_ground",
    "category",
    "content_type",
    "content_date",
    "application_date",
    "decision_facts",
    "source_type",
    "automated_detection",
    "automated_decision",
    "puid",
)
DECISIONS = (
    "decision_visibility",
    "decision_monetary",
    "decision_provision",
    "decision_account",
)
# A field that goes with another one's value, and is asked for by it.
DESCRIBES = {
    "decision_visibility_other": ("decision_visibility", VISIBILITY_OTHER),
    "decision_monetary_other": ("decision_monetary", MONETARY_OTHER),
    "content_type_other": ("content_type", CONTENT_OTHER),
    "illegal_content_legal_ground": ("decision_ground", ILLEGAL),
    "illegal_content_explanation": ("decision_ground", ILLEGAL),
    "incompatible_content_ground": ("decision_ground", INCOMPATIBLE),
    "incompatible_content_explanation": ("decision_ground", INCOMPATIBLE),
}
# A field that goes with another one's value, and may be left out.
BELONGS = {
    "incompatible_content_illegal": ("decision_ground", INCOMPATIBLE),
    "category_specification_other": ("category_specification", "KEYWORD_OTHER"),
    "end_date_visibility_restriction": ("decision_visibility", None),
    "end_date_monetary_restriction": ("decision_monetary", None),
    "end_date_service_restriction": ("decision_provision", None),
    "end_date_account_restriction": ("decision_account", None),
}
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
PUID = re.compile(r"[a-zA-Z0-9_-]+")
KEYWORD = re.compile(r"KEYWORD_[A-Z_]+")
LANGUAGE = re.compile(r"[A-Z]{2}")
URL = re.compile(r"https?://[^\s/]+\.[^\s]+")
EAN = re.compile(r"[0-9]{13}")


@dataclass(frozen=True)
class Fault:
    """A breach of a rule.

    Attributes:
        rule: its name.
        field: the field that breaks it.
        message: what was seen, and what is expected.
    """

    rule: str
    field: str
    message: str

    def __str__(self) -> str:
        """The fault as a line."""
        return f"{self.field}: {self.message} ({self.rule})"


def faults_of(statement: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with a statement, as the database's interface takes it."""
    given = {
        name: value
        for name, value in statement.items()
        if value is not None and value != [] and not (isinstance(value, str) and not value.strip())
    }
    return [
        *_names(statement),
        *_presence(given),
        *(fault for name, value in given.items() for fault in _value(name, value)),
        *_belonging(given),
        *_order(given),
    ]


def faults_of_batch(statements: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, Fault]]:
    """Yield the position of each statement with a fault, and the fault; -1: of the batch."""
    if not 1 <= len(statements) <= BATCH:
        yield (
            -1,
            Fault("batch_size", "statements", f"{len(statements)}; a batch has 1 to {BATCH}"),
        )
    for position, statement in enumerate(statements):
        yield from ((position, fault) for fault in faults_of(statement))
    yield from repeated_puids(statements)


def repeated_puids(statements: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, Fault]]:
    """Yield each statement whose puid an earlier one has."""
    seen: Counter[str] = Counter()
    for position, statement in enumerate(statements):
        puid = str(statement.get("puid"))
        seen[puid] += 1
        if seen[puid] > 1:
            yield position, Fault("puid_repeated", "puid", "an earlier statement has it")


def _names(statement: Mapping[str, Any]) -> Iterator[Fault]:
    for name in statement:
        if name not in FIELDS:
            yield Fault("unknown_field", name, "the database does not know it")


def _presence(given: Mapping[str, Any]) -> Iterator[Fault]:
    for name in REQUIRED:
        if name not in given:
            yield Fault("required", name, "it is missing or empty")
    if not any(name in given for name in DECISIONS):
        yield Fault("no_decision", "decision_visibility", f"one of {', '.join(DECISIONS)} is due")


def _value(name: str, value: Any) -> Iterator[Fault]:
    if name in ARRAYS:
        yield from _array(name, value)
    elif name == "content_id":
        if not isinstance(value, dict) or set(value) - {"EAN-13"}:
            yield Fault("content_id", name, "it may hold EAN-13 alone")
        elif not EAN.fullmatch(str(value.get("EAN-13", ""))):
            yield Fault("content_id", name, "EAN-13 has thirteen digits")
    elif name not in FIELDS:
        return
    elif not isinstance(value, str):
        yield Fault("not_text", name, f"{value!r} is not text")
    elif name in CHOICES:
        yield from _choice(name, value, CHOICES[name])
    elif name in DATES:
        yield from _date(name, value)
    else:
        yield from _text(name, value)


def _array(name: str, value: Any) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield Fault("not_an_array", name, f"{value!r} is not an array")
        return
    for one in value:
        allowed = ARRAYS[name]
        if not isinstance(one, str):
            yield Fault("not_text", name, f"{one!r} is not text")
        elif allowed is not None:
            yield from _choice(name, one, allowed)
        elif not KEYWORD.fullmatch(one):
            yield Fault("not_in_list", name, f"'{one}' is not a keyword, KEYWORD_...")
    if all(isinstance(one, str) for one in value) and len(set(value)) < len(value):
        yield Fault("repeated_value", name, "a value stands twice")


def _choice(name: str, value: str, allowed: frozenset[str]) -> Iterator[Fault]:
    if value in allowed:
        return
    if value in V1_ONLY:
        yield Fault("category_v1", name, f"'{value}' ended on 2025-06-30; take one of v2")
    else:
        yield Fault("not_in_list", name, f"'{value}' is not one of {', '.join(sorted(allowed))}")


def _text(name: str, value: str) -> Iterator[Fault]:
    if len(value) > TEXTS[name]:
        yield Fault("too_long", name, f"{len(value):,} characters; there may be {TEXTS[name]:,}")
    if name == "puid" and not PUID.fullmatch(value):
        yield Fault("puid_form", name, "it may hold a-z, A-Z, 0-9, - and _ alone")
    if name == "content_language" and not LANGUAGE.fullmatch(value):
        yield Fault("language_form", name, f"'{value}' is not a code of two capitals, such as DE")
    if name == "decision_ground_reference_url" and not URL.fullmatch(value):
        yield Fault("url_form", name, f"'{value}' is not an address, https://...")


def _date(name: str, value: str) -> Iterator[Fault]:
    day = _day(value)
    if day is None:
        yield Fault("date_form", name, f"'{value}' is not a date, YYYY-MM-DD")
    elif not DATES[name] <= day <= LAST_DAY:
        first = f"from {DATES[name]} " if DATES[name] > date.min else ""
        yield Fault("date_range", name, f"{value}; it may lie {first}to {LAST_DAY}")


def _day(value: Any) -> date | None:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _holds(given: Mapping[str, Any], name: str, wanted: str | None) -> bool:
    value = given.get(name)
    return value is not None and (
        wanted is None or value == wanted or (isinstance(value, list) and wanted in value)
    )


def _belonging(given: Mapping[str, Any]) -> Iterator[Fault]:
    for name, (other, wanted) in (DESCRIBES | BELONGS).items():
        if other in REQUIRED and other not in given:
            continue
        holds = _holds(given, other, wanted)
        if name in given and not holds:
            with_what = f"{other} {wanted}" if wanted else other
            yield Fault("without_its_cause", name, f"it goes with {with_what}, which is not there")
        if name in DESCRIBES and holds and name not in given:
            yield Fault("not_described", name, f"{other} {wanted} asks for it")
    if "source_identity" in given and given.get("source_type") == VOLUNTARY:
        yield Fault(
            "without_its_cause", "source_identity", f"source_type {VOLUNTARY} has no notifier"
        )
    if _holds(given, "category_addition", given.get("category")) and "category" in given:
        yield Fault("repeated_value", "category_addition", "it repeats the category")


def _order(given: Mapping[str, Any]) -> Iterator[Fault]:
    applied = _day(given.get("application_date"))
    for name in DATES:
        ended = _day(given.get(name))
        if name.startswith("end_date") and applied and ended and ended < applied:
            yield Fault("end_before_start", name, f"{ended} lies before application_date {applied}")
