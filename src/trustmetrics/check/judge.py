"""Great Expectations judges the measures: a checkpoint per group, over one small frame each."""

import os
from collections.abc import Iterator, Sequence
from math import isfinite

from trustmetrics.check.measures import Measure, Result, quoted

# Read by the library as it is imported. Some of its versions report each run to their makers.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import pandas as pd
from great_expectations.core.expectation_validation_result import (
    ExpectationValidationResult,
)
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)


def judge(measures: Sequence[Measure]) -> list[Result]:
    """Judge measures, each by one expectation on a column of its own; in their order.

    A measure that cannot be judged gets no expectation and its result is held None: an expectation
    over nothing would hold.

    Raises:
        RuntimeError: an expectation could not be evaluated; never taken for one that held.
    """
    results = {
        position: Result(measure, None, measure.observed)
        for position, measure in enumerate(measures)
        if measure.unjudged
    }
    for checkpoint in dict.fromkeys(measure.checkpoint for measure in measures):
        group = {
            position: measure
            for position, measure in enumerate(measures)
            if measure.checkpoint == checkpoint and position not in results
        }
        if group:
            results |= dict(_run(checkpoint, group))
    return [results[position] for position in range(len(measures))]


def _run(checkpoint: str, group: dict[int, Measure]) -> Iterator[tuple[int, Result]]:
    """Run a checkpoint over one frame: a column per measure, its name made of a number alone."""
    context = gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            # Its own report pages need the network for their styles; ours stands in page.py.
            store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            progress_bars=ProgressBarsConfig(globally=False),
        ),
    )
    frame = pd.DataFrame({_column(position): _cells(m) for position, m in group.items()})
    batch = (
        context.data_sources.add_pandas(checkpoint)
        .add_dataframe_asset(checkpoint)
        .add_batch_definition_whole_dataframe(checkpoint)
    )
    suite = context.suites.add(
        gx.ExpectationSuite(
            name=checkpoint,
            expectations=[_expectation(position, m) for position, m in group.items()],
        )
    )
    validation = context.validation_definitions.add(
        gx.ValidationDefinition(name=checkpoint, data=batch, suite=suite)
    )
    run = context.checkpoints.add(
        gx.Checkpoint(
            name=checkpoint, validation_definitions=[validation], result_format="COMPLETE"
        )
    ).run(batch_parameters={"dataframe": frame})
    found = next(iter(run.run_results.values())).results
    for one in found:
        position = one.expectation_config.meta["position"]
        yield position, _result(group[position], one)


def _column(position: int) -> str:
    return f"measure_{position}"


def _cells(measure: Measure) -> pd.Series:
    if measure.seen_values is not None:
        return pd.Series(measure.seen_values, dtype="object")
    if measure.value is None or not isfinite(measure.value):
        raise RuntimeError(f"{measure.place}: {measure.check} has nothing to judge")
    return pd.Series([float(measure.value)])


def _expectation(position: int, measure: Measure) -> gx.expectations.Expectation:
    where = {"column": _column(position), "meta": {"position": position}}
    if measure.seen_values is not None:
        return gx.expectations.ExpectColumnDistinctValuesToBeInSet(
            value_set=list(measure.known_values), **where
        )
    return gx.expectations.ExpectColumnMaxToBeBetween(
        min_value=measure.lower, max_value=measure.upper, **where
    )


def _result(measure: Measure, found: ExpectationValidationResult) -> Result:
    if found.exception_info.get("raised_exception"):
        raise RuntimeError(
            f"{measure.place}: {measure.check} could not be evaluated: "
            f"{found.exception_info.get('exception_message')}"
        )
    if measure.seen_values is None:
        return Result(measure, bool(found.success), measure.observed)
    # The library's own list of the unexpected is cut short; the order is the data's.
    new = [value for value in measure.seen_values if value not in measure.known_values]
    return Result(measure, bool(found.success), f"new: {quoted(new)}" if new else "none")
