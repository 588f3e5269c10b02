"""investigate spike on data made by hand: the words are those that the numbers allow."""

from __future__ import annotations

import json
import math
import random
import re
import statistics
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from tests.python.analyses.made import Made, weeks_before
from tests.python.helpers import Run
from trustmetrics.investigate.database import Row, opened

WEEK = date(2026, 3, 2)
AS_OF = datetime(2026, 4, 1)
# Sixteen usual weeks of about a hundred reports, the earliest first; no spread beyond chance.
USUAL = (100, 92, 108, 100, 96, 104, 100, 100, 92, 108, 100, 96, 104, 100, 106, 94)
Fill = Callable[[Made], None]
Spike = Callable[..., str]


def usual(made: Made, counts: tuple[int, ...] = USUAL, accounts: int = 10_000) -> None:
    """The week in which the reports begin, and usual weeks up to WEEK; half is confirmed."""
    weeks = weeks_before(WEEK, len(counts) + 1)
    for week, count in zip(weeks, (10, *counts), strict=True):
        made.reports(week, count // 2)
        made.reports(week, count - count // 2, surface="live", outcome="otherwise")
        made.accounts(week, accounts)


def database(path: Path, fill: Fill, as_of: datetime = AS_OF) -> Path:
    """A database filled so, in place of the one that may be there."""
    (path / "made.duckdb").unlink(missing_ok=True)
    with Made(path / "made.duckdb", as_of) as made:
        fill(made)
    return path / "made.duckdb"


@pytest.fixture
def spike(tmp_path: Path, run: Run) -> Spike:
    """What is said of WEEK in a database filled so; one line a sentence."""

    def call(fill: Fill, *options: str) -> str:
        path = database(tmp_path, fill)
        said = run("investigate", "spike", "--database", path, "--week", str(WEEK), *options)
        assert said.exit_code == 0, said
        assert max(map(len, said.out.splitlines())) <= 100
        return re.sub(r"\n  ", " ", said.out)

    return call


def of_week(made: Made, accounts: int = 10_000, base: int = 100) -> None:
    """WEEK as usual."""
    made.reports(WEEK, base // 2)
    made.reports(WEEK, base - base // 2, surface="live", outcome="otherwise")
    made.accounts(WEEK, accounts)


def with_more(**more: object) -> Fill:
    def fill(made: Made) -> None:
        usual(made)
        of_week(made)
        made.reports(WEEK, **more)

    return fill


def test_a_brigade(spike: Spike) -> None:
    """80 more reports, all on one item, which is no violation."""
    said = spike(with_more(count=80, items=1, outcome="otherwise"))
    assert said.startswith("Week of 2026-03-02: reports rose. 180 reports, usually 100: +80 %")
    assert "Brigade or wave: a brigade:" in said
    assert "Attackers or adoption: a changed rate, not adoption;" in said
    assert "a wave" not in said
    # The five most reported of a usual week are five items with a report each.
    assert "five most reported items of the week hold +79 of the +80 reports (99 %)" in said
    assert "101 items were reported, usually 100" in said
    assert "Violations: 0 of the +80 were confirmed" in said


def test_a_rise_in_which_fewer_are_confirmed(spike: Spike) -> None:
    """25 reports on violations, usually 50, and 155 others."""

    def fill(made: Made) -> None:
        usual(made)
        made.accounts(WEEK, 10_000)
        made.reports(WEEK, 25)
        made.reports(WEEK, 155, outcome="otherwise")

    assert "Violations: confirmed reports did not rise (-25); of the decided" in spike(fill)


def test_a_brigade_of_no_cases_is_one(spike: Spike) -> None:
    assert "a brigade:" in spike(with_more(count=80, items=1, outcome="no_case"))


def test_a_pile_on_is_no_brigade(spike: Spike) -> None:
    said = spike(with_more(count=80, items=1, outcome="confirmed"))
    assert "Brigade or wave: a pile-on, not a brigade" in said


def test_of_undecided_items_neither_is_said(spike: Spike) -> None:
    said = spike(with_more(count=80, items=1, outcome="undecided"))
    assert "many reports on few items, a brigade or a pile-on: too few are decided" in said
    assert "Most are not decided yet" in said


def test_a_wave(spike: Spike) -> None:
    """80 more reports, each on an item of its own, on one surface and of one harm."""
    said = spike(with_more(count=80, surface="live", code="SCAM-1"))
    assert "Brigade or wave: a wave, on many items" in said
    assert "hold 0 of the +80 reports" in said
    assert "a brigade" not in said
    assert "Where: most of the change is live / scam (+80: 80, usually 0)." in said
    assert "Violations: +80 of the +80 were confirmed" in said
    # 130 of 180 against 50 of 100 usually; 130/180 by Wilson is 65 to 78 %.
    assert "72 % (65 to 78 %), usually 50 %: more than usual" in said
    assert "Few reporters" not in said


def test_ten_items_with_eight_reports_each_are_a_wave(spike: Spike) -> None:
    """The five most reported hold 40 of them, usually 5."""
    said = spike(with_more(count=80, items=10))
    assert (
        "a wave, on many items; the five most reported items of the week hold +35 of the +80"
        in said
    )


def test_few_reporters_of_many_items(spike: Spike) -> None:
    said = spike(with_more(count=80, reporters=2))
    assert "a wave, on many items" in said
    # Two of the 80 are first reports; 102 reporters of 180 reports.
    assert "further reports by the same reporters are +78, all reports +80; 1.76 reports" in said


def test_new_accounts(spike: Spike) -> None:
    said = spike(with_more(count=80, created="2026-02-20"))
    assert "most of it is about new accounts (+80)" in said
    said = spike(with_more(count=80, created="2026-02-20"), "--new-account-days", "5")
    assert "new accounts (" not in said


def test_growth_alone_is_adoption(spike: Spike) -> None:
    def fill(made: Made) -> None:
        usual(made)
        of_week(made, accounts=18_000, base=180)

    said = spike(fill)
    assert "reports rose" in said
    assert "Attackers or adoption: adoption: the rate of reports has no clear change" in said
    assert "of the 80 more reports, +80 (100 %) come from active accounts" in said
    assert "not adoption" not in said


def test_growth_and_a_higher_rate_are_both(spike: Spike) -> None:
    def fill(made: Made) -> None:
        usual(made)
        of_week(made, accounts=20_000, base=300)

    # +100 by twice the accounts, +100 by another rate, whose interval is well above 0.
    said = spike(fill)
    assert "Attackers or adoption: both; of the 200 more reports, +100 (50 %) come from" in said


def test_without_accounts_views_are_taken(spike: Spike) -> None:
    def fill(made: Made) -> None:
        usual(made)
        of_week(made, base=180)
        made.run("delete from intermediate.int_account_exposures")
        for week in (*weeks_before(WEEK, 17), WEEK):
            views = 1_800 if week == WEEK else 1_000
            made.run(
                f"insert into staging.stg_activity_daily values ('{week}', 'feed', {views}, 1)"
            )

    said = spike(fill)
    assert "adoption: the rate of reports has no clear change; of the 80 more reports, +80" in said
    assert "come from content views" in said
    assert "Views changed" not in said


def test_views_are_told_beside_accounts(spike: Spike) -> None:
    def fill(made: Made) -> None:
        with_more(count=80)(made)
        for week in (*weeks_before(WEEK, 17), WEEK):
            views = 1_100 if week == WEEK else 1_000
            made.run(
                f"insert into staging.stg_activity_daily values ('{week}', 'feed', {views}, 1)"
            )

    assert "Views changed by +10 %, which would explain +10." in spike(fill)


def test_with_neither_it_cannot_be_told(spike: Spike) -> None:
    def fill(made: Made) -> None:
        with_more(count=80)(made)
        made.run("delete from intermediate.int_account_exposures")

    assert "Attackers or adoption: cannot be told" in spike(fill)


def test_nothing_is_no_clear_change(spike: Spike) -> None:
    def fill(made: Made) -> None:
        usual(made)
        of_week(made, base=112)

    said = spike(fill)
    assert said.startswith("Week of 2026-03-02: no clear change. 112 reports, usually 100: +12 %")
    for word in ("Attackers", "Brigade", "Where:", "Violations", "rose"):
        assert word not in said, word


def test_a_fall(spike: Spike) -> None:
    def fill(made: Made) -> None:
        usual(made)
        of_week(made, base=40)

    said = spike(fill)
    assert "reports fell. 40 reports, usually 100: -60 %" in said
    assert "of the 60 fewer reports, 0 (0 %) come from active accounts" in said
    assert "Brigade" not in said


def test_weeks_that_vary_more_than_chance_need_more(spike: Spike) -> None:
    """40 % more than usual is clear where weeks are alike, and not where they vary widely."""

    def fill(counts: tuple[int, ...]) -> Fill:
        def filled(made: Made) -> None:
            usual(made, counts)
            of_week(made, base=140)

        return filled

    assert "no clear change" in spike(fill((70, 130, 75, 125, 80, 120, 70, 130) * 2))


def test_weeks_that_are_alike_need_less(spike: Spike) -> None:
    def fill(made: Made) -> None:
        usual(made)
        of_week(made, base=140)

    assert "reports rose" in spike(fill)


def test_an_earlier_spike_is_not_in_the_baseline(spike: Spike) -> None:
    def fill(made: Made) -> None:
        usual(made)
        made.reports(WEEK - timedelta(days=14), 300)
        of_week(made, base=180)

    # Without the 406 reports of that week, the eight before are 92 108 100 96 104 100 100 94.
    said = spike(fill)
    assert "180 reports, usually 99: +81 %" in said


def test_a_surface_that_rose_is_told_where_the_whole_did_not(spike: Spike) -> None:
    def fill(made: Made) -> None:
        usual(made)
        for week in weeks_before(WEEK, 17):
            made.reports(week, 5, surface="shop")
        of_week(made, base=90)
        made.reports(WEEK, 20, surface="shop")

    said = spike(fill)
    assert "no clear change" in said
    assert "But reports rose on shop 20, usually 5 (" in said
    assert "Ask: --surface shop" in said
    asked = spike(fill, "--surface", "shop")
    assert "reports rose. 20 reports on shop, usually 5: +300 %" in asked


def test_what_was_near(spike: Spike) -> None:
    def fill(made: Made) -> None:
        with_more(count=80, surface="live")(made)
        made.run("insert into staging.stg_surfaces values ('live', '2026-02-23', null)")
        made.run("insert into staging.stg_surfaces values ('feed', '2026-01-01', null)")
        made.run(
            "insert into staging.stg_incidents "
            "values ('sev1', 'SPAM-1', 'live', '2026-03-04 10:00:00', '2026-03-09 10:00:00')"
        )
        made.run(
            "insert into staging.stg_surface_monitors values ('live', '2020-01-01', '2026-03-01')"
        )
        made.run(
            """
            insert into staging.stg_detections values
                ('d1', '2026-01-01', 'det', 'v1', 'feed', 1),
                ('d2', '2026-03-03', 'det', 'v2', 'feed', 1),
                ('d3', '2026-03-03', 'a new one', 'v1', 'feed', 1)
            """
        )
        made.run("insert into seeds.policy_taxonomy values ('NEW-1', 'spam', '2026-03-01', null)")

    assert (
        "Near it: 2026-02-23 surface launched (live); 2026-03-01 monitor ended (live); "
        "2026-03-01 code NEW-1 now spam; 2026-03-03 first flag of det v2; "
        "2026-03-04 incident declared: sev1 SPAM-1 (live)."
    ) in spike(fill)


def test_a_week_that_is_not_over_has_not_fallen(tmp_path: Path, run: Run) -> None:
    def fill(made: Made) -> None:
        usual(made)
        of_week(made, base=20)

    path = database(tmp_path, fill, datetime(2026, 3, 4))
    said = run("investigate", "spike", "--database", path, "--week", "2026-03-03").out
    assert said.startswith("Week of 2026-03-02: no clear change. 20 reports")
    assert "The week is not over" in said


def test_without_a_week_it_is_the_clearest_rise(tmp_path: Path, run: Run) -> None:
    def fill(made: Made) -> None:
        usual(made)
        made.reports(WEEK, 160)
        made.reports(WEEK + timedelta(days=7), 180)
        made.reports(WEEK + timedelta(days=14), 100)

    path = database(tmp_path, fill, datetime(2026, 3, 24))
    said = run("investigate", "spike", "--database", path).out
    assert said.startswith(
        "Week of 2026-03-09 (the clearest rise of the last 8 complete weeks): reports rose."
    )


def test_without_a_week_nor_a_rise_it_is_the_last(tmp_path: Path, run: Run) -> None:
    path = database(tmp_path, usual, datetime(2026, 3, 2))
    said = run("investigate", "spike", "--database", path).out.replace("\n", " ")
    assert said.startswith(
        "Week of 2026-02-23 (the last complete week; none of the last 8 has a clear rise): "
        "no clear change."
    )


# The numbers, computed again by other means.


@cache
def student_t_975(degrees: int) -> float:
    """By integrating the density from 0 with Simpson's rule, and bisecting for 0.475."""
    factor = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2))
    factor /= math.sqrt(degrees * math.pi)

    def area(end: float, steps: int = 2000) -> float:
        width = end / steps
        heights = [
            factor * (1 + (width * i) ** 2 / degrees) ** (-(degrees + 1) / 2)
            for i in range(steps + 1)
        ]
        odd, even = sum(heights[1:-1:2]), sum(heights[2:-1:2])
        return width / 3 * (heights[0] + 4 * odd + 2 * even + heights[-1])

    return bisected(lambda end: area(end) - 0.475, 0.5, 50)


def bisected(function: Callable[[float], float], low: float, high: float) -> float:
    """The root of a rising function."""
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < 0 else (low, middle)
    return (low + high) / 2


def interval(week: int, weeks: list[int]) -> tuple[float, float, float]:
    """Dispersion and bounds of the rise: by the score test that Wilson's interval inverts."""
    mean = statistics.mean(weeks)
    dispersion = max(sum((one - mean) ** 2 / mean for one in weeks) / (len(weeks) - 1), 1)
    size = (week + sum(weeks)) / dispersion
    share = week / (week + sum(weeks))
    critical = student_t_975(len(weeks) - 1)

    def score(p: float) -> float:
        return (p - share) / math.sqrt(p * (1 - p) / size)

    low = bisected(lambda p: score(p) + critical, 1e-12, share) if week else 0
    high = bisected(lambda p: score(p) - critical, max(share, 1e-12), 1 - 1e-12)
    return dispersion, *(len(weeks) * p / (1 - p) - 1 for p in (low, high))


def usual_of(counts: dict[date, dict[str, int]], week: date, first: date, weeks: int) -> list[date]:
    """The usual weeks of a week, by the words of docs/analyses/abuse_spike.md."""
    before = [one for one in reversed(weeks_before(week, 2 * weeks)) if one > first]
    if len(before) < 4:
        return []
    unusual = set()
    for surface in {name for told in counts.values() for name in told}:
        series = {one: counts.get(one, {}).get(surface, 0) for one in before}
        median = statistics.median(series.values())
        spread = statistics.median(abs(value - median) for value in series.values())
        scale = max(1.4826 * spread, math.sqrt(median), 1)
        unusual |= {one for one, value in series.items() if abs(value - median) > 3.5 * scale}
    kept = [one for one in before if one not in unusual][:weeks]
    lacking = max(4 - len(kept), 0)
    return kept + [one for one in before if one in unusual][:lacking]


def test_rises_are_those_of_an_independent_computation(tmp_path: Path) -> None:
    """Thirty weeks with storms, on three surfaces, one of them new and one rare."""
    chance = random.Random(7)
    weeks = weeks_before(WEEK, 30)
    counts: dict[date, dict[str, int]] = {}
    for place, week in enumerate(weeks):
        storm = 6 if place in (9, 10, 21) else 1
        counts[week] = {
            "feed": round(chance.gauss(60, 15)),
            "live": chance.randint(8, 14) * storm,
            "shop": chance.randint(0, 2),
            "new": 40 if place > 24 else 0,
        }

    def fill(made: Made) -> None:
        for week, told in counts.items():
            for surface, count in told.items():
                if count:
                    made.reports(week, count, surface=surface, outcome="no_case")

    with opened(database(tmp_path, fill, datetime(2026, 3, 2))) as source:
        rows = source.analyse("abuse_spike_weeks", rise=-1, baseline_weeks=6)
    found = {(row["week_start"], row["slice_value"]): row for row in rows}
    with_all = {week: {**told, "all": sum(told.values())} for week, told in counts.items()}
    expected = 0
    for week in weeks:
        chosen = usual_of(with_all, week, weeks[0], 6)
        for surface, count in with_all[week].items():
            if not chosen or not count:
                assert (week, surface) not in found
                continue
            expected += 1
            row = found[week, surface]
            before = [with_all[one][surface] for one in chosen]
            assert row["usual_weeks"] == len(before)
            assert row["usual_reports"] == pytest.approx(statistics.mean(before))
            if not sum(before):
                assert row["rise"] is None and row["rise_upper"] is None
                continue
            told = interval(count, before)
            assert (row["dispersion"], row["rise_lower"], row["rise_upper"]) == pytest.approx(
                told, rel=1e-6
            )
    assert len(found) == expected > 80
    assert any(row["dispersion"] > 2 for row in rows)


def test_where_too_few_usual_weeks_are_left_the_latest_unusual_one_fills_up(
    tmp_path: Path,
) -> None:
    """Five weeks, two of them with a storm on a surface each."""

    def fill(made: Made) -> None:
        for place, week in enumerate(weeks_before(WEEK, 6)):
            made.reports(week, 100)
            made.reports(week, 60 if place == 2 else 10, surface="live")
            made.reports(week, 50 if place == 4 else 10, surface="shop")
        made.reports(WEEK, 100)

    with opened(database(tmp_path, fill)) as source:
        [whole] = source.analyse("abuse_spike", week=str(WEEK), surface="feed")[:1]
        rows = source.analyse("abuse_spike", week=str(WEEK))
    assert whole["usual_weeks"] == 4
    # The weeks 1, 3 and 5 as usual, 120 each, and the later storm's 160.
    assert (rows[0]["usual_weeks"], rows[0]["usual"]) == (4, 130)


def test_the_worked_number_of_the_page(tmp_path: Path) -> None:
    """docs/analyses/abuse_spike.md: eight weeks from 80 to 120, then 160."""

    def fill(made: Made) -> None:
        usual(made, (80, 120, 90, 110, 85, 115, 95, 105))
        of_week(made, base=160)

    with opened(database(tmp_path, fill)) as source:
        rows = source.analyse("abuse_spike", week=str(WEEK))
    [whole] = [row for row in rows if row["slice"] == "overall"]
    # By hand: squares 400 400 100 100 225 225 25 25 = 1500; 1500 / 100 / 7 = 2.142857.
    assert whole["dispersion"] == pytest.approx(15 / 7)
    assert (whole["usual"], whole["rise"]) == pytest.approx((100, 0.6))
    # Wilson of 160 / 960, size 960 / 2.142857 = 448, t = 2.364624: p from 0.129195 to 0.212357,
    # and 8 p / (1 - p) - 1.
    assert (whole["rise_lower"], whole["rise_upper"]) == pytest.approx((0.1869, 1.1569), abs=1e-4)


def test_parts_add_up(tmp_path: Path) -> None:
    def fill(made: Made) -> None:
        usual(made)
        of_week(made)
        made.reports(WEEK, 30, items=2, reporters=3, surface="live", code="SCAM-1")
        made.reports(WEEK, 20, surface="shop", code="LOST-1", outcome="undecided")
        made.run("update staging.stg_reports set reporter_id = null where report_id like '%5'")
        made.run("update staging.stg_reports set content_id = null where report_id like '%7'")

    with opened(database(tmp_path, fill)) as source:
        rows = source.analyse("abuse_spike", week=str(WEEK))
    whole = rows[0]
    assert (whole["slice"], whole["observed"]) == ("overall", 150)
    slices: dict[str, list[Row]] = {}
    for row in rows:
        slices.setdefault(row["slice"], []).append(row)
    assert len(slices) == 10
    for name, parts in slices.items():
        for column in ("observed", "usual", "change"):
            assert sum(row[column] for row in parts) == pytest.approx(whole[column]), name
        assert sum(row["share_of_change"] for row in parts) == pytest.approx(1)


def test_out_holds_parts_what_is_beside_and_what_was_near(spike: Spike, tmp_path: Path) -> None:
    def fill(made: Made) -> None:
        with_more(count=80)(made)
        made.run("insert into staging.stg_surfaces values ('live', '2026-02-23', null)")

    out = tmp_path / "spike.json"
    said = spike(fill, "--out", str(out))
    rows = json.loads(out.read_text(encoding="utf-8"))
    assert f"wrote {len(rows)} rows to {out}" in said
    by_slice = {(row["slice"], row["slice_value"]): row for row in rows}
    assert by_slice["overall", "all"]["observed"] == 180
    assert by_slice["beside", "reported items"]["observed"] == 180
    assert by_slice["near", "surface launched"]["near_surface"] == "live"
