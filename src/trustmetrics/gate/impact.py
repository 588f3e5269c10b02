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
    "dimensions": ["slice", "slice_value"],
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
    columns = metric.data.get("columns") or USUAL_COLUMNS
    scored: list[bool] = []
    with duckdb.connect() as connection:
        for side, (built, version) in (("old", old), ("new", new)):
            relation = built.relation(metric.model, version)
            if relation is None:
                raise UserError(
                    f"version {version} of {metric.name} has no table on the {side} side"
                )
            # A view names its file, so each side is read under the name it was built with.
            catalog = built.database.stem
            connection.execute(f"attach '{built.database}' as {catalog} (read_only)")
            missing = _read(connection, side, f"{catalog}.{relation}", columns)
            if missing is None:
                found.problem = f"{columns['value']} of version {version} is not a number"
            elif missing:
                found.problem = (
                    f"version {version} of {metric.model} has no column {', '.join(missing)}; "
                    f"name the metric's own under columns in {metric.path}"
                )
            if found.problem:
                return found
            scored.append(_read_scores(connection, side, built, register, metric.name, version))
            connection.execute(f"detach {catalog}")
        _compare(connection, columns, found)
        found.flips = _flips(connection) if all(scored) else None
    return found


def _place_columns(columns: Mapping[str, Any]) -> list[str]:
    single = [columns[key] for key in ("grain", "period") if columns.get(key)]
    return [*single, *columns.get("dimensions", ())]


def _read(
    connection: duckdb.DuckDBPyConnection, side: str, relation: str, columns: Mapping[str, Any]
) -> list[str] | None:
    """Copy one side under common names, a place that stands twice counted once.

    Returns the columns that it lacks; None where the value is not a number.
    """
    cursor = connection.execute(f"select * from {relation} limit 0")
    there = {item[0].lower() for item in cursor.description or ()}
    names = _place_columns(columns)
    missing = [name for name in (columns["value"], *names) if name.lower() not in there]
    if missing:
        return missing
    places = [
        f"coalesce(cast(\"{name}\" as varchar), '(none)') as place_{number}, "
        for number, name in enumerate(names)
    ]
    value = f'any_value(cast("{columns["value"]}" as double)) as value'
    try:
        connection.execute(
            f"create table {side} as select {''.join(places)}{value} from {relation} group by all"
        )
    except duckdb.ConversionException:
        return None
    return []


def _compare(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, Any], found: Impact
) -> None:
    names = _place_columns(columns)
    places = [f"place_{number}" for number in range(len(names))]
    listed = ", ".join([*places, "old_value", "new_value"])
    connection.execute(
        f"""
        create table both_sides as
        select
            {listed},
            old_value is distinct from new_value
            and coalesce(
                abs(old_value - new_value) > {TOLERANCE} * abs(old_value), true
            ) as is_changed
        from (select * rename (value as old_value) from old) as old_side
        full join (select * rename (value as new_value) from new) as new_side
            {f"using ({', '.join(places)})" if places else "on true"}
        """
    )
    counted = "select count(*), count(*) filter (where is_changed) from both_sides"
    found.row_count, found.changed_count = connection.execute(counted).fetchone() or (0, 0)

    def differences(where: str, order: str, limit: int) -> list[Difference]:
        rows = connection.execute(
            f"select {listed} from both_sides where {where} order by {order} limit {limit}"
        ).fetchall()
        return [Difference(tuple(row[:-2]), row[-2], row[-1]) for row in rows]

    by_size = f"abs(new_value - old_value) desc nulls last, {listed}"
    found.largest = differences("is_changed", by_size, LARGEST)
    # The whole population by month, or by the coarsest grain that the model has.
    shown = ["true"]
    if columns.get("grain"):
        grains = "select place_0 from both_sides group by 1 order by count(*), 1"
        listed_grains = [grain for (grain,) in connection.execute(grains).fetchall()]
        grain = SHOWN_GRAIN if SHOWN_GRAIN in listed_grains else "".join(listed_grains[:1])
        shown.append(f"place_0 = '{grain}'")
    if "slice" in names:
        shown.append(f"place_{names.index('slice')} = '{OVERALL}'")
    period = f"place_{names.index(columns['period'])}" if columns.get("period") else "1"
    latest = differences(" and ".join(shown), f"{period} desc, {listed}", PERIODS)
    found.periods = latest[::-1]


def _read_scores(
    connection: duckdb.DuckDBPyConnection,
    side: str,
    built: Built,
    register: Register,
    metric: str,
    version: int,
) -> bool:
    """Copy the status of a metric's targets on one side; whether the project has a scorecard."""
    model, column = (register.settings.get(name) for name in ("scorecard", "version_column"))
    relation = built.relation(model, None) if model else None
    if relation is not None:
        of_version = f" and {column} = {version}" if column else ""
        connection.execute(
            f"create table {side}_scores as select {SCORE_KEY}, status as {side}_status "
            f"from {built.database.stem}.{relation} where metric = '{metric}'{of_version}"
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
