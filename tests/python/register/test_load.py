"""The register's files, read: what is refused, and how the complaint names it."""

from __future__ import annotations

import pytest

from trustmetrics.errors import UserError
from trustmetrics.register.load import Registered, metric_id, parse_register
from trustmetrics.register.lock import Lock, Locked, lock_text, parse_lock

SALES = """\
metric: sales
owner: finance
model: netSales
versions:
  - version: 1
    change: introduced
    decided_on: 2026-01-31
"""
SECOND = "  - {version: 2, change: breaking}\n"


def _sales(text: str = SALES, **files: str) -> Registered:
    named = {name.replace("__", "."): content for name, content in files.items()}
    return parse_register({"sales.yml": text, **named}).entries["sales"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("metric: sales\nowner: [finance\n", "metrics/sales.yml, line 3 is not valid YAML: "),
        ("metric: sales\n\towner: finance\n", "metrics/sales.yml, line 2 is not valid YAML: "),
        (SALES + "model: other\n", "metrics/sales.yml, line 1 is not valid YAML: the key 'model'"),
        (SALES + "    change: refactor\n", "line 5 is not valid YAML: the key 'change' stands"),
        ("", "metrics/sales.yml: the file: None is not of type 'object'"),
        ("- metric: sales\n", "the file: [{'metric': 'sales'}] is not of type 'object'"),
        (SALES.replace("owner", "ownr"), "Additional properties are not allowed ('ownr' was"),
        (SALES.replace("metric: sales", "metric: Sales"), "metric: 'Sales' does not match"),
        (SALES.replace("version: 1", "version: one"), "versions.0.version: 'one' is not of type"),
        (SALES.replace("introduced", "invented"), "versions.0.change: 'invented' is not one of"),
        (SALES.replace("01-31", "02-30"), "versions.0.decided_on: '2026-02-30' is not valid under"),
        (SALES.replace("metric: sales", "metric: takings"), "A file is called as its metric: "),
        (SALES.replace("introduced", "corrective"), "The first entry is version 1, introduced"),
        (SALES.replace("version: 1", "version: 2"), "entry 1 of versions begins version 2 as intr"),
        (SALES + "  - {version: 3, change: breaking}\n", "entry 2 of versions begins version 3 as"),
        (SALES + "  - {version: 2, change: introduced}\n", "version 2 as introduced. The first"),
        (SALES + "  - {version: 2, change: refactor}\n", "entry 2 of versions is about version 2"),
        (
            SALES.replace("introduced", "deprecated"),
            "entry 1 of versions is about version 1, which",
        ),
        (SALES + "  - {version: 1, change: amended}\n", "amends version 1, which is the newest"),
        (SALES + SECOND + "  - {version: 2, change: amended}\n", "amends version 2, which is the"),
        *(
            (SALES + SECOND + f"  - {{{entry}}}\n", "along. That is for a version older than its")
            for entry in (
                "version: 3, change: corrective, moves_along: [2]",
                "version: 3, change: breaking, moves_along: [3]",
                "version: 1, change: refactor, moves_along: [2]",
                "version: 2, change: deprecated, moves_along: [1]",
            )
        ),
        (
            SALES + SECOND + "  - {version: 2, change: refactor, moves_along: [1, 1]}\n",
            "versions.2.moves_along: [1, 1] has non-unique elements",
        ),
    ],
)
def test_what_is_no_entry_of_the_register_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(UserError) as raised:
        _sales(text)
    assert complaint in str(raised.value)
    assert "metrics/sales.yml" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_version_is_amended_beside_a_newer_one_or_once_it_goes() -> None:
    amended = "  - {version: 1, change: amended}\n"
    beside = _sales(SALES + SECOND + amended)
    going = _sales(SALES + "  - {version: 1, change: deprecated}\n" + amended)
    assert [one.amendment(1) for one in (beside, going)] == [3, 3]
    along = _sales(SALES + SECOND + "  - {version: 2, change: refactor, moves_along: [1]}\n")
    assert (along.entries[-1].covers, along.amendment(1)) == ((2, 1), None)


def test_a_complaint_about_the_base_says_so() -> None:
    with pytest.raises(UserError, match=r"metrics/sales\.yml at main: the file"):
        parse_register({"sales.yml": ""}, " at main")


def test_two_files_of_one_metric_are_refused() -> None:
    with pytest.raises(UserError, match=r"sales\.yml registers 'sales', and so does .*sales\.yaml"):
        _sales(sales__yaml=SALES)


def test_settings_are_checked_and_are_no_metric() -> None:
    register = parse_register({"sales.yml": SALES, "_settings.yml": "required: [unit]"})
    assert (list(register.entries), register.settings) == (["sales"], {"required": ["unit"]})
    with pytest.raises(UserError, match=r"metrics/_settings\.yml: .*'requird' was unexpected"):
        parse_register({"_settings.yml": "requird: [unit]"})


def test_dates_stay_text() -> None:
    assert _sales().entries[0].text("decided_on") == "2026-01-31"


def test_which_columns_are_the_number() -> None:
    names = ["month", "netsales", "region", "metric_version"]
    named = SALES + "columns: {value: netSales, period: Month, others: [gone]}\n"
    leaf = named + "kind: leaf\n"
    assert _sales().number_columns(names, "METRIC_VERSION") == ["month", "netsales", "region"]
    assert _sales().number_columns(names, None) == names
    assert _sales(named).number_columns(names, None) == ["netsales", "month", "gone"]
    assert _sales(leaf).number_columns(names, "metric_version") == names


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("netSales", "net_sales"),
        ("net_sales", "net_sales"),
        ("NPS30Days", "nps30_days"),
        ("Net sales (EUR)", "net_sales_eur"),
    ],
)
def test_a_dbt_name_as_an_id(name: str, identity: str) -> None:
    assert metric_id(name) == identity


LOCK = Lock(
    "canon",
    {
        ("sales", 1): Locked("a", {"rates": "b"}, "c", "d"),
        ("sales", 2): Locked("e", {}, "f"),
    },
    {"sales_v1": {"value": "double"}, "sales_v2": {"value": "double"}, "report": {"x": ""}},
    {"postgres__share": "g"},
    "h",
)


def test_a_lock_written_is_the_lock_read() -> None:
    assert parse_lock(lock_text(LOCK)) == LOCK


@pytest.mark.parametrize(
    "text",
    [
        "",
        "just text",
        "metrics: {}",
        "canonicaliser: x\nmetrics: [a]",
        "canonicaliser: x\nmetrics: {sales: {1: {logic: a}}}",
        "<<<<<<< HEAD\ncanonicaliser: x\n=======\ncanonicaliser: y\n>>>>>>> branch\n",
        "canonicaliser: x\ncanonicaliser: y\n",
    ],
)
def test_what_is_no_lock_is_refused_and_how_to_get_it_back(text: str) -> None:
    with pytest.raises(UserError) as raised:
        parse_lock(text)
    said = str(raised.value)
    assert "metrics/fingerprints.lock.yml" in said
    assert "Restore it: git checkout HEAD -- metrics/fingerprints.lock.yml, then" in said
    assert "\n" not in said
