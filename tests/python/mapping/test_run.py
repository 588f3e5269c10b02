"""ingest sql: what it refuses, a line each, and what it warns of. Nothing is half written."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.python.helpers import Run, Said
from tests.python.mapping.company import database, only, table

pytestmark = pytest.mark.long

SOURCE = (
    "create table members as select * from (values "
    "(1, '2026-03-01 10:00:00', 'consumer', 'EU'), (2, '2026-03-02 10:00:00', 'business', 'NA')"
    ") as t (id, joined, kind, country)"
)
ACCOUNTS = """\
-- A comment: with a "quote and a -- dash.
select
    cast(id as varchar) as account_id,
    timezone('UTC', timezone(getvariable('time_zone'), strptime(joined, '%Y-%m-%d %H:%M:%S')))
        as created_at,
    kind as account_type,
    country as region,
    cast(getvariable('extracted_at') as timestamp) as ingested_at,
    cast(null as boolean) as is_deleted
from members;
"""
SETTINGS = "time_zone: Europe/Berlin\nextracted_at: 2026-04-01 00:00:00\n"


class Ingest:
    """ingest sql on a source and a map of one's own."""

    def __init__(self, run: Run, folder: Path) -> None:
        self._run = run
        self.folder = folder
        self.source = database(folder / "own.duckdb", SOURCE)
        self.map = folder / "map"
        self.out = folder / "raw"

    def __call__(self, *options: str, settings: str = SETTINGS, **files: str) -> Said:
        only(self.map, settings=settings, **files)
        return self._run("ingest", "sql", "--map", self.map, "--from", self.source,
                         "--out", self.out, *options)  # fmt: skip


@pytest.fixture
def ingest(run: Run, tmp_path: Path) -> Ingest:
    """The command, on two accounts."""
    return Ingest(run, tmp_path)


def test_it_writes_what_the_map_says(ingest: Ingest) -> None:
    said = ingest(accounts=ACCOUNTS)
    assert said.exit_code == 0, said
    assert f"2 rows in 1 tables in {ingest.out}\nnext: trustmetrics validate" in said.out
    assert table(ingest.out, "accounts") == [
        ("1", datetime(2026, 3, 1, 9), "consumer", "EU", datetime(2026, 4, 1), None),
        ("2", datetime(2026, 3, 2, 9), "business", "NA", datetime(2026, 4, 1), None),
    ]


def test_the_time_of_the_extract_can_be_given_for_one_run(ingest: Ingest) -> None:
    undated = "time_zone: UTC\nextracted_at: DECIDE\n"
    said = ingest("--extracted-at", "2026-05-01", accounts=ACCOUNTS, settings=undated)
    assert said.exit_code == 0, said
    assert table(ingest.out, "accounts", "distinct ingested_at") == [(datetime(2026, 5, 1),)]


def test_it_runs_again_over_its_own_tables(ingest: Ingest) -> None:
    ingest(accounts=ACCOUNTS)
    ingest.source.unlink()
    database(ingest.source, SOURCE, "delete from members where id = 2")
    assert ingest(accounts=ACCOUNTS).exit_code == 0
    assert len(table(ingest.out, "accounts")) == 1


def changed(old: str, new: str) -> str:
    """The map's SQL with one place changed."""
    assert ACCOUNTS.count(old) == 1
    return ACCOUNTS.replace(old, new)


MEND = "write what is right and delete the word DECIDE"


@pytest.mark.parametrize(
    ("sql", "complaint"),
    [
        (
            changed("    country", "    -- DECIDE: which?\n    country"),
            ":7: region is not decided: " + MEND,
        ),
        (changed("kind as", "'DECIDE' as"), ":6: account_type is not decided: "),
        (changed("from members;", "from members -- DECIDE"), ":10: the table is"),
        (changed("    country as region,\n", ""), ":1: column region is missing."),
        (changed("cast(id as varchar)", "id"), ":3: column account_id is INTEGER"),
        (changed("country as", "joined as email, country as"), ":7: accounts has no"),
        (changed("country as", "kind as region, country as"), ":7: column region is "),
        (changed("members;", "member;"), ":10: the source '{source}' has no table "),
        (changed("kind as", "sort as"), ":6: Referenced column"),
        (changed("select", "selct"), ":"),
        (changed("select\n", "select (\n"), ":"),
        (ACCOUNTS + "select 1", ":1: a file of a map is one SELECT"),
        ("drop table members", ":1: a file of a map is one SELECT"),
        ("", ":1: a file of a map is one SELECT"),
        (changed("country as", "getvariable('zone') as"), ":7: there is no setting"),
        (
            changed("%d %H:%M:%S", "%d"),
            ': Could not parse string "2026-03-01 10:00:00"',
        ),
        (
            changed("country as", "cast(null as varchar) as"),
            ":7: column region is NULL in every row",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_map_is_one_line(sql: str, complaint: str, ingest: Ingest) -> None:
    said = ingest(accounts=sql)
    assert said.exit_code == 2, said
    expected = f"{ingest.map}/accounts.sql{complaint.format(source=ingest.source)}"
    told = [line for line in said.err.splitlines() if not line.startswith("accounts: ")]
    assert len(told) == 1, told
    assert told[0].startswith(f"trustmetrics: {expected}"), told
    assert not ingest.out.exists() or list(ingest.out.iterdir()) == []


def test_all_faults_are_told_at_once(ingest: Ingest) -> None:
    wrong = changed("cast(id as varchar)", "id").replace("kind as", "sort as")
    said = ingest(accounts=changed("cast(id as varchar)", "id"), cases=ACCOUNTS, appeals=wrong)
    assert said.exit_code == 2
    told = said.err.splitlines()
    assert told[0] == "trustmetrics: nothing was written:"
    assert f"{ingest.map}/appeals.sql:6: " in said.err
    assert f"{ingest.map}/cases.sql:1: column severity is missing. Add: cast(... as varchar)" in (
        said.err
    )
    assert f"{ingest.map}/cases.sql:3: cases has no column account_id. Delete it" in said.err


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ("time_zone: UTC\n", "settings.yml:1: extracted_at is not decided: " + MEND),
        ("extracted_at: 2026-04-01\ntime_zone: DECIDE\n", "settings.yml:2: time_zone is not"),
        ("time_zone: Berlin\n", "there is no time zone 'Berlin'. Write a name of the IANA list"),
        ("extracted_at: 2026-04-01T00:00:00Z\n", "is not a timestamp. Write UTC without an offset"),
        ("zone: UTC\n", "may hold time_zone and extracted_at alone"),
        ("a: [\n", "is not valid YAML"),
    ],
)  # fmt: skip
def test_settings_that_are_wrong_are_one_line(
    settings: str, complaint: str, ingest: Ingest
) -> None:
    said = ingest(accounts=ACCOUNTS, settings=settings)
    assert said.exit_code == 2
    assert complaint in said.complaint
    assert "settings.yml" in said.complaint


def test_a_name_that_is_no_raw_table(ingest: Ingest) -> None:
    said = ingest(acounts=ACCOUNTS)
    assert said.exit_code == 2
    assert said.complaint == (
        f"{ingest.map}/acounts.sql: there is no raw table of that name. Is it accounts.sql?"
    )


def test_no_map(run: Run, tmp_path: Path) -> None:
    said = run("ingest", "sql", "--map", tmp_path / "none", "--from", tmp_path,
               "--out", tmp_path / "raw")  # fmt: skip
    assert said.exit_code == 2
    assert said.complaint.startswith(
        f"there is no map in '{tmp_path}/none'. Make one: trustmetrics"
    )


@pytest.mark.parametrize("name", ["appeals.parquet", "accounts.csv", "accounts/part.csv"])
def test_it_does_not_write_beside_tables_of_another_run(name: str, ingest: Ingest) -> None:
    path = ingest.out / name
    path.parent.mkdir(parents=True)
    path.write_text("kept")
    said = ingest(accounts=ACCOUNTS)
    assert said.exit_code == 2
    stale = ingest.out / name.split("/")[0]
    assert said.complaint.startswith(f"{stale}: this run does not write it")
    assert path.read_text() == "kept"
    assert [one.name for one in ingest.out.iterdir()] == [stale.name]


def test_a_fault_in_one_table_leaves_all_as_they_were(ingest: Ingest) -> None:
    ingest(accounts=ACCOUNTS)
    before = (ingest.out / "accounts.parquet").read_bytes()
    only(ingest.map, surfaces="select 1")
    assert ingest(accounts=changed("country as", "lower(country) as")).exit_code == 2
    assert (ingest.out / "accounts.parquet").read_bytes() == before
    assert [path.name for path in ingest.out.iterdir()] == ["accounts.parquet"]


def test_a_line_of_the_source_that_does_not_fit_is_named(ingest: Ingest) -> None:
    ingest.source = ingest.folder / "members.csv"
    ingest.source.write_text(
        "id,joined,kind,country\n1,2026-03-01 10:00:00,consumer,EU\n2,x,y,z,more\n"
    )
    said = ingest(accounts=ACCOUNTS)
    assert said.exit_code == 2
    assert said.complaint.startswith(f"'{ingest.source}', line 3: it does not fit the header")
    assert list(ingest.out.iterdir()) == []


def test_a_join_that_doubles_rows_is_warned_of(ingest: Ingest) -> None:
    said = ingest(accounts=changed("from members;", "from members, range(3)"))
    assert said.exit_code == 0
    assert "warning: accounts: 6 rows have 2 different (account_id, ingested_at)." in said.out


def test_rows_without_a_needed_value_are_warned_of(ingest: Ingest) -> None:
    said = ingest(accounts=changed("country as", "nullif(country, 'EU') as"))
    assert "warning: accounts.region is NULL in 1 of 2 rows, which a build rejects" in said.out


def test_an_empty_table_is_warned_of(ingest: Ingest) -> None:
    said = ingest(accounts=changed("from members;", "from members where id > 9"))
    assert said.exit_code == 0
    assert "warning: accounts: no row" in said.out


def test_a_time_with_a_zone_is_written_as_utc(ingest: Ingest) -> None:
    said = ingest(accounts=ACCOUNTS.replace("timezone('UTC', timezone", "(timezone"))
    assert said.exit_code == 0, said
    assert table(ingest.out, "accounts", "min(created_at)") == [(datetime(2026, 3, 1, 9),)]


def test_init_does_not_write_over_a_map(ingest: Ingest, run: Run) -> None:
    only(ingest.map, accounts=ACCOUNTS)
    said = run("map", "init", "--from", ingest.source, "--out", ingest.map)
    assert said.exit_code == 2
    assert said.complaint == (
        f"'{ingest.map}' holds accounts.sql already, and a map that was edited is not written "
        "over. Name another folder"
    )


@pytest.mark.parametrize(
    ("option", "text", "complaint"),
    [
        ("--time-zone", "Berlin", "--time-zone: there is no time zone 'Berlin'."),
        ("--extracted-at", "now", "--extracted-at 'now' is not a timestamp."),
    ],
)
def test_options_of_init_that_are_wrong(
    option: str, text: str, complaint: str, ingest: Ingest, run: Run
) -> None:
    said = run("map", "init", "--from", ingest.source, "--out", ingest.map, option, text)
    assert said.exit_code == 2
    assert said.complaint.startswith(complaint)
    assert not ingest.map.exists()
