"""A report for outside shows no small count, and no number that tells of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from tests.python.helpers import Run, query
from tests.python.insight.made import WEEK, Read, before, facts, reading
from trustmetrics.insight.suppressed import suppressed

K = 10
# The counts behind the numbers shown; of a metric whose numerator is a part of its denominator
# what is left, too. What counts no people is shown as it is.
SMALL = """
select distinct kpi.metric, kpi.slice, kpi.slice_value, kpi.period_start
from marts.kpi_values as kpi
inner join marts.metric_catalog as catalog
    on kpi.metric = catalog.metric and kpi.metric_version = catalog.metric_version
inner join ({shown}) as shown
    on
        kpi.metric = shown.metric
        and kpi.metric_version = shown.metric_version
        and kpi.period_grain = shown.period_grain
        and kpi.period_start = shown.period_start
        and kpi.slice = shown.slice
        and kpi.slice_value = shown.slice_value
where
    kpi.metric not in (
        'freshness_sla_adherence', 'incident_containment_p50_hours', 'major_incidents',
        'postmortem_on_time_rate', 'surface_monitoring_coverage', 'tooling_uptime'
    )
    and (
        kpi.sample_size between 1 and 9
        or (
            catalog.statistic = 'proportion'
            and (
                kpi.numerator between 1 and 9
                or kpi.denominator - kpi.numerator between 1 and 9
            )
        )
    )
"""


def test_no_number_shown_stands_for_fewer_than_k(built: Path, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "april.html"
    named = ("--database", built, "--out", out, "--period", "2026-04")
    for more in ((), ("--k", str(K))):
        said = run("report", "monthly", *named, *more)
        assert said.exit_code == 0, said
        page = Read.of(out.read_text("utf-8"))
        rows = [
            one.query.replace("select value", "select *", 1)
            for one in page.numbers
            if one.query.startswith("select value from marts.kpi_trends")
        ]
        small = query(built, SMALL.format(shown=" union ".join(rows)))
        assert bool(small) is (more == ()), small
        assert len(rows) > 10
    assert "counts below 10 are withheld" in out.read_text("utf-8")
    relations = {one.query.split(" from ")[1].split(" ")[0] for one in page.numbers}
    assert relations <= {"marts.kpi_trends", "marts.metric_drivers"}


def test_a_value_that_is_withheld_takes_each_change_along_that_it_is_a_part_of(
    tmp_path: Path,
) -> None:
    database = tmp_path / "it.duckdb"
    week = [(date(2026, 6, 8), 400, 200), (date(2026, 6, 15), 400, 3), (WEEK, 400, 160)]
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.metric_catalog as "
            "select 'm' as metric, 1 as metric_version, 'proportion' as statistic"
        )
        connection.execute(
            "create table marts.kpi_values (metric varchar, metric_version integer, period_grain "
            "varchar, period_start date, slice varchar, slice_value varchar, numerator double, "
            "denominator double, value double, sample_size bigint)"
        )
        for start, size, part in week:
            row = ("m", 1, "week", start, "overall", "all", part, size, part / size, size)
            connection.execute(f"insert into marts.kpi_values values ({', '.join('?' * 10)})", row)
    now = reading("m")
    readings = [
        before(now, f"2026-W{label}", start, value=part / size)
        for label, (start, size, part) in zip((24, 25), week, strict=False)
    ]
    split = {"metric": "m", "period_start": WEEK, "slice": "surface"}
    found = facts(*readings, now, tables={"drivers": [split], "checks": [{}]})

    told = suppressed(database, found, K)
    first, second, third = told.readings["m"]
    assert first == found.readings["m"][0]
    assert (second.value, second.ci_lower, second.sample_size) == (None, None, None)
    assert (second.status, second.change_on_previous) == ("withheld", None)
    assert third == replace(
        now,
        previous_value=None,
        change_on_previous=None,
        relative_change_on_previous=None,
        change_lower=None,
        change_upper=None,
        change_is_clear=None,
    )
    assert told.own["m"] == third and told.tables == {"drivers": [], "checks": None}
    assert suppressed(database, found, 3).readings == found.readings
