"""The register as two dbt seeds: dbt reads CSV, not a folder of YAML."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

REGISTER_SEED = "metric_register.csv"
VERSIONS_SEED = "metric_versions.csv"

REGISTER_COLUMNS = (
    "metric",
    "title",
    "question",
    "owner",
    "tier",
    "indicator",
    "unit",
    "direction",
    "numerator",
    "denominator",
    "included",
    "excluded",
    "confirmed",
    "time_window",
    "period_by",
    "maturity_days",
    "dimensions",
    "misuse",
    "source",
    "model",
)
VERSIONS_COLUMNS = (
    "metric",
    "entry",
    "version",
    "change",
    "reason",
    "decided_by",
    "decided_on",
    "effective_from",
    "restates_history",
    "restated_from",
    "replaced_by",
)

Entry = dict[str, Any]


def register_seeds(entries: list[Entry]) -> dict[str, str]:
    """The seeds that carry the register into SQL.

    Args:
        entries: the parsed files of the register, valid by its schema, in any order. Leaves are
            left out: they are no metrics.

    Returns:
        The text of each seed by its file name: metric_register.csv has one row per metric,
        metric_versions.csv one per entry of its `versions`, in their order. Sorted by metric, with
        "\\n" at the end of a line; write it with newline="". What a file does not say is empty,
        which dbt loads as NULL.
    """
    metrics = sorted(
        (entry for entry in entries if entry.get("kind", "metric") == "metric"),
        key=lambda entry: entry["metric"],
    )
    register = [[_cell(metric.get(name)) for name in REGISTER_COLUMNS] for metric in metrics]
    versions = [
        [_cell(row.get(name)) for name in VERSIONS_COLUMNS]
        for metric in metrics
        for row in _version_rows(metric)
    ]
    return {
        REGISTER_SEED: _csv(REGISTER_COLUMNS, register),
        VERSIONS_SEED: _csv(VERSIONS_COLUMNS, versions),
    }


def _version_rows(metric: Entry) -> Iterable[Entry]:
    for number, version in enumerate(metric["versions"], start=1):
        restates, restated_from = _restatement(version.get("restates_history"))
        yield version | {
            "metric": metric["metric"],
            "entry": number,
            "restates_history": restates,
            "restated_from": restated_from,
        }


def _restatement(restates: Any) -> tuple[str | None, Any]:
    """How history is restated (no, yes, from_date), and from which date."""
    if restates is None:
        return None, None
    if isinstance(restates, bool):
        return ("yes" if restates else "no"), None
    return "from_date", restates


def _cell(value: Any) -> str:
    """A value as text: a list joined by '; ', a date as YYYY-MM-DD, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return str(value)


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    # Every cell is quoted: the csv module leaves a bare carriage return unquoted, and readers would
    # end the row there.
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
