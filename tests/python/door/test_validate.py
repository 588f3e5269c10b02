"""The command validate: what a folder of raw files holds, lacks and gives, without dbt."""

from __future__ import annotations

import json
from pathlib import Path

from tests.python.helpers import Run, valid, write_csv, write_parquet


def _fill(raw: Path) -> None:
    write_csv(
        raw / "tool_services.csv", [valid("tool_services"), valid("tool_services", service="b")]
    )
    outage = valid("tool_outages")
    write_parquet(
        raw / "tool_outages.parquet",
        [outage, outage | {"outage_id": "late", "ended_at": "2026-01-01 10:00:00"}],
        planned="{}::boolean",
    )
    write_csv(raw / "cases.csv", [valid("cases", severity="P1", case_id="secret")])
    (raw / "readme.txt").write_text("none", encoding="utf-8")


def test_a_folder_is_told_as_json(run: Run, tmp_path: Path) -> None:
    _fill(tmp_path)
    said = run("validate", tmp_path, "--format", "json")
    assert said.exit_code == 1
    told = json.loads(said.out)
    assert told["is_fine"] is False
    assert told["unread"] == ["readme.txt"]
    tables = {one["table"]: one for one in told["tables"]}
    assert len(tables) == 28
    assert tables["tool_outages"] == {
        "table": "tool_outages",
        "files": 1,
        "rows": 2,
        "rejected": 1,
        "valid": 1,
    }
    assert tables["appeals"]["files"] == 0
    assert told["measured"] == ["tooling_uptime"]
    assert told["not_measured"]["appeal_overturn_rate"] == ["appeals"]
    assert told["not_measured"]["backlog_age_p90_hours"] == ["case_events", "cases"]
    cases, outages = told["rejected"]
    assert (cases["table"], cases["share"], cases["is_too_much"]) == ("cases", 1.0, True)
    (rule,) = cases["rules"]
    assert (rule["column"], rule["reason"], rule["example"]) == ("severity", "not_in_enum", "P1")
    assert rule["mend"] == "is not one of critical, high, medium, low: map it to one of these"
    assert [rule["reason"] for rule in outages["rules"]] == ["out_of_order"]
    assert "secret" not in said.out


def test_a_limit_lets_rejected_rows_pass(run: Run, tmp_path: Path) -> None:
    _fill(tmp_path)
    said = run("validate", tmp_path, "--max-rejected", "1")
    assert said.exit_code == 0
    lines = said.out.splitlines()
    assert "metrics: 1 of 37 can be measured" in lines
    assert "no appeals: appeal_overturn_rate, appeal_rate are not measured" in lines
    assert lines[-1] == "fine: a build can start"


def test_faults_of_files_are_said_beside_the_tables_that_are_fine(run: Run, tmp_path: Path) -> None:
    _fill(tmp_path)
    write_csv(tmp_path / "appeal.csv", [{"x": "1"}])
    write_csv(tmp_path / "surfaces.csv", [{"x": "1"}])
    said = run("validate", tmp_path)
    assert said.exit_code == 1
    faults = [line for line in said.out.splitlines() if line.startswith("fault: ")]
    assert len(faults) == 2
    assert "appeal.csv' is not read" in faults[0]
    assert "surfaces.csv' has no column 'surface', " in faults[1]
    assert "tool_outages" in said.out


def test_what_the_source_declares_is_not_measured_unless_it_takes_it_back(
    run: Run, tmp_path: Path
) -> None:
    for table in ("tool_services", "tool_outages", "reports", "dataset_loads"):
        write_csv(tmp_path / f"{table}.csv", [valid(table)])
    declared = [
        valid("not_measured", metric="tooling_uptime", reason="the clock was wrong"),
        valid("not_measured", metric="freshness_sla_adherence"),
        valid(
            "not_measured",
            metric="freshness_sla_adherence",
            ingested_at="2026-03-01 00:00:00",
            is_deleted="true",
        ),
        valid("not_measured", metric="tooling_uptme"),
    ]
    write_csv(tmp_path / "not_measured.csv", declared)
    told = json.loads(run("validate", tmp_path, "--format", "json").out)
    assert told["measured"] == ["freshness_sla_adherence"]
    assert told["not_measured"]["tooling_uptime"] == ["not_measured"]
    assert (
        "tooling_uptime is not measured, says raw table not_measured: the clock was wrong"
        in told["missing"]
    )
    assert any("names tooling_uptme, which is not a metric" in line for line in told["missing"])
