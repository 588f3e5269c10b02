"""What a change of meaning costs: base and working tree built on the same data and compared."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from trustmetrics.errors import UserError
from trustmetrics.gate.gate import Gate, Report
from trustmetrics.gate.results import Built, build_tree, sample_of
from trustmetrics.gate.semantic import reachable
from trustmetrics.register.load import Register, Registered, version_pairs

USUAL_COLUMNS = {
    "value": "value",
    "grain": "period_grain",
    "period": "period_start",
    "slices": ["slice", "slice_value"],
}
SCORE_KEY = "period_grain, period_start, slice, slice_value, basis"
SHOWN_GRAIN = "month"
OVERALL = "overall"
PERIODS = 12
LARGEST = 10
# Relative: sums of doubles may differ in their last digits.
TOLERANCE = 1e-12
Pair = tuple[str, int, int]


@dataclass(frozen=True)
class Difference:
    """One value, or the status of one target, by the old meaning and the new.

    Attributes:
        place: of a value, grain, period and slices, as far as the model has them; of a target
            also the basis.
        old: by the old meaning; None: no row.
        new: by the new one; None: no row.
    """

    place: tuple[str, ...]
    old: Any
    new: Any


@dataclass
class Impact:
    """The price of a change of one metric.

    Attributes:
        metric: its id.
        old_version: the version on the base.
        new_version: the version in the working tree.
        row_count: rows that either meaning has.
        changed_count: how many of these differ, including a row on one side alone.
        periods: the latest periods, whole population, old and new.
        largest: the largest differences, largest first.
        flips: targets that change their status; None: the project has no scorecard.
        models: models downstream.
        exposures: "type name" of the exposures downstream, dashboards among them.
        problem: why the values were not compared; empty where they were.
    """

    metric: str
    old_version: int
    new_version: int
    row_count: int = 0
    changed_count: int = 0
    periods: list[Difference] = field(default_factory=list)
    largest: list[Difference] = field(default_factory=list)
    flips: list[Difference] | None = None
    models: list[str] = field(default_factory=list)
    exposures: list[str] = field(default_factory=list)
    problem: str = ""


def price_of_report(gate: Gate, report: Report, raw: Path | None) -> list[Impact]:
    """Return the price of each change of meaning in a report, on raw data or the frozen sample."""
    if report.comparison is None:
        return []
    head, known = report.comparison.head, report.comparison.base_lock.versions
    pairs = [(metric, version, version) for metric, version in report.moved]
    pairs += [(metric, version - 1, version) for metric, version in report.new_versions]
    pairs = [one for one in pairs if one[:2] in known and not head.entries[one[0]].is_leaf]
    raw = raw or sample_of(gate.project, head)
    return _price(gate, sorted(pairs), raw) if pairs and raw else []


def price_of_metric(gate: Gate, metric: str, raw: Path) -> list[Impact]:
    """Return the price of each version of a metric, a new one held against the one before.

    Raises:
        UserError: a tree does not build, or the metric is not on both sides, or its values cannot
            be compared.
    """
    pairs = version_pairs(metric, gate.before, gate.head, str(gate.base))
    found = _price(gate, [(metric, *pair) for pair in pairs], raw)
    problem = next((one.problem for one in found), "")
    if problem:
        raise UserError(f"{metric} cannot be priced: {problem}")
    return found


def _price(gate: Gate, pairs: Iterable[Pair], raw: Path) -> list[Impact]:
    pairs, head = list(pairs), gate.head
    models = {head.entries[name].model for name, _, _ in pairs}
    models |= {head.settings["scorecard"]} if head.settings.get("scorecard") else set()
    # The frozen sample is looked at from its own instant; other data from the default one.
    sample = head.settings.get("frozen_sample")
    is_sample = sample and (gate.project / sample).resolve() == raw.resolve()
    as_of = head.settings.get("frozen_as_of", "") if is_sample else ""
    with (
        gate.exported() as export,
        tempfile.TemporaryDirectory(prefix="trustmetrics-impact-") as folder,
    ):
        sides = [
            build_tree(
                tree, register, raw, Path(folder) / name, models, gate.progress(title), as_of
            )
            for name, title, tree, register in (
                ("base", "building base", export(), gate.before),
                ("head", "building head", gate.project, head),
            )
        ]
        return [
            _impact(head.entries[name], head, (sides[0], old), (sides[1], new))
            for name, old, new in pairs
        ]


def _impact(
    metric: Registered, register: Register, old: tuple[Built, int], new: tuple[Built, int]
) -> Impact:
    found = Impact(metric.name, old[1], new[1])
    _downstream(new[0].manifest, metric, found)
    scored: list[bool] = []
    with duckdb.connect() as connection:
        for side, (built, version) in (("old", old), ("new", new)):
            # A view names its file, so each side is read under the name it was built with.
            connection.execute(f"attach '{built.database}' (read_only)")
            found.problem = _read(connection, side, built, metric, version)
            if found.problem:
                return found
            scored.append(_read_scores(connection, side, built, register, metric, version))
            connection.execute(f"detach {built.database.stem}")
        _compare(connection, metric, found)
        found.flips = _flips(connection) if all(scored) else None
    return found


def _columns(metric: Registered) -> tuple[Mapping[str, Any], list[str]]:
    """The columns of a metric by their part, and those that say where a value belongs."""
    columns = metric.data.get("columns") or USUAL_COLUMNS
    single = [columns[key] for key in ("grain", "period") if columns.get(key)]
    return columns, [*single, *columns.get("slices", ())]


def _read(
    connection: duckdb.DuckDBPyConnection,
    side: str,
    built: Built,
    metric: Registered,
    version: int,
) -> str:
    """Copy the values of one side, a place that occurs twice counting once.

    Returns why they cannot be compared; empty where they can.
    """
    relation = built.relation(metric.model, version)
    if relation is None:
        raise UserError(f"version {version} of {metric.name} has no table on the {side} side")
    table = f"{built.database.stem}.{relation}"
    columns, names = _columns(metric)
    cursor = connection.execute(f"select * from {table} limit 0")
    there = {item[0].lower() for item in cursor.description or ()}
    missing = [name for name in (columns["value"], *names) if name.lower() not in there]
    if missing:
        return (
            f"version {version} of {metric.model} has no column {', '.join(missing)}; "
            f"name the metric's own under columns in {metric.path}"
        )
    places = ", ".join(f"coalesce(cast(\"{name}\" as varchar), '(none)')" for name in names)
    try:
        connection.execute(
            f"create table {side} as select cast([{places}] as varchar[]) as place, "
            f'any_value(cast("{columns["value"]}" as double)) as {side}_value '
            f"from {table} group by all"
        )
    except duckdb.ConversionException:
        return f"{columns['value']} of version {version} is not a number"
    return ""


def _compare(connection: duckdb.DuckDBPyConnection, metric: Registered, found: Impact) -> None:
    connection.execute(
        f"""
        create table both_sides as
        select
            place,
            old_value,
            new_value,
            old_value is distinct from new_value
            and coalesce(abs(old_value - new_value) > {TOLERANCE} * abs(old_value), true)
                as is_changed
        from old full join new using (place)
        """
    )
    counted = "select count(*), count(*) filter (where is_changed) from both_sides"
    found.row_count, found.changed_count = connection.execute(counted).fetchone() or (0, 0)
    by_size = "abs(new_value - old_value) desc nulls last, place"
    found.largest = _differences(connection, f"where is_changed order by {by_size} limit {LARGEST}")
    # The whole population by month, or by the coarsest grain that the model has.
    columns, names = _columns(metric)
    shown = ["true"]
    if columns.get("grain"):
        shown.append(
            "place[1] = (select place[1] from both_sides group by 1 "
            f"order by place[1] <> '{SHOWN_GRAIN}', count(*), 1 limit 1)"
        )
    if "slice" in names:
        shown.append(f"place[{names.index('slice') + 1}] = '{OVERALL}'")
    period = names.index(columns["period"]) + 1 if columns.get("period") else 1
    latest = f"order by place[{period}] desc, place limit {PERIODS}"
    found.periods = _differences(connection, f"where {' and '.join(shown)} {latest}")[::-1]


def _differences(connection: duckdb.DuckDBPyConnection, which: str) -> list[Difference]:
    query = f"select place, old_value, new_value from both_sides {which}"
    rows = connection.execute(query).fetchall()
    return [Difference(tuple(place), old, new) for place, old, new in rows]


def _read_scores(
    connection: duckdb.DuckDBPyConnection,
    side: str,
    built: Built,
    register: Register,
    metric: Registered,
    version: int,
) -> bool:
    """Copy the status of a metric's targets on one side; whether the project has a scorecard."""
    model, column = (register.settings.get(name) for name in ("scorecard", "version_column"))
    relation = built.relation(model, None) if model else None
    if relation is not None:
        of_version = f" and {column} = {version}" if column else ""
        connection.execute(
            f"create table {side}_scores as select {SCORE_KEY}, status as {side}_status "
            f"from {built.database.stem}.{relation} where metric = '{metric.name}'{of_version}"
        )
    return relation is not None


def _flips(connection: duckdb.DuckDBPyConnection) -> list[Difference]:
    """Targets that one meaning meets and the other does not."""
    rows = connection.execute(
        f"select {SCORE_KEY}, old_status, new_status "
        f"from old_scores join new_scores using ({SCORE_KEY}) "
        f"where old_status <> new_status order by {SCORE_KEY}"
    ).fetchall()
    return [Difference(tuple(map(str, row[:-2])), row[-2], row[-1]) for row in rows]


def _downstream(manifest: Mapping[str, Any], metric: Registered, found: Impact) -> None:
    nodes, exposures, children = (manifest[key] for key in ("nodes", "exposures", "child_map"))
    start = [
        child
        for key, node in nodes.items()
        if node["resource_type"] == "model"
        and node["name"] == metric.model
        and node.get("version") in (found.new_version, None)
        for child in children.get(key, ())
    ]
    seen = reachable(start, lambda key: children.get(key, ()))
    models = (nodes[key] for key in seen if key in nodes)
    found.models = sorted(one["alias"] for one in models if one["resource_type"] == "model")
    shown = (exposures[key] for key in seen if key in exposures)
    found.exposures = sorted(f"{one['type']} {one['name']}" for one in shown)
