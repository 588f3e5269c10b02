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
# Shown beside a value where the model has columns of these names.
BESIDE = ("sample_size", "ci_lower", "ci_upper")
SCORE_KEY = "period_grain, period_start, slice, slice_value, basis"
SHOWN_GRAIN = "month"
OVERALL = "overall"
PERIODS = 12
LARGEST = 10
LISTED = 5
# Relative: sums of doubles may differ in their last digits.
TOLERANCE = 1e-12
Pair = tuple[str, int, int]


@dataclass(frozen=True)
class Measured:
    """A value as one meaning gives it, with what the model says of how sure it is.

    Attributes:
        value: None: the row has none.
        sample_size: None: the model does not say.
        lower: of the interval; None: the model has none here.
        upper: of the interval.
    """

    value: float | None
    sample_size: float | None = None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Difference:
    """One value by the old meaning and the new.

    Attributes:
        place: grain, period and slices, as far as the model has them.
        old: by the old meaning; None: no row.
        new: by the new one; None: no row.
    """

    place: tuple[str, ...]
    old: Measured | None
    new: Measured | None

    @property
    def change(self) -> float | None:
        """New less old, in the metric's unit; None where one side has no value.

        0 where they differ in their last digits alone, as the sums of a database may.
        """
        values = [one.value for one in (self.old, self.new) if one]
        if len(values) < 2 or values[0] is None or values[1] is None:
            return None
        difference = values[1] - values[0]
        return difference if abs(difference) > TOLERANCE * abs(values[0]) else 0.0

    @property
    def relative(self) -> float | None:
        """The change as a share of the old value; None where that is 0 or missing."""
        base = self.old.value if self.old else None
        return None if self.change is None or not base else self.change / abs(base)


@dataclass(frozen=True)
class Flip:
    """A target that only one meaning meets.

    Attributes:
        place: grain, period, slices and basis.
        old: its status by the old meaning.
        new: by the new one.
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
        row_count: rows that both meanings have.
        changed_count: how many of these differ.
        gone_count: rows that the new meaning no longer has.
        added_count: rows that the old meaning did not have.
        grain: the grain of the latest periods; empty where the model has none.
        periods: the latest periods, whole population.
        largest: differences elsewhere, of the same grain first, then the largest first.
        gone: some of the rows that have gone, those of the most subjects first.
        added: some of the new rows.
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
    gone_count: int = 0
    added_count: int = 0
    grain: str = ""
    periods: list[Difference] = field(default_factory=list)
    largest: list[Difference] = field(default_factory=list)
    gone: list[Difference] = field(default_factory=list)
    added: list[Difference] = field(default_factory=list)
    flips: list[Flip] | None = None
    models: list[str] = field(default_factory=list)
    exposures: list[str] = field(default_factory=list)
    problem: str = ""

    @property
    def is_touched(self) -> bool:
        """Whether there is anything to tell: another version, or another value."""
        counts = (self.changed_count, self.gone_count, self.added_count)
        return self.old_version != self.new_version or any(counts)


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

    A version that has the same values as before is left out.

    Raises:
        UserError: a tree does not build, or the metric is not on both sides, or its values cannot
            be compared.
    """
    pairs = version_pairs(metric, gate.before, gate.head, str(gate.base))
    found = _price(gate, [(metric, *pair) for pair in pairs], raw)
    problem = next((one.problem for one in found), "")
    if problem:
        raise UserError(f"{metric} cannot be priced: {problem}")
    return [one for one in found if one.is_touched]


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
    beside = ", ".join(
        f"{name} := any_value(try_cast({name if name in there else 'null'} as double))"
        for name in BESIDE
    )
    try:
        connection.execute(
            f"create table {side} as select cast([{places}] as varchar[]) as place, "
            f'struct_pack(value := any_value(cast("{columns["value"]}" as double)), {beside}) '
            f"as {side} from {table} group by all"
        )
    except duckdb.ConversionException:
        return f"{columns['value']} of version {version} is not a number"
    return ""


def _compare(connection: duckdb.DuckDBPyConnection, metric: Registered, found: Impact) -> None:
    # The whole population by month, or by the coarsest grain that the model has.
    columns, names = _columns(metric)
    in_grain, is_overall = "true", "true"
    if columns.get("grain"):
        grains = connection.execute(
            "select place[1] from (from old union all from new) group by 1 "
            f"order by place[1] <> '{SHOWN_GRAIN}', count(*), 1 limit 1"
        ).fetchone()
        found.grain = grains[0] if grains else ""
        in_grain = "place[1] = '{}'".format(found.grain.replace("'", "''"))
    if "slice" in names:
        is_overall = f"place[{names.index('slice') + 1}] = '{OVERALL}'"
    period = f"place[{names.index(columns['period']) + 1}]" if columns.get("period") else "place"
    connection.execute(
        f"""
        create table both_sides as
        select
            place,
            old,
            new,
            old is not null and new is not null as is_on_both,
            old.value is distinct from new.value
            and coalesce(abs(old.value - new.value) > {TOLERANCE} * abs(old.value), true)
                as is_changed,
            {in_grain} as is_in_grain,
            {in_grain} and {is_overall} as is_shown,
            {period} as period
        from old full join new using (place)
        """
    )
    counted = (
        "select count(*) filter (where is_on_both), "
        "count(*) filter (where is_on_both and is_changed), "
        "count(*) filter (where new is null), count(*) filter (where old is null) from both_sides"
    )
    counts = connection.execute(counted).fetchone() or (0, 0, 0, 0)
    found.row_count, found.changed_count, found.gone_count, found.added_count = counts
    latest = f"where is_on_both and is_shown order by period desc, place limit {PERIODS}"
    found.periods = _differences(connection, latest)[::-1]
    # The same subjects are in every grain; one grain, then, says where they are.
    by_size = "is_in_grain desc, abs(new.value - old.value) desc nulls last, place"
    elsewhere = f"place not in (select place from both_sides {latest})"
    found.largest = _differences(
        connection,
        f"where is_on_both and is_changed and {elsewhere} order by {by_size} limit {LARGEST}",
    )
    for side, other in (("old", "new"), ("new", "old")):
        most = f"is_shown desc, is_in_grain desc, {side}.sample_size desc nulls last, place desc"
        rows = _differences(connection, f"where {other} is null order by {most} limit {LISTED}")
        setattr(found, {"old": "gone", "new": "added"}[side], rows)


def _differences(connection: duckdb.DuckDBPyConnection, which: str) -> list[Difference]:
    measured = ", ".join(f"{side}.{name}" for side in ("old", "new") for name in ("value", *BESIDE))
    query = f"select place, old is not null, new is not null, {measured} from both_sides {which}"
    rows = connection.execute(query).fetchall()
    return [
        Difference(
            tuple(place),
            Measured(*numbers[:4]) if is_old else None,
            Measured(*numbers[4:]) if is_new else None,
        )
        for place, is_old, is_new, *numbers in rows
    ]


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


def _flips(connection: duckdb.DuckDBPyConnection) -> list[Flip]:
    """Targets that one meaning meets and the other does not."""
    rows = connection.execute(
        f"select {SCORE_KEY}, old_status, new_status "
        f"from old_scores join new_scores using ({SCORE_KEY}) "
        f"where old_status <> new_status order by {SCORE_KEY}"
    ).fetchall()
    return [Flip(tuple(map(str, row[:-2])), row[-2], row[-1]) for row in rows]


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
