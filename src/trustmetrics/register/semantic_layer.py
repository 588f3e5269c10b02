"""The additive metrics of the register as MetricFlow's semantic models and metrics."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

    from trustmetrics.register.generated import Computed

SEMANTIC_LAYER = "models/marts/semantic_layer.yml"
# The metrics that the sliced ones are built on, with what each is.
BLOCKS = (
    ("numerator_sum", "sum of numerators"),
    ("denominator_sum", "sum of denominators"),
    ("first_slice_value", "first slice value"),
    ("last_slice_value", "last slice value"),
)


def semantic_layer(templates: Environment, metrics: Sequence[Computed]) -> str:
    """Return the text of the semantic models of the metrics that are `additive`.

    Each has `<metric>_overall`, its `<metric>_numerator` and `<metric>_denominator`, and one
    `<metric>_by_<slice>` for each slice. None has the name of a model: `dbt build --select` would
    take both, and with MetricFlow's all that kpi_values reads. Slices are marginals, so the filters
    fix metric, version and slice; a sliced one has no value where a row would mix two slice values.

    Args:
        templates: the register's templates.
        metrics: the metrics that have a model, by name.
    """
    return templates.get_template("semantic_layer.yml.j2").render(
        metrics=[metric for metric in metrics if metric.data.get("additive")],
        blocks=BLOCKS,
        filters=_filter,
        expr=_expression,
    )


def _filter(metric: Computed, slice_name: str, days_alone: bool) -> str:
    fixed = {
        "metric": f"'{metric.name}'",
        "metric_version": str(metric.versions[-1]),
        "slice": f"'{slice_name}'",
    }
    if days_alone:
        fixed["period_grain"] = "'day'"
    return json.dumps(
        " and ".join(f"{{{{ Dimension('kpi__{name}') }}}} = {is_}" for name, is_ in fixed.items())
    )


def _expression(metric: Computed) -> str:
    """The value from numerator and denominator; nothing is divided by 0."""
    ratio = "numerator / nullif(denominator, 0)"
    factor = metric.data.get("factor")
    return f"{factor} * {ratio}" if factor else ratio
