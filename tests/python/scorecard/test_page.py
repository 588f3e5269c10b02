"""The page of a terminal: what is where, that it fits, and that it hides nothing."""

from __future__ import annotations

import io
from datetime import date

from rich.console import Console

from tests.python.scorecard.cards import card, line, page, row_of, worse
from trustmetrics.scorecard.text import WIDTH, print_page


def _place(lines: list[str], start: str) -> int:
    (found,) = [number for number, one in enumerate(lines) if one.startswith(start)]
    return found


def test_a_line_says_it_all() -> None:
    assert row_of(card(line()), "rework_rate") == (
        "rework_rate 2026-05 3.0 % 2.0–4.5 -1.0 pt < 5 % met █▁▁ 3.1"
    )


def test_a_terminal_without_unicode_gets_ascii() -> None:
    shown = card(line(comparator=">=", status="missed"), worst=[worse(metric="w")], slice_count=9)
    assert row_of(shown, "rework_rate", "ascii") == (
        "rework_rate 2026-05 3.0 % 2.0-4.5 -1.0 pt >= 5 % missed #__ 3.1"
    )


def test_what_is_missed_comes_first_then_what_is_unclear() -> None:
    lines = page(
        card(
            line(metric="a", status="unclear"),
            line(metric="b", status="met"),
            line(metric="c", status="missed"),
            line(metric="d", status="too few"),
            line(metric="e", status="missed", target_kind="change", target_value=0.0),
        )
    )
    start = lines.index("What needs attention first")
    assert lines[start + 1 : start + 5] == [
        "  missed  c: 3.0 % (2.0 to 4.5) in 2026-05; target < 5 %",
        "  missed  e: 3.0 %, -1.0 pt (-2.0 to -0.1) in 2026-05; it should fall",
        "  unclear a: 3.0 % (2.0 to 4.5) in 2026-05; target < 5 %",
        "",
    ]


def test_the_list_is_short_and_says_what_it_leaves_out() -> None:
    lines = page(card(*(line(metric=f"m{number}", status="missed") for number in range(15))))
    assert "  and 3 more, below" in lines
    assert sum(one.startswith("  missed") for one in lines) == 12


def test_nothing_to_attend_to_is_said() -> None:
    assert "  nothing: no target is missed, and none is in doubt" in page(card(line()))


def test_leading_and_lagging_stand_apart_in_their_families() -> None:
    lines = page(
        card(
            line(metric="a", family="harm", indicator="lagging"),
            line(metric="b", family="quality", indicator="leading"),
            line(metric="c", family="quality", indicator="lagging"),
            segments=[line(metric="s", family="harm", slice="severity", slice_value="high")],
        )
    )
    table = lines[_place(lines, "metric ") + 1 :]
    assert [one.split()[0] for one in table[:7]] == [
        "harm,",
        "a",
        "s:",
        "quality,",
        "b",
        "quality,",
        "c",
    ]
    assert table[0] == "harm, lagging" and table[3] == "quality, leading"


def test_segments_are_counted_not_listed() -> None:
    e1 = line(
        metric="friction",
        slice="segment",
        slices="surface; segment (experiment_id)",
        slice_value="e1",
        slice_label="gift delay",
        target_kind="guardrail",
        status="missed",
    )
    others = [
        line(**vars(e1) | {"slice_label": f"e{number}", "status": status})
        for number, status in ((2, "missed"), (3, "met"), (4, "unclear"), (5, "met"))
    ]
    lines = page(card(line(), segments=[e1, *others]))
    said = "friction: by experiment_id, 2 of 5 broke their guardrail (gift delay, e2)"
    assert f"  {said}, 1 unclear, 2 met" in lines
    assert f"  missed  {said}, 1 unclear, 2 met" in lines
    severity = [line(metric="b", slice="severity", slice_value="high", status="met")]
    assert "  b: by severity, 0 of 1 missed their target, 1 met" in page(
        card(line(), segments=severity)
    )


def test_what_is_not_measured_has_its_reason_once() -> None:
    without = [
        line(metric=name, status="not measured", reason=reason, period_start=None, value=None)
        for name, reason in (("a", "no reports"), ("b", "nobody counts"), ("c", "no reports"))
    ]
    lines = page(card(line(), not_measured=without))
    start = lines.index("Not measured here")
    assert lines[start + 1 : start + 3] == ["  a, c: no reports", "  b: nobody counts"]


def test_a_newest_period_that_is_the_mature_one_is_not_said_twice() -> None:
    shown = card(line(newest_start=date(2026, 5, 1)))
    assert row_of(shown, "rework_rate").endswith("met █▁▁")


def test_a_newest_period_other_than_that_of_most_is_named() -> None:
    shown = card(line(), line(metric="old", newest_start=date(2025, 2, 1), newest_value=0.5))
    assert row_of(shown, "old").endswith("50.0 (2025-02)")


def test_an_older_version_says_so() -> None:
    assert row_of(card(line(is_newest=False)), "rework_rate v1").startswith("rework_rate v1 2026")


def test_an_interval_with_negative_bounds_has_no_dash() -> None:
    assert "-2.0 to 4.5" in row_of(card(line(ci_lower=-0.02)), "rework_rate")


def test_worst_slices_are_named_with_how_clear_they_are() -> None:
    lines = page(card(line(), worst=[worse()], slice_count=365))
    start = _place(lines, "Worst slices")
    assert lines[start + 2].split() == [
        *("rework_rate", "queue", "=", "appeals", "2026-05", "30.0", "%", "4.0", "%", "3.2", "sd"),
        "1,200",
    ]
    # 365 of a normal distribution beyond 2: 365 x 0.02275 = 8.3.
    assert lines[start + 3] == (
        "  of 365 slices judged, about 8 would lie beyond 2 sd by chance alone"
    )
    assert "  none of 3 stands out" in page(card(line(), slice_count=3))
    assert "  none could be judged: it takes 6 months before" in page(card(line()))


def test_the_widest_page_fits_and_truncates_no_number() -> None:
    widest = line(
        metric="calibration_variance_reduction",
        value=-0.9999,
        ci_lower=-0.99999,
        ci_upper=-0.9998,
        change_on_previous=-0.999,
        change_lower=-1,
        change_upper=1,
        comparator=">=",
        target_value=0.9999,
        status="too early",
        newest_value=-0.99987,
        history=[*range(12)],
    )
    rate = line(
        metric="harm_per_thousand_transactions",
        statistic="rate",
        unit="confirmed violations per 1,000,000 content views",
        value_format="per_million",
        value=99949.0,
        ci_lower=98765.0,
        ci_upper=99900.0,
        relative_change_on_previous=9.99,
        change_upper=1,
        target_value=99999.0,
        newest_value=88888.0,
        history=[*range(12)],
    )
    shown = card(
        widest,
        rate,
        line(metric="m" * 40),
        segments=[
            line(metric="m" * 40, slice="severity", slice_value="v" * 40, status="missed"),
        ],
        worst=[worse(metric="m" * 30, slice="harm_type", slice_value="w" * 24, value=-0.9999)],
        slice_count=99999,
        not_measured=[line(metric=f"metric_{number}", reason="why") for number in range(30)],
        older=["appeal_overturn_rate"],
    )
    for encoding in ("utf-8", "ascii"):
        lines = page(shown, encoding)
        assert max(map(len, lines)) <= WIDTH, max(lines, key=len)
        told = "\n".join(lines)
        for number in ("-99.99 %", "99,949/1M", "+999 %?", "99.99 %", "-99.9 pt?", "88,888"):
            assert number in told, number
    # The trend gave way.
    assert "trend" not in told
    assert row_of(shown, "calibration_variance_reduction").endswith("too early -99.99")


def test_a_trend_gives_way_from_its_oldest_periods_on() -> None:
    history = [7.0, 0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2]
    # By hand: with a name of 30 the columns and the gaps between them take 114, 4 too many.
    for name, trend in (("a", "█▁▂▃▄▅▆▇█▁▂▃"), ("m" * 30, "▄▅▆▇█▁▂▃")):
        wide = line(
            metric=name,
            history=history,
            value=-0.9999,
            ci_lower=-0.99999,
            ci_upper=-0.8,
            comparator=">=",
            target_value=0.9999,
            status="too early",
        )
        assert f" too early {trend} 3.1" in row_of(card(wide), name)


def test_colours_are_for_a_terminal_alone() -> None:
    shown = card(line(status="missed"))
    assert not any("\x1b" in one for one in page(shown))
    told = io.StringIO()
    print_page(shown, Console(file=told, force_terminal=True, width=WIDTH))
    assert "\x1b[1;31mmissed" in told.getvalue()


def test_a_database_without_periods_says_so() -> None:
    lines = page(card(as_of=None))
    assert "No metric has a complete month." in lines
