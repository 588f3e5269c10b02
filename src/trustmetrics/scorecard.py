"""A short scorecard of a built database."""

from pathlib import Path

import duckdb
from rich.table import Table

from trustmetrics.errors import UserError

SCORECARD = """
select
    metric,
    metric_version,
    slice_value,
    period_start,
    value,
    ci_lower,
    ci_upper,
    sample_size,
    relative_change_on_previous,
    comparator,
    target_kind,
    target_value,
    status
from marts.kpi_scorecard
where
    period_grain = ?
    and basis = ?
    and metric not in ({not_measured})
order by metric, metric_version, slice_value
"""
# Without a row of a raw table that they require, these have no value, or one that is a constant.
NOT_MEASURED = """
select metric_catalog.metric
from marts.metric_catalog
inner join marts.data_quality
    on list_contains(string_split(metric_catalog.requires, '; '), data_quality.table_name)
where data_quality.entity_count = 0
"""
NUMBERS = ("v", "value", "95 % interval", "n", "change")
HEADINGS = (
    "metric",
    "v",
    "of",
    "period",
    "value",
    "95 % interval",
    "n",
    "change",
    "target",
    "status",
)


def scorecard_table(database: Path, grain: str, basis: str) -> Table:
    """Return the latest period of each metric and version: value, interval, change, target.

    Args:
        database: a built DuckDB file.
        grain: day, week, month or quarter.
        basis: complete or mature: which periods count.

    Raises:
        UserError: there is no such database.
    """
    if not database.is_file():
        raise UserError(
            f"there is no database '{database}'. Build it first: trustmetrics build --raw DIR"
        )
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            SCORECARD.format(not_measured=NOT_MEASURED), [grain, basis]
        ).fetchall()
        lacking = [name for (name,) in connection.execute(NOT_MEASURED).fetchall()]
    table = Table(title=f"Latest {basis} {grain}", title_justify="left", caption_justify="left")
    if lacking:
        names = ", ".join(sorted(set(lacking)))
        table.caption = f"not measured, for want of raw tables: {names}"
    for heading in HEADINGS:
        table.add_column(heading, justify="right" if heading in NUMBERS else "left", no_wrap=True)
    for row in rows:
        table.add_row(*_cells(*row))
    return table


def _cells(
    metric, version, of, start, value, lower, upper, size, change, sign, kind, target, status
) -> tuple[str, ...]:
    interval = "" if lower is None and upper is None else f"{_figure(lower)} to {_figure(upper)}"
    return (
        metric,
        str(version),
        of,
        str(start),
        _figure(value),
        interval,
        f"{size:,}",
        "" if change is None else f"{change:+.1%}",
        "" if target is None else f"{_TARGETS[kind]}{sign} {target:g}",
        status,
    )


_TARGETS = {"level": "", "guardrail": "", "change": "change ", "relative_change": "rel. change "}


def _figure(value: float | None) -> str:
    return "not reached" if value is None else f"{value:,.4g}"
