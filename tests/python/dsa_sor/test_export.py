"""Statements of reasons out of a database: each is accepted by the rules, and none is lost."""

from __future__ import annotations

import csv
import json
import re
from datetime import datetime

import duckdb
import pytest

from tests.python.helpers import command
from trustmetrics.dsa_sor.export import Span, export_statements, puid_of
from trustmetrics.dsa_sor.filer import read_filer
from trustmetrics.dsa_sor.rules import faults_of_batch
from trustmetrics.errors import UserError

KEY = b"0123456789abcdef0123456789abcdef"
FILER = """\
facts: "On {applied_on}: {action} on {surface}, {found}, decided {decided} ({policy})."
content_type: [CONTENT_TYPE_TEXT]
content_type_by_surface: {clips: [CONTENT_TYPE_VIDEO]}
service: PARTIAL
territorial_scope: EU
territorial_scope_by_region: {DE: [DE]}
policies:
  SPAM-1:
    category: STATEMENT_CATEGORY_OTHER_VIOLATION_TC
    illegal_content: {legal_ground: "Act, section 1", explanation: "It is forbidden there."}
    incompatible_content: {ground: "Rule 4", explanation: "It is spam.", illegal: No}
  SCAM-1:
    incompatible_content: {ground: "Rule 5", explanation: "It is a scam."}
    facts: "A scam, {content_on}."
  NUD-1:
    incompatible_content: {ground: "Rule 6", explanation: "It shows nudity."}
"""
COLUMNS = {
    "enforcement_actions": "action_id varchar, decision_id varchar, case_id varchar, actioned_at "
    "timestamp, ended_at timestamp, action_type varchar, automated boolean, detector_id varchar, "
    "legal_ground varchar",
    "cases": "case_id varchar, opened_at timestamp, occurred_at timestamp, policy_code varchar, "
    "surface varchar, region varchar",
    "decisions": "decision_id varchar, case_id varchar, decided_at timestamp, policy_code varchar",
    "reports": "report_id varchar, case_id varchar, reported_at timestamp, reporter_type varchar",
    "detections": "detection_id varchar, case_id varchar, detected_at timestamp",
}
AT = datetime(2026, 5, 3, 12)
CASE = ("c", datetime(2026, 5, 2), datetime(2026, 5, 1, 8), "SPAM-1", "feed", "EU")
ACTION = ("a", "d", "c", AT, None, "content_removed", False, None, "incompatible_content")


@pytest.fixture
def filer(tmp_path):
    (tmp_path / "filer.yml").write_text(FILER)
    return read_filer(tmp_path / "filer.yml")


def built(path, **tables):
    """A database with the staging tables that are read, and no other."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema staging; create schema seeds")
        for name, columns in COLUMNS.items():
            connection.execute(f"create table staging.stg_{name} ({columns})")
            for row in tables.get(name, ()):
                marks = ", ".join("?" for _ in row)
                connection.execute(f"insert into staging.stg_{name} values ({marks})", row)
        connection.execute(
            "create table seeds.policy_taxonomy as select * from (values "
            "('SCAM-1', 'STATEMENT_CATEGORY_SCAMS_AND_FRAUD', date '2020-01-01', null::date), "
            "('NUD-1', 'STATEMENT_CATEGORY_PORNOGRAPHY_OR_SEXUALIZED_CONTENT', "
            "date '2020-01-01', null)) as codes (policy_code, dsa_category, valid_from, valid_to)"
        )
    return path


def exported(tmp_path, filer, span=Span(), **tables):  # noqa: B008
    out = tmp_path / "out"
    database = built(tmp_path / "some.duckdb", **({"cases": [CASE]} | tables))
    done = export_statements(database, out, filer, KEY, span)
    statements = []
    for file in sorted(out.glob("statements-*.json")):
        batch = json.loads(file.read_text(encoding="utf-8"))["statements"]
        assert list(faults_of_batch(batch)) == []
        statements += batch
    with (out / "not_written.csv").open(encoding="utf-8", newline="") as handle:
        left = {row["action_id"]: row["reason"] for row in csv.DictReader(handle)}
    assert done.actions == len(statements) + len(left) == done.written + sum(done.reasons.values())
    return statements, left


def action(**changes):
    names = [column.split()[0] for column in COLUMNS["enforcement_actions"].split(", ")]
    return tuple((dict(zip(names, ACTION, strict=True)) | changes)[name] for name in names)


def test_an_action_is_a_statement(tmp_path, filer):
    ((statement,), left) = exported(tmp_path, filer, enforcement_actions=[ACTION])
    assert left == {}
    assert len(statement.pop("territorial_scope")) == 27
    assert statement == {
        "puid": puid_of("a", KEY),
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": "Rule 4",
        "incompatible_content_explanation": "It is spam.",
        "incompatible_content_illegal": "No",
        "category": "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
        "content_type": ["CONTENT_TYPE_TEXT"],
        "content_date": "2026-05-01",
        "application_date": "2026-05-03",
        "decision_facts": "On 2026-05-03: content removed on feed, without automated means, "
        "decided by a person (SPAM-1).",
        "source_type": "SOURCE_VOLUNTARY",
        "automated_detection": "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
    }


@pytest.mark.parametrize(
    ("kind", "decision", "value", "end"),
    [
        ("content_labelled", "decision_visibility", ["DECISION_VISIBILITY_CONTENT_LABELLED"],
         "visibility"),
        ("interaction_restricted", "decision_visibility",
         ["DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED"], "visibility"),
        ("monetisation_suspended", "decision_monetary", "DECISION_MONETARY_SUSPENSION",
         "monetary"),
        ("service_suspended", "decision_provision", "DECISION_PROVISION_PARTIAL_SUSPENSION",
         "service"),
        ("account_terminated", "decision_account", "DECISION_ACCOUNT_TERMINATED", "account"),
    ],
)  # fmt: skip
def test_each_kind_of_action_has_its_field(tmp_path, filer, kind, decision, value, end):
    row = action(action_type=kind, ended_at=datetime(2026, 6, 1), automated=True)
    ((statement,), _) = exported(tmp_path, filer, enforcement_actions=[row])
    assert statement[decision] == value
    assert statement[f"end_date_{end}_restriction"] == "2026-06-01"
    assert statement["automated_decision"] == "AUTOMATED_DECISION_FULLY"


def test_the_source_is_the_first_report_before_the_action(tmp_path, filer):
    early, late = datetime(2026, 5, 2), datetime(2026, 5, 4)
    reports = [("r1", "c", early, "trusted_flagger"), ("r2", "c", AT, "user"),
               ("r3", "c2", late, "user")]  # fmt: skip
    cases = [CASE, ("c2", *CASE[1:4], "clips", "DE")]
    statements, _ = exported(
        tmp_path, filer, cases=cases, reports=reports,
        enforcement_actions=[ACTION, action(action_id="b", case_id="c2")],
        detections=[("x", "c2", early), ("y", "c", late)],
    )  # fmt: skip
    one, two = statements
    assert (one["source_type"], one["automated_detection"]) == ("SOURCE_TRUSTED_FLAGGER", "No")
    assert (two["source_type"], two["automated_detection"]) == ("SOURCE_VOLUNTARY", "Yes")
    assert two["content_type"] == ["CONTENT_TYPE_VIDEO"] and two["territorial_scope"] == ["DE"]


@pytest.mark.parametrize(
    ("changes", "case", "reason"),
    [
        ({"action_type": "warning"}, CASE, "a warning restricts nothing"),
        ({"case_id": "gone"}, CASE, "its case is not in the database"),
        ({}, (*CASE[:3], "NEW-1", *CASE[4:]), "policy NEW-1: the file of the filer does not have"),
        ({"legal_ground": "illegal_content"}, (*CASE[:3], "SCAM-1", *CASE[4:]),
         "policy SCAM-1: the file of the filer does not say its illegal_content"),
        ({}, (*CASE[:2], None, *CASE[3:]), "the date of the content is not known"),
        ({}, (*CASE[:3], "NUD-1", *CASE[4:]), "ended on 2025-06-30; take one of v2"),
        ({"actioned_at": datetime(2019, 12, 31)}, CASE, "application_date: 2019-12-31"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_named_with_its_reason(tmp_path, filer, changes, case, reason):
    statements, left = exported(
        tmp_path, filer, cases=[case], enforcement_actions=[action(**changes)]
    )
    assert statements == [] and reason in left["a"]


def test_the_category_is_the_taxonomys_where_the_filer_names_none(tmp_path, filer):
    case = (*CASE[:3], "SCAM-1", *CASE[4:])
    ((statement,), _) = exported(tmp_path, filer, cases=[case], enforcement_actions=[ACTION])
    assert statement["category"] == "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"
    assert statement["decision_facts"] == "A scam, 2026-05-01."


def test_batches_hold_100_and_days_bound_them(tmp_path, filer):
    days = [datetime(2026, 5, 1 + number % 3, 23, 59) for number in range(360)]
    actions = [action(action_id=f"a{number}", actioned_at=day) for number, day in enumerate(days)]
    span = Span(days[1].date(), days[2].date())
    statements, _ = exported(tmp_path, filer, span, enforcement_actions=actions)
    sizes = [len(json.loads(file.read_text())["statements"])
             for file in sorted((tmp_path / "out").glob("statements-*"))]  # fmt: skip
    assert sizes == [100, 100, 40]
    assert {one["application_date"] for one in statements} == {"2026-05-02", "2026-05-03"}
    assert len({one["puid"] for one in statements}) == 240


def test_a_puid_is_stable_of_the_form_and_says_nothing():
    one = puid_of("account-of-jane", KEY)
    assert one == puid_of("account-of-jane", KEY)
    assert re.fullmatch(r"[a-zA-Z0-9-_]{1,500}", one) and "jane" not in one
    assert one != puid_of("account-of-jane", KEY[::-1]) and one != puid_of("account-of-joan", KEY)
    # RFC 4231, test case 2.
    assert puid_of("what do ya want for nothing?", b"Jefe").endswith(
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


def test_a_folder_that_is_there_is_left(tmp_path, filer):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    with pytest.raises(UserError, match=r"is there already and not empty\. Name a new folder"):
        exported(tmp_path, filer, enforcement_actions=[ACTION])
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("service: PARTIAL", "service: HALF", "service: 'HALF' is not one of"),
        ("territorial_scope: EU", "territory: EU", "Additional properties are not allowed"),
        ("content_type: [CONTENT_TYPE_TEXT]", "", "'content_type' is a required property"),
        ("{found}", "{found_by}", "'{found_by}' is not known. Write one of action"),
        ("{found}", "{found", "facts"),
        ("facts:", "facts: [", "is not valid YAML"),
    ],
)
def test_a_file_of_the_filer_that_is_wrong_is_told(tmp_path, old, new, fault):
    (tmp_path / "filer.yml").write_text(FILER.replace(old, new, 1))
    with pytest.raises(UserError) as error:
        read_filer(tmp_path / "filer.yml")
    assert fault in str(error.value)


def test_the_command_ends_with_1_where_something_was_not_written(tmp_path):
    (tmp_path / "filer.yml").write_text(FILER)
    (tmp_path / "key").write_bytes(KEY)
    rows = [ACTION, action(action_id="w", action_type="warning")]
    database = built(tmp_path / "some.duckdb", cases=[CASE], enforcement_actions=rows)
    given = ["--database", database, "--filer", tmp_path / "filer.yml", "--key", tmp_path / "key"]
    said = command("export", "dsa-sor", *given, "--out", tmp_path / "out")
    assert said.exit_code == 1, said
    assert "1  a warning restricts nothing, and needs no statement" in said.out
    (tmp_path / "key").write_bytes(b"short")
    said = command("export", "dsa-sor", *given, "--out", tmp_path / "again")
    assert said.exit_code == 2 and "holds 5 bytes; a key has 32 at least" in said.complaint
