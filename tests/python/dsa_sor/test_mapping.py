"""What a statement of reasons becomes: each clause on records written by hand."""

from __future__ import annotations

import csv
from datetime import date, datetime

import duckdb
import pytest
import yaml

from tests.python.dsa_sor.dumps import EU, everything, part, record, rejected, rows, run, uuid
from tests.python.helpers import ROOT
from trustmetrics.check.declared import LOADER, read_contract
from trustmetrics.dsa_sor.part import TABLES
from trustmetrics.errors import UserError

APPLIED, CREATED = datetime(2025, 8, 31), datetime(2025, 9, 1, 10, 11, 12)


def one(tmp_path, **changes):
    """The tables of a single record."""
    out = tmp_path / "raw"
    run(part(tmp_path / "part.csv", [record(1, **changes)]), out=out)
    return out


def test_a_statement_is_a_case_a_decision_an_action_and_a_detection(tmp_path):
    out, me = one(tmp_path), uuid(1)
    code, account, content = "DSA2-SCAMS_AND_FRAUD", f"account-{me}", f"content-{me}"
    assert rows(out, "cases") == [
        (me, APPLIED, datetime(2025, 8, 20), "not_stated", "medium", code, "Kleinkram", "EU")
        + (account, content, CREATED, False, "SOURCE_VOLUNTARY", 11, None)
    ]
    assert rows(out, "decisions") == [
        (me, me, APPLIED, "violation", code, "human", None, CREATED, False)
    ]
    assert rows(out, "enforcement_actions") == [
        (f"{me}-content_removed", me, me, APPLIED, None, "content_removed", account, content)
        + (False, None, "incompatible_content", CREATED, False)
    ]
    assert rows(out, "detections") == [
        (me, APPLIED, "not_stated", "not_stated", content, account, "Kleinkram", "EU", code)
        + (None, None, None, me, CREATED, False)
    ]


def test_the_tables_have_the_columns_of_the_contract(tmp_path):
    out = one(tmp_path)
    contract = {table.name: [column.name for column in table.columns if not column.optional]
                for table in read_contract(ROOT)}  # fmt: skip

    for table in TABLES:
        written = duckdb.sql(f"from read_parquet('{out}/{table}/*.parquet')").columns
        assert [name for name in written if name in contract[table]] == contract[table]


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        (
            {"decision_visibility": '["DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED", '
             '"DECISION_VISIBILITY_CONTENT_LABELLED"]'},
            {("content_age_restricted", None), ("content_labelled", None)},
        ),
        # As the dumps were before arrays.
        ({"decision_visibility": "DECISION_VISIBILITY_CONTENT_DEMOTED"},
         {("content_demoted", None)}),
        (
            {"decision_visibility": "[]", "decision_monetary": "DECISION_MONETARY_SUSPENSION",
             "end_date_monetary_restriction": "2025-09-30"},
            {("monetisation_suspended", datetime(2025, 9, 30))},
        ),
        (
            {"decision_visibility": "", "decision_account": "DECISION_ACCOUNT_TERMINATED",
             "decision_provision": "DECISION_PROVISION_TOTAL_SUSPENSION",
             "end_date_service_restriction": "2025-10-01 00:00:00"},
            {("account_terminated", None), ("service_suspended", datetime(2025, 10, 1))},
        ),
        ({"decision_visibility": '["DECISION_VISIBILITY_OTHER"]'}, set()),
    ],
)  # fmt: skip
def test_each_restriction_is_an_action(tmp_path, changes, kinds):
    out = one(tmp_path, **changes)
    assert set(rows(out, "enforcement_actions", "action_type, ended_at")) == kinds
    assert len(rows(out, "cases")) == 1


def test_a_restriction_of_the_account_has_no_content(tmp_path):
    out = one(tmp_path, decision_visibility="", decision_account="DECISION_ACCOUNT_SUSPENDED")
    assert rows(out, "cases", "content_id") == [(None,)]
    assert rows(out, "enforcement_actions", "content_id") == [(None,)]


@pytest.mark.parametrize(
    ("changes", "is_detection"),
    [
        ({}, True),
        ({"automated_detection": "No"}, False),
        ({"source_type": "SOURCE_ARTICLE_16"}, False),
        ({"source_type": "SOURCE_TRUSTED_FLAGGER", "automated_detection": "No"}, False),
    ],
)
def test_only_the_platforms_own_automated_detection_is_one(tmp_path, changes, is_detection):
    assert bool(rows(one(tmp_path, **changes), "detections")) is is_detection


@pytest.mark.parametrize(
    ("scope", "region"),
    [
        (EU, "EU"),
        (EU.replace('"SK"', '"SK", "IS","LI","NO"'), "EEA"),
        (EU.replace('"SK"', '"NO"'), "several"),
        ('["DE"]', "DE"),
        ('["DE","FR"]', "several"),
        ("", "not_stated"),
        ("[]", "not_stated"),
    ],
)
def test_the_region_is_the_territorial_scope(tmp_path, scope, region):
    assert rows(one(tmp_path, territorial_scope=scope), "cases", "region") == [(region,)]


@pytest.mark.parametrize(
    ("category", "created", "code"),
    [
        ("VIOLENCE", "2025-06-30 23:59:59", "DSA1-VIOLENCE"),
        ("VIOLENCE", "2025-07-01 00:00:00", "DSA2-VIOLENCE"),
        ("SCOPE_OF_PLATFORM_SERVICE", "2025-07-01 00:00:00", "DSA1-SCOPE_OF_PLATFORM_SERVICE"),
        ("CYBER_VIOLENCE", "2025-06-30 23:59:59", "DSA2-CYBER_VIOLENCE"),
        ("SOMETHING_NEW", "2027-01-01 00:00:00", "DSA2-SOMETHING_NEW"),
    ],
)
def test_a_category_is_a_code_of_its_taxonomy(tmp_path, category, created, code):
    out = one(tmp_path, category=f"STATEMENT_CATEGORY_{category}", created_at=created)
    assert rows(out, "cases", "policy_code") == [(code,)]


def test_no_harm_type_joins_two_taxonomies():

    with (ROOT / "seeds" / "policy_taxonomy.csv").open(encoding="utf-8", newline="") as file:
        seeds = [row for row in csv.DictReader(file) if row["policy_code"].startswith("DSA")]
    with (ROOT / "adapters" / "dsa_sor" / "categories.csv").open(encoding="utf-8") as file:
        categories = list(csv.DictReader(file))
    wanted = {
        (f"DSA{taxonomy}-{row['category'].removeprefix('STATEMENT_CATEGORY_')}", row["category"])
        for row in categories
        for taxonomy in row["only_taxonomy"] or "12"
    }
    assert {(row["policy_code"], row["dsa_category"]) for row in seeds} == wanted
    first = {row["harm_type"] for row in seeds if row["policy_code"].startswith("DSA1-")}
    second = {row["harm_type"] for row in seeds if row["policy_code"].startswith("DSA2-")}
    assert len(first) == 14 and len(second) == 16 and not first & second
    others = (ROOT / "seeds" / "policy_taxonomy.csv").read_text(encoding="utf-8").splitlines()
    shared = {line.split(",")[1] for line in others if not line.startswith("DSA")}
    assert not shared & (first | second)


def test_a_light_dump_differs_in_the_region_alone(tmp_path):
    records = [record(number, territorial_scope=EU) for number in range(5)]
    run(part(tmp_path / "full.csv", records), out=tmp_path / "full")
    run(part(tmp_path / "light.csv", records, is_light=True), out=tmp_path / "light")
    full, light = everything(tmp_path / "full"), everything(tmp_path / "light")
    assert light["cases"] != full["cases"]
    blank = [tuple("not_stated" if cell == "EU" else cell for cell in row) for row in full["cases"]]
    assert light["cases"] == blank
    assert light["enforcement_actions"] == full["enforcement_actions"]


def test_delays_that_cannot_be_are_marked_and_kept(tmp_path):
    delays = {"2025-08-30": None, "2025-08-31": "zero", "2025-09-01": "negative"}
    records = [record(n, content_date=day) for n, day in enumerate(delays)]
    out = tmp_path / "raw"
    report = run(part(tmp_path / "part.csv", records), out=out)
    marks = rows(out, "cases", "delay_days, delay_mark")
    assert marks == [(-1, "negative"), (0, "zero"), (1, None)]
    assert report.counts["delay_negative"] == 1 and report.counts["delay_exactly_zero"] == 1


def test_a_platform_without_any_delay_is_named(tmp_path):
    records = [record(n, content_date="2025-08-31") for n in range(100)]
    records += [record(n, platform_name="Fundgrube") for n in range(100, 199)]
    report = run(part(tmp_path / "part.csv", records), out=tmp_path / "raw")
    assert report.marks == [
        "Kleinkram, 2025-09: content and restriction have one date (100 statements)"
    ]


@pytest.mark.parametrize(
    ("days", "median"),
    [
        ((20, 21, 22), 21),
        ((20, 21, 22, 23), 21),
        ((20, 30, 30, 30, 31), 30),
        ((20, 20, 31, 31), 20),
    ],
)
def test_the_median_delay_is_that_of_half_of_the_statements(tmp_path, days, median):
    """By the day of the month, of which half of the statements stand at or before it."""
    records = [record(n, application_date=f"2025-08-{day}") for n, day in enumerate(days)]
    records += [record(90, content_date=""), record(91, platform_name="Fundgrube")]
    out = tmp_path / "raw"
    run(part(tmp_path / "part.csv", records), out=out)
    told = duckdb.sql(
        "select platform_name, submitted_in, statements, with_a_delay, least_days, median_days, "
        f"greatest_days from read_csv('{out}/_dsa_sor/delays.csv')"
    ).fetchall()
    first, number = date(2025, 9, 1), len(days)
    assert told == [
        ("Fundgrube", first, 1, 1, 11, 11, 11),
        ("Kleinkram", first, number + 1, number, min(days) - 20, median - 20, max(days) - 20),
    ]


def test_the_few_words_of_a_column_are_text_for_every_reader(tmp_path):
    names = ("queue", "severity", "source_type", "delay_mark", "outcome", "decided_by")
    names += ("action_type", "legal_ground", "detector_id", "detector_version")
    out = one(tmp_path)
    written = duckdb.sql(
        "select name, type, converted_type from parquet_schema("
        f"'{out}/*/*.parquet') where name in {names}"
    ).fetchall()
    # Of detector_id there are two: of the detections, and of the actions.
    assert sorted(name for name, *_ in written) == sorted([*names, "detector_id"])
    assert {tuple(how) for _, *how in written} == {("BYTE_ARRAY", "UTF8")}


def test_inverted_detection_is_read_the_other_way_where_it_is_told(tmp_path):
    records = [
        record(1, created_at="2025-08-31 23:59:59"),
        record(2, created_at="2025-09-01 00:00:00"),
        record(3, created_at="2025-09-02 23:59:59", automated_detection="No"),
        record(4, created_at="2025-09-03 00:00:00", automated_detection="No"),
        record(5, platform_name="Fundgrube"),
    ]
    file, out = part(tmp_path / "part.csv", records), tmp_path / "raw"
    run(file, out=out)
    assert set(rows(out, "detections", "case_id")) == {(uuid(n),) for n in (1, 2, 5)}
    told = (("Kleinkram", date(2025, 9, 1), date(2025, 9, 2)),)
    report = run(file, out=out, inverted=told)
    assert set(rows(out, "detections", "case_id")) == {(uuid(n),) for n in (1, 3, 5)}
    assert report.counts["is_inverted"] == 2


def test_one_platform(tmp_path):
    records = [record(1), record(2, platform_name="Fundgrube"), record(3, category="")]
    file, out = part(tmp_path / "part.csv", records), tmp_path / "raw"
    report = run(file, out=out, platforms=("Fundgrube",))
    assert rows(out, "cases", "surface") == [("Fundgrube",)]
    assert (report.records, report.statements, report.of_other_platforms, report.rejected) == (
        3, 1, 1, 1,
    )  # fmt: skip
    with pytest.raises(UserError, match="no statement of the platform 'fundgrube'; the dumps have"):
        run(file, out=tmp_path / "other", platforms=("fundgrube",))
    assert not (tmp_path / "other" / "cases").exists()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"uuid": "no-uuid"}, "uuid 'no-uuid', which is not a UUID"),
        ({"created_at": "2025-09-31 10:00:00"}, "created_at '2025-09-31 10:00:00', which is not"),
        ({"created_at": "2025-09-01 10:00+02"}, "created_at '2025-09-01 10:00+02', which is not"),
        ({"application_date": ""}, "application_date is empty, which is not a time"),
        ({"application_date": "2025-9-1"}, "application_date '2025-9-1', which is not a time"),
        ({"content_date": "yesterday"}, "content_date 'yesterday', which is not a time"),
        ({"end_date_account_restriction": "never"}, "end_date_account_restriction 'never'"),
        ({"platform_name": ""}, "platform_name is empty"),
        ({"category": ""}, "category is empty"),
        ({"source_type": "SOURCE_OTHER"}, "source_type 'SOURCE_OTHER', which is not known"),
        ({"automated_detection": "yes"}, "automated_detection 'yes', which is neither"),
        ({"automated_decision": "Yes"}, "automated_decision 'Yes', which is not known"),
        ({"decision_ground": ""}, "decision_ground is empty, which is not known"),
        ({"decision_visibility": "[]"}, "no restriction is stated"),
        ({"decision_visibility": '["DECISION_X"]'}, "decision_visibility '[\"DECISION_X\"]'"),
        ({"decision_monetary": "X"}, "decision_monetary 'X', which is not known"),
        ({"decision_provision": "X"}, "decision_provision 'X', which is not known"),
        ({"decision_account": "X"}, "decision_account 'X', which is not known"),
    ],
)
def test_a_record_that_cannot_be_mapped_is_kept_with_its_line_and_reason(tmp_path, changes, reason):
    out = tmp_path / "raw"
    file = part(tmp_path / "part.csv", [record(1), record(2, **changes), record(3)])
    report = run(file, out=out)
    assert (report.records, report.statements, report.rejected) == (3, 2, 1)
    (kept,) = rejected(out)
    assert kept["part"] == str(file) and kept["line"] == "3"
    assert kept["reason"].startswith(reason)
    assert kept["record"] == file.read_text().splitlines()[2]
    assert report.rejects == out / "_dsa_sor" / "rejected.csv"


def test_what_the_database_cannot_give_is_declared(tmp_path):
    out = one(tmp_path)
    files = (ROOT / "metrics").glob("[!_.]*.yml")
    entries = {path.stem: yaml.load(path.read_text(encoding="utf-8"), LOADER) for path in files}
    facts = {name: entry for name, entry in entries.items() if "family" in entry}
    declared = rows(out, "not_measured", "metric, declared_on, ingested_at")
    names = {name for name, _, _ in declared}
    assert names <= facts.keys() and len(names) == len(declared)
    assert {(day, at) for _, day, at in declared} == {(date(2025, 9, 1), CREATED)}
    given = {name for name, entry in facts.items() if set(entry["requires"]) <= set(TABLES)}
    assert given - names == {"proactive_detection_share"}
