"""The raw contract as the project's sources state it, and when a row breaks it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

STAGING = Path(__file__).parents[3] / "models" / "staging"

Query = Callable[[str], list[tuple[Any, ...]]]


def contract() -> dict[str, dict[str, Any]]:
    """The raw tables as the project's sources describe them, by name."""
    tables = {}
    for path in sorted(STAGING.glob("*.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8")).get("sources", []):
            tables.update({table["name"]: table for table in source["tables"]})
    return tables


CONTRACT = contract()
# The invented platform measures everything: nothing is declared, and the table is left out.
CONTRACT.pop("not_measured")


def invalid_where(table: dict[str, Any]) -> str:
    """A condition on a row of a table that holds where the row breaks the contract."""
    broken = []
    for column in table["columns"]:
        name, kind = column["name"], column["data_type"]
        meta = column.get("config", {}).get("meta", {})
        if not meta.get("nullable"):
            broken.append(f"{name} is null")
        if "enum" in meta:
            broken.append(f"{name} not in ({', '.join(repr(value) for value in meta['enum'])})")
        if "min" in meta:
            operator = "<=" if meta.get("exclusive_min") else "<"
            broken.append(f"{name} {operator} {meta['min']}")
        if "max" in meta:
            broken.append(f"{name} > {meta['max']}")
        if kind == "double":
            broken.append(f"not isfinite({name})")
        if kind in ("date", "timestamp"):
            broken.append(f"{name} < '2000-01-01' or {name} >= '2100-01-01'")
        if name in ("surface", "region") and table["name"] != "active_accounts":
            broken.append(f"{name} = 'all'")
    ordered = table["config"]["meta"].get("ordered")
    if ordered:
        broken.append(f"{ordered[0]} > {ordered[1]}")
    if table["name"].startswith("prevalence"):
        broken.append("isodow(period_start_date) <> 1")
    if table["name"] == "active_accounts":
        broken.append("date_trunc(period_grain, period_start_date) <> period_start_date")
    return " or ".join(f"coalesce({condition}, false)" for condition in broken)
