"""What a change of meaning costs: both meanings computed on the same data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from trustmetrics.errors import UserError
from trustmetrics.gate.results import Built
from trustmetrics.register.load import Register, Registered

USUAL_COLUMNS = {
    "value": "value",
    "grain": "period_grain",
    "period": "period_start",
    "dimensions": ["slice", "slice_value"],
}
SHOWN_GRAIN = "month"
OVERALL = "overall"
PERIODS = 12
LARGEST = 10
# Relative: sums of doubles may differ in their last digits.
TOLERANCE = 1e-12


@dataclass(frozen=True)
class Difference:
    """One value, old and new.

    Attributes:
        place: grain, period and dimensions, as far as the model has them.
        old: the value by the old meaning; None: no row.
        new: the value by the new one; None: no row.
    """

    place: tuple[str, ...]
    old: float | None
    new: float | None


@dataclass(frozen=True)
class Flip:
    """A target that is met by one meaning and not by the other.

    Attributes:
        place: grain, period, slice and basis.
        old: status by the old meaning.
        new: status by the new one.
    """

    place: tuple[str, ...]
    old: str
    new: str


@dataclass
class Impact:
    """The price of a change of one metric.

    Attributes:
        metric: its id.
        old_version: the version on the base.
        new_version: the version in the working tree.
        row_count: rows that either meaning has.
        changed_count: of these, how many differ, a row on one side alone included.
        periods: the latest periods, whole population, old and new.
        largest: the largest differences, first the largest.
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
    flips: list[Flip] | None = None
    models: list[str] = field(default_factory=list)
    exposures: list[str] = field(default_factory=list)
    problem: str = ""


def impact(
    metric: Registered,
    register: Register,
    old: tuple[Built, int],
    new: tuple[Built, int],
) -> Impact:
    """Return the price of a change.

    Args:
        metric: the metric, as the working tree registers it.
        register: the working tree's register.
        old: the base's tree, built, and the version there.
        new: the working tree, built on the same data, and the version there.

    Raises:
        UserError: a side has no table of the metric.
    """
    found = Impact(metric.name, old[1], new[1])
    columns = _columns(metric)
    _downstream(new[0].manifest, metric, found)
    with duckdb.connect() as connection:
        for side, (built, version) in (("old", old), ("new", new)):
            relation = built.relation(metric.model, version)
            if relation is None:
                raise UserError(
                    f"version {version} of {metric.name} has no table on the {side} side"
                )
            connection.execute(f"attach '{built.database}' as {side}_file (read_only)")
            missing = _missing(connection, f"{side}_file.{relation}", columns)
            if missing:
                found.problem = (
                    f"version {version} of {metric.model} has no column {', '.join(missing)}; "
                    f"name the metric's own under columns in {metric.path}"
                )
                return found
            try:
                _copy(connection, side, f"{side}_file.{relation}", columns)
            except duckdb.ConversionException:
                found.problem = f"{columns['value']} of version {version} is no number"
                return found
        _compare(connection, columns, found)
        found.flips = _flips(connection, register, old, new, metric)
    return found


def _columns(metric: Registered) -> Mapping[str, Any]:
    return metric.data.get("columns") or USUAL_COLUMNS


def _missing(
    connection: duckdb.DuckDBPyConnection, relation: str, columns: Mapping[str, Any]
) -> list[str]:
    there = connection.execute(f"select * from {relation} limit 0").description or ()
    names = {item[0].lower() for item in there}
    wanted = [columns["value"], *_place_columns(columns)]
    return [name for name in wanted if name.lower() not in names]


def _copy(
    connection: duckdb.DuckDBPyConnection, side: str, relation: str, columns: Mapping[str, Any]
) -> None:
    """The columns of one side under common names; a place that stands twice counts once."""
    listed = [f'any_value(cast("{columns["value"]}" as double)) as value']
    places = [
        f"coalesce(cast(\"{name}\" as varchar), '(none)') as place_{number}"
        for number, name in enumerate(_place_columns(columns))
    ]
    select = f"select {', '.join([*places, *listed])} from {relation} group by all"
    connection.execute(f"create table {side} as {select}")


def _place_columns(columns: Mapping[str, Any]) -> list[str]:
    single = [columns[key] for key in ("grain", "period") if columns.get(key)]
    return [*single, *columns.get("dimensions", ())]


def _compare(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, Any], found: Impact
) -> None:
    places = [f"place_{number}" for number in range(len(_place_columns(columns)))]
    on = " and ".join(f"old.{place} = new.{place}" for place in places) or "true"
    merged = ", ".join(f"coalesce(old.{place}, new.{place}) as {place}" for place in places)
    connection.execute(
        f"""
        create table both_sides as
        select
            {merged + "," if merged else ""}
            old.value as old_value,
            new.value as new_value,
            old.value is distinct from new.value
            and coalesce(
                abs(old.value - new.value) > {TOLERANCE} * abs(old.value), true
            ) as is_changed
        from old full join new on {on}
        """
    )
    counted = "select count(*), count(*) filter (where is_changed) from both_sides"
    found.row_count, found.changed_count = connection.execute(counted).fetchone() or (0, 0)
    listed = ", ".join([*places, "old_value", "new_value"])
    order = ", ".join([*places, "old_value", "new_value"])
    rows = connection.execute(
        f"select {listed} from both_sides where is_changed "
        f"order by abs(new_value - old_value) desc nulls last, {order} limit {LARGEST}"
    ).fetchall()
    found.largest = [Difference(tuple(row[:-2]), row[-2], row[-1]) for row in rows]
    found.periods = _periods(connection, columns, places, listed)


def _periods(
    connection: duckdb.DuckDBPyConnection,
    columns: Mapping[str, Any],
    places: list[str],
    listed: str,
) -> list[Difference]:
    """The latest periods by month, or by the coarsest grain there is, of the whole population."""
    names = _place_columns(columns)
    where: list[str] = []
    if columns.get("grain"):
        grains = [
            row[0]
            for row in connection.execute(
                "select place_0 from both_sides group by 1 order by count(*), 1"
            ).fetchall()
        ]
        grain = SHOWN_GRAIN if SHOWN_GRAIN in grains else grains[0] if grains else SHOWN_GRAIN
        where.append(f"place_0 = '{grain}'")
    if "slice" in names:
        where.append(f"place_{names.index('slice')} = '{OVERALL}'")
    period = f"place_{names.index(columns['period'])}" if columns.get("period") else "1"
    rows = connection.execute(
        f"select {listed} from both_sides where {' and '.join(where) or 'true'} "
        f"order by {period} desc, {', '.join(places) or '1'} limit {PERIODS}"
    ).fetchall()
    return [Difference(tuple(row[:-2]), row[-2], row[-1]) for row in reversed(rows)]


def _flips(
    connection: duckdb.DuckDBPyConnection,
    register: Register,
    old: tuple[Built, int],
    new: tuple[Built, int],
    metric: Registered,
) -> list[Flip] | None:
    model = register.settings.get("scorecard")
    relations = [model and built.relation(model, None) for built, _ in (old, new)]
    if not all(relations):
        return None
    key = "period_grain, period_start, slice, slice_value, basis"
    column = register.settings.get("version_column")
    sides = []
    for side, relation, version in zip(("old", "new"), relations, (old[1], new[1]), strict=True):
        of_version = f" and {column} = {version}" if column else ""
        sides.append(
            f"(select {key}, status from {side}_file.{relation} "
            f"where metric = '{metric.name}'{of_version}) as {side}_scores"
        )
    rows = connection.execute(
        f"select {key}, old_scores.status, new_scores.status "
        f"from {sides[0]} join {sides[1]} using ({key}) "
        f"where old_scores.status <> new_scores.status order by {key}"
    ).fetchall()
    return [Flip(tuple(map(str, row[:-2])), row[-2], row[-1]) for row in rows]


def _downstream(manifest: Mapping[str, Any], metric: Registered, found: Impact) -> None:
    start = [
        key
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
        and node["name"] == metric.model
        and node.get("version") in (found.new_version, None)
    ]
    seen: set[str] = set()
    stack = list(start)
    while stack:
        for child in manifest["child_map"].get(stack.pop(), ()):
            if child not in seen:
                seen.add(child)
                stack.append(child)
    nodes, exposures = manifest["nodes"], manifest["exposures"]
    found.models = sorted(
        nodes[key]["alias"]
        for key in seen
        if key in nodes and nodes[key]["resource_type"] == "model"
    )
    found.exposures = sorted(
        f"{exposures[key]['type']} {exposures[key]['name']}" for key in seen if key in exposures
    )
