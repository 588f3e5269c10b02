"""The database's rules for a statement, held against two other readings of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from tests.python.helpers import ROOT
from trustmetrics.dsa_sor import rules
from trustmetrics.dsa_sor.rules import faults_of, faults_of_batch, repeated_puids

SHARED = ROOT.parent / "shared" / "data" / "dsa_sor_schema.md"
# A second statement of what can be said as a JSON schema, written from the interface's description.
SCHEMA = json.loads(Path(__file__).with_name("statement.schema.json").read_text(encoding="utf-8"))
VALID = {
    "puid": "sor-1",
    "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
    "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
    "incompatible_content_ground": "Rule 4",
    "incompatible_content_explanation": "It is an unmarked advertisement.",
    "category": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    "content_type": ["CONTENT_TYPE_TEXT"],
    "content_date": "2026-05-01",
    "application_date": "2026-05-02",
    "decision_facts": "A person decided after a report.",
    "source_type": "SOURCE_ARTICLE_16",
    "automated_detection": "No",
    "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
}
ILLEGAL = {
    "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
    "illegal_content_legal_ground": "Act, section 1",
    "illegal_content_explanation": "It is forbidden there.",
    "incompatible_content_ground": None,
    "incompatible_content_explanation": None,
}
# What breaks each rule, by its name and field.
BREACHES = [
    ("unknown_field", "uuid", {"uuid": "x"}),
    ("required", "puid", {"puid": None}),
    ("required", "decision_facts", {"decision_facts": "  "}),
    ("required", "content_type", {"content_type": []}),
    ("required", "category", {"category": ""}),
    ("required", "content_date", {"content_date": None}),
    ("required", "application_date", {"application_date": None}),
    ("required", "source_type", {"source_type": None}),
    ("required", "automated_detection", {"automated_detection": None}),
    ("required", "automated_decision", {"automated_decision": None}),
    ("required", "decision_ground", {"decision_ground": None}),
    ("no_decision", "decision_visibility", {"decision_visibility": None}),
    ("not_an_array", "content_type", {"content_type": "CONTENT_TYPE_TEXT"}),
    ("not_an_array", "decision_visibility", {"decision_visibility": "x"}),
    ("not_text", "decision_facts", {"decision_facts": 5}),
    ("not_text", "content_type", {"content_type": [5]}),
    ("not_in_list", "content_type", {"content_type": ["CONTENT_TYPE_SONG"]}),
    ("not_in_list", "automated_detection", {"automated_detection": "yes"}),
    ("not_in_list", "decision_account", {"decision_account": "DECISION_ACCOUNT_GONE"}),
    ("not_in_list", "territorial_scope", {"territorial_scope": ["DE", "UK"]}),
    ("not_in_list", "category_specification", {"category_specification": ["PHISHING"]}),
    ("not_in_list", "account_type", {"account_type": "PRIVATE"}),
    ("category_v1", "category", {"category": "STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE"}),
    ("repeated_value", "content_type", {"content_type": ["CONTENT_TYPE_TEXT"] * 2}),
    (
        "repeated_value",
        "category_addition",
        {"category_addition": ["STATEMENT_CATEGORY_SCAMS_AND_FRAUD"]},
    ),
    ("too_long", "decision_facts", {"decision_facts": "ü" * 5001}),
    ("too_long", "puid", {"puid": "x" * 501}),
    ("too_long", "incompatible_content_ground", {"incompatible_content_ground": "x" * 501}),
    (
        "too_long",
        "incompatible_content_explanation",
        {"incompatible_content_explanation": "x" * 2001},
    ),
    ("too_long", "illegal_content_legal_ground",
     ILLEGAL | {"illegal_content_legal_ground": "x" * 501}),
    ("too_long", "illegal_content_explanation",
     ILLEGAL | {"illegal_content_explanation": "x" * 2001}),
    ("too_long", "source_identity", {"source_identity": "x" * 501}),
    ("puid_form", "puid", {"puid": "a b"}),
    ("puid_form", "puid", {"puid": "a/b"}),
    ("puid_form", "puid", {"puid": "ä"}),
    ("language_form", "content_language", {"content_language": "de"}),
    ("url_form", "decision_ground_reference_url", {"decision_ground_reference_url": "rules"}),
    ("date_form", "content_date", {"content_date": "01.05.2026"}),
    ("date_form", "content_date", {"content_date": "2026-02-30"}),
    ("date_form", "application_date", {"application_date": "2026-05-02 00:00:00"}),
    ("date_range", "content_date", {"content_date": "1999-12-31"}),
    ("date_range", "application_date", {"application_date": "2019-12-31"}),
    ("date_range", "end_date_visibility_restriction",
     {"end_date_visibility_restriction": "2038-01-02"}),
    ("end_before_start", "end_date_visibility_restriction",
     {"end_date_visibility_restriction": "2026-05-01"}),
    ("content_id", "content_id", {"content_id": {"EAN-13": "123"}}),
    ("content_id", "content_id", {"content_id": {"ISBN": "1234567890123"}}),
    ("not_described", "decision_visibility_other",
     {"decision_visibility": ["DECISION_VISIBILITY_OTHER"]}),
    ("not_described", "decision_monetary_other", {"decision_monetary": "DECISION_MONETARY_OTHER"}),
    ("not_described", "content_type_other", {"content_type": ["CONTENT_TYPE_OTHER"]}),
    ("not_described", "incompatible_content_ground", {"incompatible_content_ground": None}),
    ("not_described", "incompatible_content_explanation",
     {"incompatible_content_explanation": None}),
    ("not_described", "illegal_content_legal_ground",
     ILLEGAL | {"illegal_content_legal_ground": None}),
    ("not_described", "illegal_content_explanation",
     ILLEGAL | {"illegal_content_explanation": None}),
    ("without_its_cause", "illegal_content_explanation", {"illegal_content_explanation": "x"}),
    ("without_its_cause", "incompatible_content_illegal",
     ILLEGAL | {"incompatible_content_illegal": "No"}),
    ("without_its_cause", "decision_visibility_other", {"decision_visibility_other": "x"}),
    ("without_its_cause", "category_specification_other", {"category_specification_other": "x"}),
    ("without_its_cause", "end_date_account_restriction",
     {"end_date_account_restriction": "2026-06-01"}),
    ("without_its_cause", "source_identity",
     {"source_type": "SOURCE_VOLUNTARY", "source_identity": "x"}),
]  # fmt: skip


def changed(changes):
    """The valid statement with some fields changed; None: left out."""
    return {name: value for name, value in (VALID | changes).items() if value is not None}


def said(statement):
    return {(fault.rule, fault.field) for fault in faults_of(statement)}


@pytest.mark.parametrize("changes", [{}, ILLEGAL])
def test_a_valid_statement_has_no_fault(changes):
    assert faults_of(changed(changes)) == []
    assert not list(Draft202012Validator(SCHEMA).iter_errors(changed(changes)))


@pytest.mark.parametrize(("rule", "field", "changes"), BREACHES)
def test_each_breach_is_found_by_its_name_and_nothing_else(rule, field, changes):
    assert said(changed(changes)) == {(rule, field)}


def test_every_rule_has_a_breach():
    source = Path(rules.__file__).read_text(encoding="utf-8")
    named = set(re.findall(r'Fault\(\s*"(\w+)"', source))
    assert named == {rule for rule, _, _ in BREACHES} | {"batch_size", "puid_repeated"}


@pytest.mark.parametrize(
    ("name", "limit"),
    [("decision_facts", 5000), ("incompatible_content_explanation", 2000), ("puid", 500)],
)
def test_the_longest_text_is_allowed(name, limit):
    assert said(changed({name: "x" * limit})) == set()


@pytest.mark.parametrize("day", ["2020-01-01", "2038-01-01"])
def test_the_first_and_the_last_day_are_allowed(day):
    dates = {"application_date": day, "end_date_visibility_restriction": day}
    assert said(changed(dates | {"content_date": "2000-01-01"})) == set()


def test_a_batch_has_at_most_100_and_each_puid_once():
    many = [changed({"puid": f"sor-{number}"}) for number in range(101)]
    assert list(faults_of_batch(many[:100])) == []
    assert [(place, fault.rule) for place, fault in faults_of_batch(many)] == [(-1, "batch_size")]
    assert [fault.rule for _, fault in faults_of_batch([])] == ["batch_size"]
    twice = [*many[:3], many[1]]
    assert [(place, fault.rule) for place, fault in repeated_puids(twice)] == [(3, "puid_repeated")]


VALUES = st.one_of(
    st.none(),
    st.sampled_from(["", " ", "x", "Yes", "No", "DE", "2026-05-02", "2019-01-01", 7]),
    st.lists(st.sampled_from(["DE", "CONTENT_TYPE_TEXT", "CONTENT_TYPE_OTHER", "KEYWORD_OTHER"]),
             max_size=2, unique=True),
    st.sampled_from(sorted(value for one in rules.CHOICES.values() for value in one)),
    st.sampled_from(sorted(value for one in rules.ARRAYS.values() for value in one or ())).map(
        lambda one: [one]
    ),
    st.integers(400, 5100).map(lambda size: "x" * size),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(rules.FIELDS)), VALUES, max_size=4))
def test_the_schema_and_the_code_agree(changes):
    """What no schema says, the order of days and their range, is left out on both sides."""
    statement = changed(changes)
    beyond = {"date_range", "end_before_start", "date_form", "url_form"}
    mine = {fault for fault in faults_of(statement) if fault.rule not in beyond}
    dates = {name: "2026-05-02" for name in rules.DATES if name in statement}
    theirs = list(
        Draft202012Validator(SCHEMA, format_checker=FormatChecker()).iter_errors(
            statement | {name: value for name, value in dates.items()
                         if isinstance(statement[name], str) and statement[name].strip()}
        )
    )  # fmt: skip
    assert bool(mine) == bool(theirs), (mine, [one.message for one in theirs])


@pytest.mark.skipif(not SHARED.is_file(), reason="the schema is not beside the project")
def test_the_lists_are_those_of_the_described_schema():
    described = SHARED.read_text(encoding="utf-8")

    def listed(prefix):
        return {
            prefix + name.strip()
            for group in re.findall(re.escape(prefix) + r"\{([A-Z_, ]+)\}", described)
            for name in group.split(",")
        }

    assert listed("ACCOUNT_TYPE_") == rules.CHOICES["account_type"]
    assert listed("AUTOMATED_DECISION_") == rules.CHOICES["automated_decision"]
    assert listed("DECISION_MONETARY_") == rules.CHOICES["decision_monetary"]
    assert listed("DECISION_ACCOUNT_") == rules.CHOICES["decision_account"]
    assert listed("CONTENT_TYPE_") == rules.ARRAYS["content_type"]
    assert (
        listed("DECISION_VISIBILITY_CONTENT_") | {"DECISION_VISIBILITY_OTHER"}
        == (rules.ARRAYS["decision_visibility"])
    )
    (categories,) = re.findall(r"STATEMENT_CATEGORY_ \+ \{([A-Z_, ]+)\}", described)
    names = {f"STATEMENT_CATEGORY_{name.strip()}" for name in categories.split(",")}
    assert names == rules.CATEGORIES
    (ended,) = re.findall(r"v1 only, up to 2025-06-30: ([A-Z_, ]+)\.", described)
    assert {f"STATEMENT_CATEGORY_{name.strip()}" for name in ended.split(",")} == rules.V1_ONLY
    columns = described.split("38 columns in this order: ")[1].split(".")[0].split(", ")
    from trustmetrics.dsa_sor.columns import FULL, LIGHT

    assert tuple(columns) == FULL and len(LIGHT) == 34
