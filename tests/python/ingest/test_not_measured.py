"""What the logs cannot say is declared, whatever logs they are."""

from datetime import date, datetime

import yaml

from tests.python.helpers import ROOT
from tests.python.ingest.test_mediawiki import Run, entry, hit, read_csv
from trustmetrics.check.declared import LOADER
from trustmetrics.ingest import mediawiki

LIST = mediawiki.ADAPTER / "not_measured.csv"


def facts():
    """The register's facts by metric."""
    files = (ROOT / "metrics").glob("[!_.]*.yml")
    entries = {path.stem: yaml.load(path.read_text(encoding="utf-8"), LOADER) for path in files}
    return {name: entry for name, entry in entries.items() if "family" in entry}


def test_every_name_is_a_metric_and_is_there_once_with_a_sentence():
    listed = read_csv(LIST)
    names = [row["metric"] for row in listed]
    assert len(set(names)) == len(names)
    assert set(names) <= set(facts())
    assert all(row["reason"].endswith(".") and len(row["reason"]) > 30 for row in listed)


def test_what_holds_by_construction_is_declared():
    """The tables that the adapter writes give these metrics rows; no value of them is a result."""
    written = {"detections", *mediawiki.TABLES}
    register = facts()
    given = {name for name, entry in register.items() if set(entry["requires"]) <= written}
    measured = {name for name in given if register[name]["family"] == "recurrence"}
    assert len(measured) == 3
    assert given - measured <= {row["metric"] for row in read_csv(LIST)}
    assert not measured & {row["metric"] for row in read_csv(LIST)}


def test_the_declaration_is_as_old_as_the_first_entry_that_a_build_can_read(tmp_path):
    run = Run(
        tmp_path,
        hits=[hit(1, "2014-02-28 23:59:59"), hit(2, "1970-01-01 00:00:00"), hit(3, None)],
        blocks=[entry(11, "2014-03-01 10:00:00"), entry(12, "1999-12-31 23:59:59")],
    )
    first = datetime(2014, 2, 28, 23, 59, 59)
    listed = sorted((row["metric"], row["reason"]) for row in read_csv(LIST))
    assert run.rows("not_measured") == [
        (metric, date(2014, 2, 28), reason, first, False) for metric, reason in listed
    ]


def test_without_hits_the_same_is_declared(tmp_path):
    run = Run(tmp_path, blocks=[entry(11, "2014-03-01 10:00:00")])
    assert run.rows("not_measured", "metric, declared_on") == [
        (metric, date(2014, 3, 1)) for metric in sorted(row["metric"] for row in read_csv(LIST))
    ]
