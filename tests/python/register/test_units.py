"""How values and targets are written follows from the register."""

from __future__ import annotations

import pytest

from trustmetrics.register.units import MARKS, RATES, targets_in_words, value_format


@pytest.mark.parametrize(
    ("metric", "written"),
    [
        ({"statistic": "proportion", "unit": "proportion, 0 to 1"}, "percent"),
        ({"statistic": "reduction", "unit": "proportion"}, "percent"),
        ({"statistic": "change", "unit": "proportion; -0.03 is 3 % fewer"}, "percent"),
        ({"statistic": "quantile", "unit": "hours"}, "hours"),
        ({"statistic": "mean", "unit": "hours"}, "hours"),
        ({"statistic": "mean", "unit": "points, 1 to 5"}, "number"),
        ({"statistic": "count", "unit": "cases"}, "count"),
        ({"statistic": "subcount", "unit": "cases"}, "count"),
        ({"statistic": "ratio", "unit": "cases per hour of review"}, "number"),
        ({"statistic": "coefficient", "unit": "coefficient"}, "number"),
        ({"statistic": "rate", "factor": 1000, "unit": "reports per 1,000"}, "per_thousand"),
        ({"statistic": "rate", "factor": 1_000_000, "unit": "per 1,000,000"}, "per_million"),
        ({"statistic": "rate", "factor": 7, "unit": "cases per 7 shifts"}, "number"),
        ({"statistic": "rate", "unit": "cases per shift"}, "number"),
        ({"unit": "hours"}, None),
    ],
)
def test_a_format_follows_from_statistic_unit_and_factor(
    metric: dict[str, object], written: str | None
) -> None:
    assert value_format(metric) == written


def test_every_rate_has_a_mark_that_says_per_how_many() -> None:
    scales = {"k": 1_000, "M": 1_000_000, "B": 1_000_000_000}
    for factor, name in RATES.items():
        mark = MARKS[name].removeprefix("/")
        assert int(mark.rstrip("kMB")) * scales.get(mark[-1], 1) == factor


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ([], None),
        ([{"kind": "level", "comparator": ">", "value": 0.85}], "> 85 %"),
        ([{"kind": "level", "comparator": "<=", "value": 0.8, "grain": "week"}], "≤ 80 % by week"),
        ([{"kind": "change", "comparator": "<", "value": 0}], "falls against the period before"),
        (
            [{"kind": "change", "comparator": ">", "value": 0, "grain": "month"}],
            "rises against the month before",
        ),
        (
            [{"kind": "relative_change", "comparator": "<=", "value": -0.1, "grain": "quarter"}],
            "≤ -10 % against the quarter before",
        ),
        (
            [{"kind": "guardrail", "comparator": ">=", "slice": "segment"}],
            "≥ its own guardrail, for each experiment_id",
        ),
        (
            [
                {"kind": "level", "comparator": "=", "value": 0, "slice": "severity"},
                {
                    "kind": "level",
                    "comparator": "=",
                    "value": 1,
                    "slice": "severity",
                    "slice_value": "high",
                },
            ],
            "= 0 % for each severity; = 100 % for severity high",
        ),
    ],
)
def test_targets_are_said_with_what_they_are_for(
    targets: list[dict[str, object]], said: str | None
) -> None:
    metric = {"statistic": "proportion", "segment": "experiment_id", "targets": targets}
    assert targets_in_words(metric) == said
