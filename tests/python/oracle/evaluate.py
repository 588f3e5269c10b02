"""kpi_values from raw rows."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import datetime

from . import (
    metrics_appeals,
    metrics_detection,
    metrics_harm,
    metrics_intake,
    metrics_programme,
    metrics_quality,
    metrics_recurrence,
    metrics_response,
    metrics_workload,
)
from .cases import Seeds, world
from .contract import ROOT, Row
from .measured import unmeasured
from .rows import KpiRow

FAMILIES = (
    metrics_harm,
    metrics_response,
    metrics_detection,
    metrics_quality,
    metrics_appeals,
    metrics_recurrence,
    metrics_intake,
    metrics_workload,
    metrics_programme,
)


def project_seeds() -> dict[str, list[dict[str, str]]]:
    """The project's own vocabularies."""
    found = {}
    for path in sorted((ROOT / "seeds").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            found[path.stem] = list(csv.DictReader(handle))
    return found


def evaluate(
    raw: Mapping[str, Sequence[Row]], as_of: datetime | None, seeds: Seeds
) -> list[KpiRow]:
    """The rows of kpi_values, of what is measured; none where no raw row is valid."""
    seen = world(raw, as_of, seeds)
    if seen is None:
        return []
    absent = unmeasured(seen)
    found = [row for family in FAMILIES for row in family.rows(seen)]
    return [row for row in found if row["metric"] not in absent]
