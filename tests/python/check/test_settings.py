"""The checks: what expectations.yml may say, and what is said where it says something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.python.helpers import ROOT
from trustmetrics.check.declared import EXPECTATIONS, read_contract, read_settings
from trustmetrics.errors import UserError


def test_what_is_listed_by_name_is_in_the_contract() -> None:
    settings = read_settings()
    tables = {table.name: table for table in read_contract(ROOT)}
    assert settings.campaigns.keys() <= tables.keys()
    for table, column in settings.models.items():
        assert column in {one.name for one in tables[table].columns}
    names = {column.name for table in tables.values() for column in table.columns}
    assert settings.vocabularies <= names
    assert len(tables) == 28


@pytest.mark.parametrize(
    ("there", "instead", "complaint"),
    [
        (
            "fall: 0.3, rise: 1.0, noise: 4",
            "fall: 0.3, rise: 1.0",
            "at checks.volume.limits: 'noise'",
        ),
        ("{fall: 0.1}", "{fall: a tenth}", "at checks.rows_kept.limits.fall: 'a tenth'"),
        (
            "{tolerance: 0.05, noise: 4}",
            "{tolerance: 0.05, nose: 4}",
            "at checks.null_share.limits: 'no",
        ),
        (
            "false_alarms: 0.0001",
            "false_alarms: 0",
            "at checks.value_shares.limits.false_alarms: 0",
        ),
        ("{most: 1}", "{most: -1}", "at checks.metric_gap.limits.most: -1"),
        ("  mean:", "  means:", "at checks: 'mean"),
        ("    value: 50", "    value: 50.5", "at settings.least_rows.value: 50.5"),
        ("    title: Rows in the week\n", "", "at checks.volume: 'title'"),
        ("\ncampaigns:", "\ncampaign:", "at the file: 'campaign"),
    ],
)
def test_a_slip_in_the_settings_is_named(
    there: str, instead: str, complaint: str, tmp_path: Path
) -> None:
    file = tmp_path / "expectations.yml"
    written = EXPECTATIONS.read_text()
    assert there in written
    file.write_text(written.replace(there, instead, 1))
    with pytest.raises(UserError) as error:
        read_settings(file)
    assert str(error.value).startswith(f"'expectations.yml' is not valid {complaint}")


def test_settings_that_are_not_yaml(tmp_path: Path) -> None:
    file = tmp_path / "expectations.yml"
    file.write_text("settings:\n  trailing_weeks: [\n")
    with pytest.raises(UserError, match=r"'expectations.yml', line \d, is not valid YAML"):
        read_settings(file)


def test_a_project_without_raw_tables(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no raw table is declared in models/staging"):
        read_contract(tmp_path)
