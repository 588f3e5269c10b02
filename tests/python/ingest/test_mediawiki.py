"""MediaWiki's logs to the raw contract: every clause on rows written by hand, then the real year.

The two independent readings below (`link`, `stand`) walk the logs in plain Python.
"""

import csv
import random
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest
import yaml

from tests.python.helpers import ROOT
from trustmetrics.errors import UserError
from trustmetrics.ingest import mediawiki
from trustmetrics.ingest.mediawiki import BLOCK_COLUMNS, HIT_COLUMNS, ingest

ALL_TABLES = ("detections", *mediawiki.TABLES)
REAL = ROOT.parent / "shared" / "data" / "enwiki"


def hit(hit_id, at, account="a", **other):
    """A hit of filter 3 in the main namespace, unless told otherwise."""
    row = dict.fromkeys(HIT_COLUMNS) | {"filter_id": 3, "namespace": 0, "page_hash": "p"}
    return row | {"hit_id": hit_id, "timestamp": at, "account_hash": account} | other


def entry(log_id, at, action="block", account="a", **other):
    """An entry of the block log by the human administrator 'adm', unless told otherwise."""
    row = dict.fromkeys(BLOCK_COLUMNS)
    row |= {"administrator_hash": "adm", "administrator_is_bot": "false", "duration": "some"}
    return (
        row
        | {"log_id": log_id, "timestamp": at, "action": action, "account_hash": account}
        | ({"duration": None} if action == "unblock" else {})
        | other
    )


def write_csv(path, columns, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(columns))
        writer.writeheader()
        writer.writerows(rows)
    return path


class Run:
    """One ingest of hand-written logs: its counts, and its tables by column.

    Without hits there is no log of them; a block log has one block at least.
    """

    def __init__(self, folder, hits=(), blocks=()):
        self.out = folder / "out"
        blocks = blocks or [entry(99, "2014-01-01 00:00:00", account="somebody else")]
        report = ingest(
            [write_csv(folder / "hits.csv", HIT_COLUMNS, hits)] if hits else [],
            [write_csv(folder / "blocks.csv", BLOCK_COLUMNS, blocks)],
            self.out,
        )
        self.counts = report.rows | report.counts

    def rows(self, table, columns="*"):
        path = self.out / f"{table}.parquet"
        return duckdb.sql(f"select {columns} from '{path}' order by 1").fetchall()


def at(text):
    return datetime.fromisoformat(text)


def test_a_block_opens_decides_acts_on_and_closes_a_case(tmp_path):
    run = Run(
        tmp_path,
        blocks=[
            entry(11, "2014-03-01 10:00:00", policy_reference="vandalism"),
            entry(
                12,
                "2014-03-02 10:00:00",
                account="b",
                administrator_hash="bot",
                administrator_is_bot="true",
                duration="60 days",
                expires_at="2014-05-01 10:00:00",
            ),
        ],
    )
    first, second, expiry = at("2014-03-01 10:00"), at("2014-03-02 10:00"), at("2014-05-01 10:00")
    one, two = "000000000011", "000000000012"
    not_stated = "WP-NOT-STATED"
    assert run.rows("cases") == [
        (f"case-{one}", first, None, "standard", "high", "WP-VANDALISM", "unknown", "enwiki", "a")
        + (None, first, False),
        (f"case-{two}", second, None, "automated", "medium", not_stated, "unknown", "enwiki", "b")
        + (None, second, False),
    ]
    assert run.rows("case_events") == [
        (f"closed-{one}", f"case-{one}", "closed", first, "adm", None, first, False),
        (f"closed-{two}", f"case-{two}", "closed", second, None, None, second, False),
    ]
    assert run.rows("decisions") == [
        (f"decision-{one}", f"case-{one}", first, "violation", "WP-VANDALISM", "human", "adm")
        + (first, False),
        (f"decision-{two}", f"case-{two}", second, "violation", not_stated, "automated", "bot")
        + (second, False),
    ]
    assert run.rows("enforcement_actions") == [
        (f"action-{one}", f"decision-{one}", f"case-{one}", first, None, "account_suspended", "a")
        + (None, False, None, "incompatible_content", first, False),
        (f"action-{two}", f"decision-{two}", f"case-{two}", second, expiry, "account_suspended")
        + ("b", None, True, None, "incompatible_content", second, False),
    ]
    assert run.rows("appeals") == []


def test_a_hit_is_a_detection(tmp_path):
    run = Run(
        tmp_path,
        hits=[
            hit(1, "2014-03-01 10:00:00", filter_id=135, namespace=3, page_hash="q"),
            hit(2, "2014-03-01 10:00:01", filter_id=None, namespace=118),
            hit(3, "2014-03-01T10:00:02Z", namespace=-1),
        ],
    )
    when = at("2014-03-01 10:00")
    assert run.rows("detections")[0] == (
        ("hit-000000000001", when, "filter-135", "not_stated", "q", "a", "user_talk", "enwiki")
        + ("WP-NOT-STATED", None, None, None, None, when, False)
    )
    assert run.rows("detections", "detection_id, detector_id, surface, detected_at")[1:] == [
        ("hit-000000000002", "filter-not-stated", "namespace_118", at("2014-03-01 10:00:01")),
        ("hit-000000000003", "filter-3", "special", at("2014-03-01 10:00:02")),
    ]
    assert run.counts["hits_without_filter_id"] == 1


@pytest.mark.parametrize(
    ("block_at", "linked"),
    [
        ("2014-03-01 10:00:00", False),  # the same second does not follow
        ("2014-03-01 10:00:00.5", True),
        ("2014-03-01 10:00:01", True),
        ("2014-03-03 10:00:00", True),  # 48 hours to the second
        ("2014-03-03 10:00:00.9", True),  # still 48 hours: whole seconds, rounded down
        ("2014-03-03 10:00:01", False),
        ("2014-02-28 10:00:00", False),
    ],
)
def test_a_block_follows_strictly_and_within_48_hours(tmp_path, block_at, linked):
    run = Run(tmp_path, [hit(1, "2014-03-01 10:00:00")], [entry(11, block_at)])
    expected = "case-000000000011" if linked else None
    assert run.rows("detections", "case_id") == [(expected,)]


def test_a_hit_belongs_to_the_first_block_that_follows_and_to_no_other(tmp_path):
    run = Run(
        tmp_path,
        hits=[
            hit(1, "2014-03-01 09:00:00"),
            hit(2, "2014-03-01 10:00:00"),  # the second of the first block: waits for the next
            hit(3, "2014-03-01 11:30:00"),
            hit(4, "2014-03-01 09:00:00", account="stranger"),
            hit(5, "2014-03-01 13:00:00"),  # only a reblock follows
        ],
        blocks=[
            entry(11, "2014-03-01 10:00:00", expires_at="2014-03-01 10:30:00"),
            entry(13, "2014-03-01 12:00:00"),  # two blocks in one second: the lesser log_id
            entry(12, "2014-03-01 12:00:00", expires_at="2014-03-01 12:00:00"),
            entry(14, "2014-03-01 14:00:00", "reblock"),
        ],
    )
    assert run.rows("detections", "detection_id, case_id") == [
        ("hit-000000000001", "case-000000000011"),
        ("hit-000000000002", "case-000000000012"),
        ("hit-000000000003", "case-000000000012"),
        ("hit-000000000004", None),
        ("hit-000000000005", None),
    ]
    assert run.counts["hits_before_a_block"] == 3
    assert run.counts["blocks_after_a_hit"] == 2


# Each line: time, action, expiry, and what it is: its case or the decision it overturns, None for
# no appeal, 'absent' for an orphan. log_ids count from 1.
STORIES = {
    "reblock, then unblock of the reblock's decision": [
        ("03-01 10:00", "block", "03-02 10:00", "case 1"),
        ("03-01 11:00", "reblock", "04-01 10:00", "case 1"),
        ("03-05 10:00", "unblock", None, "decision 2"),
    ],
    "a reblock moves the expiry forward, too": [
        ("03-01 10:00", "block", None, "case 1"),
        ("03-01 11:00", "reblock", "03-01 12:00", "case 1"),
        ("03-01 13:00", "reblock", None, "absent"),
    ],
    "at its expiry a block is over": [
        ("03-01 10:00", "block", "03-02 10:00", "case 1"),
        ("03-02 10:00", "reblock", None, "absent"),
    ],
    "an unblock after expiry is no appeal": [
        ("03-01 10:00", "block", "03-02 10:00", "case 1"),
        ("03-02 10:00", "unblock", None, None),
    ],
    "an unblock ends the case, whatever the expiry": [
        ("03-01 10:00", "block", None, "case 1"),
        ("03-02 10:00", "unblock", None, "decision 1"),
        ("03-03 10:00", "reblock", None, "absent"),
        ("03-04 10:00", "unblock", None, "absent"),
        ("03-05 10:00", "unblock", None, None),
    ],
    "a block while one is open is a case of its own, and the latest": [
        ("03-01 10:00", "block", None, "case 1"),
        ("03-02 10:00", "block", "03-03 10:00", "case 2"),
        ("03-02 11:00", "reblock", "03-03 11:00", "case 2"),
        ("03-04 10:00", "reblock", "03-05 10:00", "absent"),
        ("03-04 11:00", "reblock", "03-06 10:00", "absent"),  # what has ended stays ended
    ],
    "a block before the export": [
        ("03-01 10:00", "reblock", None, "absent"),
        ("03-02 10:00", "unblock", None, "absent"),
        ("03-03 10:00", "block", None, "case 3"),
        ("03-04 10:00", "unblock", None, "decision 3"),
    ],
    "one second: log_id orders": [
        ("03-01 10:00", "block", None, "case 1"),
        ("03-01 10:00", "reblock", None, "case 1"),
        ("03-01 10:00", "unblock", None, "decision 2"),
        ("03-01 10:00", "block", None, "case 4"),
    ],
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_reblocks_and_unblocks(tmp_path, story):
    entries, expected = [], []
    for log_id, (when, action, expiry, what) in enumerate(story, start=1):
        expires_at = expiry and f"2014-{expiry}:00"
        entries.append(entry(log_id, f"2014-{when}:00", action, expires_at=expires_at))
        key = f"{log_id:012d}"
        kind = "decision" if action == "unblock" else "case"
        if what == "absent":
            expected.append((key, f"absent-{kind}-{key}"))
        elif what is not None:
            expected.append((key, f"{kind}-{int(what.split()[1]):012d}"))
    run = Run(tmp_path, blocks=reversed(entries))
    found = run.rows("decisions", "right(decision_id, 12), case_id")
    found += run.rows("appeals", "right(appeal_id, 12), decision_id")
    assert sorted(found) == expected
    no_appeal = [what for *_, what in story].count(None)
    assert run.counts["unblocks_after_end"] == no_appeal
    actions = run.rows(
        "enforcement_actions", "decision_id, case_id, actioned_at, subject_account_id"
    )
    assert actions == run.rows("decisions", "decision_id, case_id, decided_at, 'a'")


def test_an_unblock_is_an_appeal_granted_at_once(tmp_path):
    run = Run(
        tmp_path,
        blocks=[entry(1, "2014-03-01 10:00:00"), entry(2, "2014-03-02 10:00:00", "unblock")],
    )
    when = at("2014-03-02 10:00")
    assert run.rows("appeals") == [
        ("appeal-000000000002", "decision-000000000001", when, when, "overturned", "internal")
        + ("affected_user", when, False)
    ]


def test_ids_order_like_numbers(tmp_path):
    run = Run(
        tmp_path,
        blocks=[
            entry(n, "2014-03-01 10:00:00", "block" if n == 8 else "reblock") for n in (8, 9, 10)
        ],
    )
    assert max(run.rows("decisions", "decided_at, decision_id"))[1] == "decision-000000000010"


def test_entries_without_an_account_are_not_one_account(tmp_path):
    run = Run(
        tmp_path,
        hits=[hit(1, "2014-03-01 09:00:00", account=None)],
        blocks=[
            entry(1, "2014-03-01 10:00:00", account=None),
            entry(2, "2014-03-01 11:00:00", "reblock", account=None),
        ],
    )
    assert run.counts["reblocks_orphaned_block_missing"] == 1
    assert run.counts["hits_before_a_block"] == 0


def test_a_repeated_row_is_one_fact(tmp_path):
    saved = hit(2, "2014-03-01 09:30:00", revision_id=77)
    run = Run(
        tmp_path,
        hits=[hit(1, "2014-03-01 09:00:00")] * 3 + [saved, saved | {"revision_id": None}],
        blocks=[entry(11, "2014-03-01 10:00:00")] * 2,
    )
    assert [len(run.rows(table)) for table in ("detections", "cases", "decisions")] == [2, 1, 1]
    expected = {"hits_in_export": 5, "hits_distinct": 2, "hits_exact_duplicates": 2}
    expected |= {"hits_in_other_versions": 1, "log_entries_in_export": 2, "blocks": 1}
    assert run.counts | expected == run.counts


def test_rows_without_an_id_all_stay_for_the_build_to_reject(tmp_path):
    run = Run(
        tmp_path,
        hits=[hit(None, "2014-03-01 09:00:00"), hit(None, "2014-03-01 09:00:01")],
        blocks=[entry(None, "2014-03-01 10:00:00"), entry(None, "2014-03-01 10:00:01")],
    )
    assert run.rows("detections", "detection_id") == [(None,), (None,)]
    assert run.rows("cases", "case_id") == [(None,), (None,)]


def test_policies(tmp_path):
    stated = {1: "sock puppetry", 2: " Vandalism", 3: "ani", 4: "a shortcut of next year", 5: None}
    entries = [
        entry(n, "2014-03-01 10:00:00", account=str(n), policy_reference=reference)
        for n, reference in stated.items()
    ]
    entries += [
        entry(6, "2014-03-02 10:00:00", "reblock", account="1"),
        entry(7, "2014-03-02 10:00:00", "reblock", account="2", policy_reference="spam"),
    ]
    run = Run(tmp_path, blocks=entries)
    codes = ["WP-SOCKPUPPETRY", "WP-VANDALISM", "WP-OTHER-STATED", "WP-OTHER-STATED"]
    codes += ["WP-NOT-STATED"]
    assert [code for _, code in run.rows("cases", "case_id, policy_code")] == codes
    decided = [code for _, code in run.rows("decisions", "decision_id, policy_code")]
    assert decided == [*codes, None, "WP-SPAM"]
    assert run.counts["policy_references_unmapped"] == 1
    assert run.counts["blocks_without_policy"] == 1


def test_what_breaks_the_contract_stays_as_it_is_and_is_counted(tmp_path):
    run = Run(
        tmp_path,
        blocks=[
            entry(1, "2014-03-01 10:00:00", account="a", expires_at="3014-03-01 10:00:00"),
            entry(2, "2014-03-01 10:00:00", account="b", expires_at="2014-02-01 10:00:00"),
            entry(3, "2014-03-01 10:00:00", account="c", duration=None),
            entry(4, "2014-03-01 10:00:00", account="d", administrator_is_bot=None),
        ],
    )
    assert run.rows("enforcement_actions", "action_id, ended_at, automated") == [
        ("action-000000000001", at("3014-03-01 10:00"), False),
        ("action-000000000002", at("2014-02-01 10:00"), False),
        ("action-000000000003", None, False),
        ("action-000000000004", None, None),
    ]
    assert run.rows("cases", "right(case_id, 1), severity, queue") == [
        ("1", "medium", "standard"),
        ("2", "medium", "standard"),
        ("3", "high", "standard"),
        ("4", "high", None),
    ]
    assert run.rows("decisions", "decision_id, decided_by")[3][1] is None
    expected = {"expiries_after_2099": 1, "expiries_before_block": 1}
    expected |= {"blocks_with_hidden_details": 1, "blocks_without_end": 2}
    assert run.counts | expected == run.counts


def test_parquet_and_csv_give_the_same(tmp_path):
    (tmp_path / "other").mkdir()
    run = Run(tmp_path, [hit(1, "2014-03-01 09:00:00")], [entry(11, "2014-03-01 10:00:00")])
    for name, columns in (("hits", HIT_COLUMNS), ("blocks", BLOCK_COLUMNS)):
        duckdb.sql(f"from read_csv('{tmp_path / name}.csv', types = {columns})").write_parquet(
            str(tmp_path / f"{name}.parquet")
        )
    seen = []
    report = ingest(
        [tmp_path / "hits.parquet"],
        [tmp_path / "blocks.parquet"],
        tmp_path / "other",
        lambda step, rows: seen.append((step, rows)),
    )
    assert report.rows | report.counts == run.counts
    done = [(step, rows) for step, rows in seen if rows is not None]
    assert done == [
        ("read hits.parquet", 1),
        ("read blocks.parquet", 1),
        *((table, report.rows[table]) for table in ALL_TABLES),
    ]
    begun = [step for step, rows in seen if rows is None]
    assert begun[0] == "reading hits.parquet" and begun[-1] == "not_measured"
    for table in ALL_TABLES:
        other = duckdb.sql(f"from '{tmp_path / 'other' / table}.parquet'").fetchall()
        assert other == run.rows(table)


def test_types_that_other_tools_write(tmp_path):
    """Numbers as doubles, times with a zone, a column that is all NULL; a folder with brackets."""
    folder, decoy = tmp_path / "a[1]", tmp_path / "a1"
    folder.mkdir()
    decoy.mkdir()
    write_csv(decoy / "hits.csv", HIT_COLUMNS, [hit(2, "2014-03-01 09:00:00")])
    run = Run(folder, [hit(1, "2014-03-01 09:00:00")], [entry(11, "2014-03-01 10:00:00")])
    parquet = str(tmp_path / "hits.parquet")
    duckdb.sql(
        "select 1.0::double as hit_id, timestamptz '2014-03-01 11:00:00+02' as timestamp,"
        " '3.0' as filter_id, 'a' as account_hash, null as account_is_ip, 0::tinyint as namespace,"
        " 'p' as page_hash, null as action, null as result, null as revision_id"
    ).write_parquet(parquet)
    ingest([Path(parquet)], [folder / "blocks.csv"], tmp_path / "out")
    found = duckdb.sql(f"from '{tmp_path / 'out'}/detections.parquet'").fetchall()
    expected = duckdb.sql(f"from '{tmp_path}/a[[]1]/out/detections.parquet'").fetchall()
    assert found == expected
    assert run.counts["hits_before_a_block"] == 1


BAD_VALUES = {
    "hit_id": "1.5",
    "timestamp": "2014-03-01 10:00:00+02:00",
    "revision_id": "12345678901234567890",
    "filter_id": "1_000",
    "namespace": "twelve",
    "account_is_ip": "yes",
}


@pytest.mark.parametrize(("column", "value"), BAD_VALUES.items())
def test_a_value_of_another_type_names_its_column(tmp_path, column, value):
    with pytest.raises(UserError, match=rf"hits\.csv: column {column} holds .*; write "):
        Run(tmp_path, [hit(1, "2014-03-01 10:00:00") | {column: value}])


def test_a_failed_run_leaves_the_last_good_one(tmp_path, monkeypatch):
    run = Run(tmp_path, [hit(1, "2014-03-01 09:00:00")], [entry(11, "2014-03-01 10:00:00")])
    before = {path.name: path.read_bytes() for path in run.out.iterdir()}
    assert set(before) == {f"{table}.parquet" for table in ALL_TABLES}

    def stop(table, rows):
        if table == "decisions":
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError):
        blocks = write_csv(
            tmp_path / "blocks.csv", BLOCK_COLUMNS, [entry(12, "2014-03-02 10:00:00")]
        )
        ingest([tmp_path / "hits.csv"], [blocks], run.out, stop)
    assert {path.name: path.read_bytes() for path in run.out.iterdir()} == before


def read_csv(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_mapping_and_the_taxonomy_name_the_same_codes():
    mapping = read_csv(mediawiki.ADAPTER / "policy_mapping.csv")
    assert len({row["policy_reference"] for row in mapping}) == len(mapping)
    constants = (mediawiki.ADAPTER / "constants.sql").read_text(encoding="utf-8")
    used = {row["policy_code"] for row in mapping} | {
        word for word in constants.split("'") if word.startswith("WP-")
    }
    taxonomy = [row["policy_code"] for row in read_csv(ROOT / "seeds" / "policy_taxonomy.csv")]
    assert sorted(code for code in taxonomy if code.startswith("WP-")) == sorted(used)


def check_contract(rows_of):
    """Columns, types, NULLs and enums of every table are the contract's."""
    types = {"string": "VARCHAR", "integer": "BIGINT"}
    for table in ALL_TABLES:
        source = yaml.safe_load((ROOT / "models" / "staging" / f"{table}.yml").read_text())
        columns = [
            column
            for column in source["sources"][0]["tables"][0]["columns"]
            if not column.get("config", {}).get("meta", {}).get("optional")
        ]
        relation = rows_of(table)
        assert relation.columns == [column["name"] for column in columns], table
        for column, found in zip(columns, relation.types, strict=True):
            name, meta = column["name"], column.get("config", {}).get("meta", {})
            assert str(found) == types.get(column["data_type"], column["data_type"].upper()), name
            if not meta.get("nullable"):
                assert relation.filter(f"{name} is null").limit(1).fetchall() == [], (table, name)
            if "enum" in meta:
                values = {value for (value,) in relation.select(name).distinct().fetchall()}
                assert values - {None} <= set(meta["enum"]), (table, name)


def link(hits, blocks):
    """hit_id -> log_id of the account's first later block, if within 48 hours."""
    blocks_of = defaultdict(list)
    for log_id, when, action, account, _ in blocks:
        if action == "block":
            blocks_of[account].append((when, log_id))
    links = {}
    for hit_id, when, account in hits:
        later = sorted(b for b in blocks_of[account] if b[0] > when)
        if later and (later[0][0] - when) // timedelta(seconds=1) <= 48 * 3600:
            links[hit_id] = later[0][1]
    return links


def stand(entries):
    """log_id of each reblock, unblock -> (what it is, the case's or decision's log_id)."""
    standing, state = {}, {}
    for log_id, when, action, account, expires_at in sorted(entries, key=lambda e: (e[1], e[0])):
        # state: the open case, the last decision, its expiry, whether anything is in force
        case, decision, expiry, in_force = state.get(account, (None, None, None, True))
        if action == "block":
            state[account] = (log_id, log_id, expires_at, True)
            continue
        over = not in_force or (expiry is not None and expiry <= when)
        if over:
            case = None
        if action == "reblock":
            standing[log_id] = ("reblock", case)
            state[account] = (case, log_id, expires_at, True)
        else:
            if not over:
                standing[log_id] = ("unblock", decision if case else None)
            state[account] = (None, None, None, False)
    return standing


def found_standing(rows_of):
    def number(text):
        return None if text.startswith("absent") else int(text.rsplit("-", 1)[1])

    blocks = {case for (case,) in rows_of("cases").select("case_id").fetchall()}
    found = {}
    for decision, case in rows_of("decisions").select("decision_id, case_id").fetchall():
        log_id = int(decision.rsplit("-", 1)[1])
        if f"case-{log_id:012d}" in blocks:
            assert number(case) == log_id
        else:
            found[log_id] = ("reblock", number(case))
    for appeal, decision in rows_of("appeals").select("appeal_id, decision_id").fetchall():
        found[int(appeal.rsplit("-", 1)[1])] = ("unblock", number(decision))
    return found


def found_links(rows_of):
    linked = rows_of("detections").filter("case_id is not null").select("detection_id, case_id")
    return {int(d.split("-")[1]): int(c.split("-")[1]) for d, c in linked.fetchall()}


def test_random_logs_agree_with_a_reading_in_plain_python(tmp_path):
    rng = random.Random(48)
    start = at("2014-03-01 00:00")

    def moment():  # six-hourly over nine days: ties and exact 48 hours are frequent
        return start + timedelta(hours=6 * rng.randrange(36), seconds=rng.choice([0, 0, 0, 1]))

    hits = [(n, moment(), f"a{rng.randrange(60)}") for n in range(1, 2001)]
    entries = [
        (
            n,
            moment(),
            rng.choices(["block", "reblock", "unblock"], [2, 3, 2])[0],
            f"a{rng.randrange(80)}",
            moment() if rng.random() < 0.6 else None,
        )
        for n in range(1, 1501)
    ]
    run = Run(
        tmp_path,
        [hit(n, str(when), account) for n, when, account in hits],
        [
            entry(n, str(when), action, account, expires_at=expires_at and str(expires_at))
            for n, when, action, account, expires_at in entries
        ],
    )

    def rows_of(table):
        return duckdb.sql(f"from '{run.out / table}.parquet'")

    check_contract(rows_of)
    assert found_links(rows_of) == link(hits, entries)
    expected = stand(entries)
    assert found_standing(rows_of) == expected
    kinds = Counter((kind, target is None) for kind, target in expected.values())
    assert min(kinds.values()) > 20 and len(kinds) == 4  # every kind was among them


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """The real year, mapped once: (relation by name, counts)."""
    inputs = {
        "hits": REAL / "abuse_filter_hits_2014.parquet",
        "blocks": REAL / "block_log_2014.parquet",
    }
    if not all(path.is_file() for path in inputs.values()):
        pytest.skip("the logs of 2014 are not here")
    out = tmp_path_factory.mktemp("mediawiki")
    report = ingest([inputs["hits"]], [inputs["blocks"]], out)
    paths = inputs | {table: out / f"{table}.parquet" for table in ALL_TABLES}
    return (lambda name: duckdb.sql(f"from '{paths[name]}'")), report.rows | report.counts


def one(relation, expression):
    return relation.aggregate(expression).fetchone()[0]


@pytest.mark.slow
def test_real_parts_add_up_to_the_whole(real):
    rows_of, n = real
    hits, blocks = rows_of("hits"), rows_of("blocks")
    assert n["detections"] == n["hits_distinct"] == one(hits, "count(distinct hit_id)")
    parts = n["hits_distinct"] + n["hits_exact_duplicates"] + n["hits_in_other_versions"]
    assert parts == n["hits_in_export"] == one(hits, "count(*)")
    assert n["hits_exact_duplicates"] == n["hits_in_export"] - len(hits.distinct())
    assert n["hits_in_other_versions"] == 7

    actions = dict(blocks.aggregate("action, count(*)").fetchall())
    assert actions == {action: n[f"{action}s"] for action in ("block", "reblock", "unblock")}
    assert n["cases"] == n["case_events"] == n["blocks"]
    assert n["decisions"] == n["enforcement_actions"] == n["blocks"] + n["reblocks"]
    orphans = n["reblocks_orphaned_block_missing"] + n["reblocks_orphaned_after_end"]
    assert n["reblocks"] == n["reblocks_on_open_case"] + orphans
    assert n["appeals"] == n["unblocks_on_open_case"] + n["unblocks_orphaned_block_missing"]
    assert n["unblocks"] == n["appeals"] + n["unblocks_after_end"]
    assert n["blocks_by_bots"] == one(blocks, "count_if(administrator_is_bot)")

    for table in ALL_TABLES:
        assert len(rows_of(table)) == n[table]
        key = rows_of(table).columns[0]
        assert one(rows_of(table), f"count(distinct {key})") == n[table]
    dangling = rows_of("decisions").join(rows_of("cases"), "case_id", how="anti")
    assert len(dangling) == orphans
    dangling = rows_of("appeals").join(rows_of("decisions"), "decision_id", how="anti")
    assert len(dangling) == n["unblocks_orphaned_block_missing"]


@pytest.mark.slow
def test_real_tables_keep_the_contract_but_for_fourteen_expiries(real):
    rows_of, n = real
    check_contract(rows_of)
    out = "ended_at < actioned_at or ended_at >= timestamp '2100-01-01'"
    assert len(rows_of("enforcement_actions").filter(out)) == 14
    assert n["expiries_before_block"] + n["expiries_after_2099"] == 14


@pytest.mark.slow
def test_real_shortcuts_are_all_mapped(real):
    rows_of, n = real
    mapping = {
        row["policy_reference"] for row in read_csv(mediawiki.ADAPTER / "policy_mapping.csv")
    }
    stated = rows_of("blocks").filter("policy_reference is not null").select("policy_reference")
    assert {shortcut for (shortcut,) in stated.distinct().fetchall()} <= mapping
    assert n["policy_references_unmapped"] == 0


@pytest.mark.slow
def test_real_logs_agree_with_a_reading_in_plain_python(real):
    rows_of, _ = real
    entries = rows_of("blocks").select("log_id, timestamp, action, account_hash, expires_at")
    assert found_standing(rows_of) == stand(entries.fetchall())

    sample = "account_hash like '3%'"  # one account in sixteen
    hits = rows_of("hits").filter(sample).select("hit_id, timestamp, account_hash").distinct()
    expected = link(hits.fetchall(), entries.filter(sample).fetchall())
    detections = rows_of("detections").filter("subject_account_id like '3%'")
    assert len(expected) > 10_000
    assert found_links(lambda _: detections) == expected
