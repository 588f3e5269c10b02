"""What sqlfluff sees in place of the project's macros and of dbt's functions.

A file is linted for what stands in it, not for what its macros expand to, which takes twenty times
as long. A macro gives a name, which stands for an expression, unless it is listed here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

MACROS = Path(__file__).resolve().parents[3] / "macros"
CTES = (
    "kpi_capture_recapture kpi_count kpi_exploded kpi_judged kpi_mean kpi_percentile "
    "kpi_productivity kpi_proportion kpi_quantile kpi_rate kpi_relative_change kpi_rows kpi_sliced "
    "kpi_survival_probability kpi_uptime nominal_alpha over_usual_weeks recurrence_spans "
    "stratified_share survival_curve survival_quantiles usual_weeks"
)
QUERIES = (
    "days_since dsa_final dsa_in_periods dsa_line dsa_placed dsa_unpivoted in_each_period "
    "kpi_union literal_rows metric_requirements trend_marks"
)


def _says(text: str) -> Callable[..., str]:
    """A function that gives the text, whatever it is called with."""
    return lambda *_, **__: text


for _path in MACROS.rglob("*.sql"):
    for _name in re.findall(r"{%-?\s*macro\s+(\w+)", _path.read_text(encoding="utf-8")):
        globals()[_name] = _says("stub")
globals().update({name: _says("stub as (select 1 as stub)") for name in CTES.split()})
globals().update({name: _says("select 1 as stub") for name in QUERIES.split()})
t_double = _says("varchar")
config = _says("")
ref = _says("stub_table")
execute = True
most_requirements = _says("1")
dbt = SimpleNamespace(
    string_literal=_says("'stub'"), escape_single_quotes=_says("stub"), listagg=_says("stub")
)


def var(name: str, default: object = "") -> object:
    """A variable that nobody set."""
    return default


def _lists(*items: str) -> Callable[..., list[str]]:
    """A function that gives a list as short as shows what is written for each."""
    return lambda *_, **__: list(items)


raw_tables = _lists("stub_table")
metric_grains = _lists("day")
metric_slices = metrics_of = _lists("stub")


def metric_facts() -> dict[str, SimpleNamespace]:
    """One metric of one version."""
    return {"stub": SimpleNamespace(versions=[1], statistic="stub", factor=1)}


def table_contract(table: str) -> SimpleNamespace:
    """A table of one column."""
    columns = [SimpleNamespace(name="stub")]
    return SimpleNamespace(key=["stub"], event="stub", open_until=["stub"], columns=columns)
