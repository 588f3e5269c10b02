"""The register as dbt seeds: dbt reads CSV, not a folder of YAML."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from trustmetrics.register.units import target_words, targets_in_words, value_format
from trustmetrics.register.vocabulary import Vocabulary, spelled_code

REGISTER_SEED = "metric_register.csv"
VERSIONS_SEED = "metric_versions.csv"
TARGETS_SEED = "kpi_targets.csv"
CHANGES_SEED = "vocabulary_changes.csv"

REGISTER_COLUMNS = (
    "metric",
    "title",
    "description",
    "question",
    "family",
    "owner",
    "tier",
    "indicator",
    "statistic",
    "unit",
    "direction",
    "numerator",
    "denominator",
    "included",
    "excluded",
    "confirmed",
    "time_window",
    "period_by",
    "grains",
    "slices",
    "maturity_days",
    "requires",
    "misuse",
    "source",
    "segment",
    "family_order",
    "value_format",
    "target_text",
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
TARGETS_COLUMNS = (
    "metric",
    "slice",
    "slice_value",
    "indicator",
    "direction",
    "target_kind",
    "comparator",
    "target_value",
    "target_grain",
    "target_text",
)
CHANGES_COLUMNS = (
    "vocabulary",
    "entry",
    "change",
    "codes",
    "reason",
    "decided_by",
    "decided_on",
    "effective_from",
    "restates_history",
    "restated_from",
    "metric",
    "slice",
)

Entry = Mapping[str, Any]


def register_seeds(entries: Iterable[Entry], families: Sequence[str] = ()) -> dict[str, str]:
    """Return the seeds that carry the register into SQL.

    Args:
        entries: the parsed files of the register, valid by its schema, in any order. Leaves are
            left out: they are not metrics.
        families: the families of the register's settings, in their order.

    Returns:
        The text of each seed by its file name: metric_register.csv has one row per metric,
        metric_versions.csv one per entry of its `versions`, in their order, and after it one per
        older version that the entry moves along; kpi_targets.csv one per slice that the scorecard
        shows. Sorted by metric, with "\\n" at the end of a line; write it
        with newline="". What a file does not say is empty, which dbt loads as NULL.
    """
    metrics = sorted(
        (entry for entry in entries if entry.get("kind", "metric") == "metric"),
        key=lambda entry: entry["metric"],
    )
    return {
        REGISTER_SEED: _csv(
            REGISTER_COLUMNS, (_register_row(metric, families) for metric in metrics)
        ),
        VERSIONS_SEED: _csv(VERSIONS_COLUMNS, chain.from_iterable(map(_version_rows, metrics))),
        TARGETS_SEED: _csv(TARGETS_COLUMNS, chain.from_iterable(map(_target_rows, metrics))),
    }


def said_of_versions(entry: Entry) -> list[tuple[int, str]]:
    """Return what an entry of a history says of each version: its own, and those moved along."""
    along = "refactor" if entry["change"] == "refactor" else "amended"
    older = entry.get("moves_along") or ()
    return [(entry["version"], entry["change"]), *((version, along) for version in older)]


def vocabulary_seeds(vocabularies: Iterable[Vocabulary]) -> dict[str, str]:
    """Return the seed that carries the histories of vocabularies into SQL.

    Args:
        vocabularies: those of the register, in any order.

    Returns:
        The text of vocabulary_changes.csv by its name: one row per entry, metric and slice that it
        can move; an entry that moves nothing has none. Written as those of register_seeds.
    """
    rows = [
        row
        for vocabulary in sorted(vocabularies, key=lambda one: one.name)
        for row in _change_rows(vocabulary)
    ]
    return {CHANGES_SEED: _csv(CHANGES_COLUMNS, rows)}


def _change_rows(vocabulary: Vocabulary) -> Iterable[Entry]:
    for change in vocabulary.changes:
        restates, restated_from = _restatement(change.data.get("restates_history"))
        said = dict(change.data) | {
            "vocabulary": vocabulary.name,
            "entry": change.number,
            "codes": sorted(map(spelled_code, change.codes)),
            "restates_history": restates,
            "restated_from": restated_from,
        }
        for metric, slices in sorted(change.moves.items()):
            yield from (said | {"metric": metric, "slice": one} for one in slices)


def slices_in_words(metric: Entry) -> list[str]:
    """Return the slices of a metric, `segment` with what it is."""
    return [
        f"segment ({metric['segment']})" if name == "segment" and "segment" in metric else name
        for name in metric.get("slices", ())
    ]


def _register_row(metric: Entry, families: Sequence[str]) -> Entry:
    page = f"docs/metrics/{metric['metric']}.md"
    family = metric.get("family")
    return {
        **metric,
        "family_order": families.index(family) + 1 if family in families else None,
        "value_format": value_format(metric),
        "target_text": targets_in_words(metric),
        "slices": slices_in_words(metric),
        "source": [page, *metric.get("source", ())],
    }


def _target_rows(metric: Entry) -> Iterable[Entry]:
    """Its targets; overall is shown without one, too."""
    targets = metric.get("targets", ())
    if not any(target.get("slice", "overall") == "overall" for target in targets):
        targets = [{"kind": "none"}, *targets]
    for target in targets:
        is_overall = target.get("slice", "overall") == "overall"
        sign, value = target.get("comparator"), target.get("value")
        yield {
            **{name: metric.get(name) for name in ("metric", "indicator", "direction")},
            "slice": target.get("slice", "overall"),
            "slice_value": "all" if is_overall else target.get("slice_value"),
            "target_kind": target["kind"],
            "comparator": sign,
            "target_value": value,
            "target_grain": target.get("grain"),
            "target_text": target_words(target["kind"], sign, value, value_format(metric)),
        }


def _version_rows(metric: Entry) -> Iterable[Entry]:
    for number, version in enumerate(metric["versions"], start=1):
        restates, restated_from = _restatement(version.get("restates_history"))
        row = dict(version) | {
            "metric": metric["metric"],
            "entry": number,
            "restates_history": restates,
            "restated_from": restated_from,
        }
        for about, change in said_of_versions(version):
            yield row | {"version": about, "change": change}


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


def _csv(columns: Sequence[str], rows: Iterable[Entry]) -> str:
    # Every cell is quoted: the csv module leaves a bare carriage return unquoted, and readers would
    # end the row there.
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return text.getvalue()
