"""A short scorecard of a built database."""

from pathlib import Path

import duckdb
from rich.table import Table

from trustmetrics.errors import UserError

LATEST = """
select
    metric,
    period_start,
    value,
    ci_lower,
    ci_upper,
    sample_size,
    is_mature
from marts.kpi_values
where
    period_grain = ?
    and slice = 'overall'
    and is_complete
qualify row_number() over (partition by metric, metric_version order by period_start desc) = 1
order by metric
"""


def scorecard_table(database: Path, grain: str) -> Table:
    """The latest complete period of each metric, overall; grain: day, week, month or quarter.

    Raises:
        UserError: no such database.
    """
    if not database.is_file():
        raise UserError(f"no database '{database}'. Build it first: trustmetrics build --raw DIR")
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(LATEST, [grain]).fetchall()
    table = Table(title=f"Latest complete {grain}, overall", title_justify="left")
    for heading in ("metric", "period", "value", "95 % interval", "n", "mature"):
        table.add_column(heading, justify="left" if heading in ("metric", "period") else "right")
    for metric, start, value, lower, upper, size, is_mature in rows:
        interval = f"{_figure(lower)} to {_figure(upper)}" if lower is not None else ""
        table.add_row(
            metric, str(start), _figure(value), interval, f"{size:,}", "yes" if is_mature else "no"
        )
    return table


def _figure(value: float | None) -> str:
    return "not reached" if value is None else f"{value:,.4g}"
