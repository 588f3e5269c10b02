"""Great Expectations judges the measures: one suite, validated once over a frame of them all."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any

from trustmetrics.check.measures import Measure, quoted

# Read by the library as it is imported. Some of its versions report each run to their makers.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)

COLUMNS = ["position", "lower", "value", "upper", "seen"]


def judge(measures: Sequence[Measure]) -> list[Measure]:
    """Judge measures; in their order, each with its success.

    What cannot be judged is not put before the library: an expectation over nothing would hold.

    Raises:
        RuntimeError: a measure has no figure, or an expectation could not be evaluated; neither is
            ever taken for one that held.
    """
    judged = {place: measure for place, measure in enumerate(measures) if not measure.unjudged}
    failed: dict[int, list[str]] = {}
    for row in _unexpected(judged):
        failed.setdefault(row["position"], []).append(row.get("seen", ""))
    results = list(measures)
    for position, measure in judged.items():
        observed = measure.observed
        if measure.seen_values is not None:
            new = failed.get(position)
            observed = f"new: {quoted(new)}" if new else "none"
        results[position] = replace(measure, success=position not in failed, observed=observed)
    return results


def _unexpected(measures: Mapping[int, Measure]) -> Iterator[Mapping[str, Any]]:
    """Validate one frame, a row per figure or value seen; yield the rows beyond what is allowed."""
    context = gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            # Its own report pages need the network for their styles; ours is made in page.py.
            store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            progress_bars=ProgressBarsConfig(globally=False),
        ),
    )
    rows = [row for position, measure in measures.items() for row in _rows(position, measure)]
    known = [(position, value) for position, m in measures.items() for value in m.known_values]
    skipping = {"ignore_row_if": "either_value_is_missing"}
    suite = gx.ExpectationSuite(
        name="measures",
        expectations=[
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="value", column_B="lower", or_equal=True, **skipping
            ),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="upper", column_B="value", or_equal=True, **skipping
            ),
            gxe.ExpectColumnPairValuesToBeInSet(
                column_A="position", column_B="seen", value_pairs_set=known, **skipping
            ),
        ],
    )
    batch = (
        context.data_sources.add_pandas("measures")
        .add_dataframe_asset("measures")
        .add_batch_definition_whole_dataframe("measures")
        .get_batch({"dataframe": pd.DataFrame(rows, columns=COLUMNS)})
    )
    wanted = {"result_format": "COMPLETE", "unexpected_index_column_names": ["position"]}
    for found in batch.validate(suite, result_format=wanted).results:
        if "unexpected_index_list" not in found.result:
            raise RuntimeError(
                f"{found.expectation_config.type} could not be evaluated: {found.exception_info}"
            )
        yield from found.result["unexpected_index_list"]


def _rows(position: int, measure: Measure) -> list[dict[str, Any]]:
    if measure.seen_values is not None:
        return [{"position": position, "seen": value} for value in measure.seen_values]
    limits = [limit for limit in (measure.lower_limit, measure.upper_limit) if limit is not None]
    figures = [measure.observed_value, *limits]
    if not limits or not all(figure is not None and isfinite(figure) for figure in figures):
        raise RuntimeError(f"{measure.place}: {measure.expectation} has nothing to judge")
    return [
        {
            "position": position,
            "lower": measure.lower_limit,
            "value": measure.observed_value,
            "upper": measure.upper_limit,
        }
    ]
