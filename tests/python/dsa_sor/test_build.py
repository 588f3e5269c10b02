"""A build of what the ingest wrote: it gives the one metric that statements can give."""

from __future__ import annotations

from datetime import date

import pytest

from tests.python.dsa_sor.dumps import part, record, run
from tests.python.helpers import command, query
from trustmetrics.dsa_sor.synthetic import Dump, write_dump


@pytest.mark.dbt
@pytest.mark.slow
def test_a_build_says_what_is_measured_and_what_is_not(tmp_path):
    dumps = [write_dump(Dump(1000, day, part_records=400, first=day.month * 10_000), tmp_path)
             for day in (date(2025, 6, 1), date(2025, 9, 1))]  # fmt: skip
    known = [record(number) for number in range(3)]
    known += [record(3, automated_detection="No"), record(4, source_type="SOURCE_ARTICLE_16")]
    known = [one | {"platform_name": "Handvoll"} for one in known]
    raw, database = tmp_path / "raw", tmp_path / "some.duckdb"
    run(*dumps, part(tmp_path / "known.csv", known), out=raw)
    said = command("build", "--raw", raw, "--database", database)
    assert said.exit_code == 0, said
    assert "rejected: no row breaks the raw contract" in said.out
    assert "that policy_taxonomy lacks" not in said.out
    assert query(database, "select distinct metric from marts.kpi_values") == [
        ("proactive_detection_share",)
    ]
    assert query(
        database,
        "select value, sample_size from marts.kpi_values where period_grain = 'month' "
        "and slice = 'surface' and slice_value = 'Handvoll'",
    ) == [(0.6, 5)]
    harm_types = query(
        database,
        "select count(distinct slice_value), count(*) from marts.kpi_values "
        "where period_grain = 'month' and slice = 'harm_type'",
    )
    assert harm_types == [(10, 10)]
