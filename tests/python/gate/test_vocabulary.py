"""A vocabulary from its first entry to a new code: in a project of another style, and here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.python.gate.foreign_shop import GIT_ENVIRONMENT, Shop
from tests.python.helpers import ROOT, Run, Said, clean_environment, command, query

COUNTRIES = """\
vocabulary: countries
owner: finance
code: [countryCode]
changes:
  - change: introduced
    reason: Orders come from countries.
    decided_by: shop-council
    decided_on: 2026-05-01
    effective_from: 2026-05-01
    restates_history: no
"""
TOLD = ("--reason", "Books are cheaper there.", "--decided-by", "shop-council")


def _found(said: Said) -> list[tuple[str, str]]:
    return [(one["id"], one["subject"]) for one in json.loads(said.out)["findings"]]


@pytest.mark.slow
@pytest.mark.dbt
def test_a_seed_becomes_a_vocabulary_and_gets_a_code(locked_shop: Shop, run: Run) -> None:
    shop, here = locked_shop, ("--project-dir", locked_shop.project)
    (shop.project / "metrics/vocabularies").mkdir()
    (shop.project / "metrics/vocabularies/countries.yml").write_text(COUNTRIES)
    said = run("gate", *here, "--format", "json")
    # The lock is made anew, but no meaning has moved.
    assert _found(said) == [("G010", "metrics/fingerprints.lock.yml")]
    assert run("metric", "sync", *here).exit_code == 0
    assert run("gate", *here).exit_code == 0
    shop.commit("countries are a vocabulary")

    shop.append("lists/countries.csv", "PT,EU,0.06\n")
    said = run("gate", *here, "--format", "json")
    assert (said.exit_code, _found(said)) == (1, [("G017", "countries")])
    suggested = json.loads(said.out)["findings"][0]["command"]
    assert suggested.startswith("trustmetrics metric bump countries --reason ")
    said = run("metric", "bump", "countries", *TOLD, *here)
    assert said.exit_code == 0, said
    assert "countries entry 2, extended: PT\n" in said.out
    written = (shop.project / "metrics/vocabularies/countries.yml").read_text()
    assert written.startswith(COUNTRIES)
    # Not a project whose slices the register decides: whatever there is can move.
    assert written.endswith(
        "    codes: [PT]\n    moves:\n      buying_customers: [overall]\n"
        "      net_sales: [overall]\n      return_rate: [overall]\n"
    )
    assert run("metric", "sync", *here).exit_code == 0
    said = run("gate", *here, "--results", "all")
    assert said.exit_code == 0, said
    assert "countries entry 2, extended (PT): it can move 3 metrics" in said.out
    said = run("metric", "bump", "countries", *TOLD, *here)
    assert (said.exit_code, "its new entries say all" in said.err) == (2, True)


@pytest.mark.parametrize(
    "option",
    [("--change", "corrective"), ("--moved",), ("--models-only",), ("--moves-along", "1")],
)
def test_what_changed_in_a_vocabulary_is_read_and_not_said(
    option: tuple[str, ...], run: Run
) -> None:
    said = run("metric", "bump", "policy_taxonomy", *option)
    assert said.exit_code == 2
    assert said.complaint.startswith(f"{option[0]} is for metrics. policy_taxonomy is a vocabulary")


def _committed(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", folder, *arguments], env=GIT_ENVIRONMENT, check=True)


@pytest.mark.slow
@pytest.mark.dbt
def test_a_new_policy_code_takes_one_entry_and_marks_its_trends(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    _committed(clone, "remote", "remove", "origin")
    _committed(clone, "checkout", "--quiet", "-B", "main")
    seed = clone / "seeds/policy_taxonomy.csv"
    seed.write_text(
        seed.read_text() + "SCAM-9,scam,STATEMENT_CATEGORY_SCAMS_AND_FRAUD,2026-01-01,\n"
    )

    def run(*arguments: str) -> Said:
        return command(*arguments, cwd=clone, root=clone)

    said = run("gate", "--format", "json")
    assert (said.exit_code, _found(said)) == (1, [("G017", "policy_taxonomy")]), said
    said = run("metric", "bump", "policy_taxonomy", "--reason", "A new scam.", "--decided-by", "we")
    assert said.exit_code == 0, said
    assert run("metric", "sync", "--no-results").exit_code == 0
    said = run("gate", "--results", "none")
    assert said.exit_code == 0, said
    database = tmp_path / "log.duckdb"
    marked = ("metric_versions", "vocabulary_changes", "metric_change_log")
    subprocess.run(
        [sys.executable, "-m", "dbt.cli.main", "--quiet", "build", "--select", *marked]
        + ["--exclude-resource-type", "unit_test"],
        cwd=clone,
        env=clean_environment(
            TRUSTMETRICS_RAW="tests/frozen",
            TRUSTMETRICS_DATABASE=str(database),
            DBT_PROFILES_DIR=".",
        ),
        check=True,
    )
    marks = query(
        database,
        "select metric, metric_version, slice from marts.metric_change_log "
        "where vocabulary = 'policy_taxonomy' and marks_trend and codes = 'SCAM-9'",
    )
    assert ("appeal_rate", 1, "harm_type") in marks
    assert {("appeal_overturn_rate", version, "harm_type") for version in (1, 2)} <= set(marks)
    assert ("appeal_rate", 1, "overall") not in marks
    assert len({metric for metric, _, _ in marks}) == 20
