"""Which metrics MetricFlow serves, and that the guide says so."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.python.register.test_contents import REGISTER, ROOT
from trustmetrics.register.generated import Computed, computed_metrics, generated_files, templates
from trustmetrics.register.load import parse_yaml
from trustmetrics.register.semantic_layer import SEMANTIC_LAYER, semantic_layer

GUIDE = ROOT / "docs/guides/semantic_layer.md"
ADDITIVE = {name for name, one in REGISTER.entries.items() if one.data.get("additive")}


def test_the_guide_lists_every_metric_with_what_the_register_says_of_it() -> None:
    rows = re.findall(r"^\| (\w+) \| (yes|no) \| (.*)\|$", GUIDE.read_text("utf-8"), re.M)
    assert {name: said == "yes" for name, said, _ in rows} == {
        one.name: one.name in ADDITIVE for one in computed_metrics(ROOT, REGISTER)
    }
    assert all(bool(reason.strip()) == (said == "no") for _, said, reason in rows)


@pytest.fixture(scope="module")
def metrics() -> dict[str, dict[str, object]]:
    made = parse_yaml(generated_files(ROOT, REGISTER, docs=False)[SEMANTIC_LAYER], SEMANTIC_LAYER)
    return {one["name"]: one for one in made["metrics"]}


def test_each_additive_metric_is_served_overall_and_by_each_slice(
    metrics: dict[str, dict[str, object]],
) -> None:
    wanted = {
        name
        for metric in ADDITIVE
        for name in (
            f"{metric}_overall",
            f"{metric}_numerator",
            f"{metric}_denominator",
            *(f"{metric}_by_{one}" for one in REGISTER.entries[metric].data["slices"]),
        )
    }
    assert {name for name in metrics if not name.startswith("block_")} == wanted


def test_the_filters_fix_the_newest_version_and_one_slice(
    metrics: dict[str, dict[str, object]],
) -> None:
    assert metrics["appeal_rate_by_surface"]["filter"] == (
        "{{ Dimension('kpi__metric') }} = 'appeal_rate' and "
        "{{ Dimension('kpi__metric_version') }} = 2 and {{ Dimension('kpi__slice') }} = 'surface'"
    )
    assert str(metrics["appeal_rate_numerator"]["filter"]).endswith(
        "{{ Dimension('kpi__slice') }} = 'overall' and {{ Dimension('kpi__period_grain') }} = 'day'"
    )


def test_a_rate_is_served_times_its_factor() -> None:
    rate = REGISTER.entries["report_rate"]
    additive = replace(rate, data={**rate.data, "additive": True})
    text = semantic_layer(templates, [Computed(additive, [1])])
    assert "expr: 1000 * numerator / nullif(denominator, 0)\n" in text
