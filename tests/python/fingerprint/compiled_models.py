"""Fingerprints of small projects written down in a test, without dbt."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from trustmetrics.fingerprint.project import RECURSION_LIMIT, CompiledProject, Fingerprint

# At once, for hypothesis watches the limit while a test runs.
sys.setrecursionlimit(RECURSION_LIMIT)

TABLES = {
    "orders": ("id", "customer", "amount", "paid_at", "state"),
    "customers": ("id", "name", "country"),
    "visits": ("customer", "seen_at", "page"),
}
PROJECT = {"adapter_type": "duckdb", "project_name": "shop"}


def manifest(
    models: dict[str, str],
    seeds: dict[str, str] | None = None,
    types: dict[str, dict[str, str]] | None = None,
) -> dict[str, Any]:
    """A manifest with these models, SQL by name, and seeds, CSV text by name."""
    nodes: dict[str, Any] = {}
    for name, sql in models.items():
        nodes[f"model.shop.{name}"] = {
            "unique_id": f"model.shop.{name}",
            "resource_type": "model",
            "package_name": "shop",
            "name": name,
            "alias": name,
            "schema": "main",
            "database": None,
            "version": None,
            "language": "sql",
            "compiled_code": sql,
            "raw_code": sql,
            "config": {"materialized": "view"},
            "columns": {},
            "tags": [],
            "depends_on": {"nodes": [], "macros": []},
        }
    for name in seeds or {}:
        nodes[f"seed.shop.{name}"] = {
            "unique_id": f"seed.shop.{name}",
            "resource_type": "seed",
            "name": name,
            "alias": name,
            "schema": "main",
            "database": None,
            "original_file_path": f"{name}.csv",
            "config": {"column_types": (types or {}).get(name, {})},
            "columns": {},
            "depends_on": {"nodes": [], "macros": []},
        }
    sources = {
        f"source.shop.raw.{name}": {
            "unique_id": f"source.shop.raw.{name}",
            "resource_type": "source",
            "source_name": "raw",
            "name": name,
            "identifier": name,
            "schema": "raw",
            "database": None,
            "columns": {column: {"data_type": "varchar"} for column in columns},
        }
        for name, columns in TABLES.items()
    }
    return {"metadata": PROJECT, "nodes": nodes, "sources": sources, "macros": {}}


def fingerprint(
    sql: str,
    models: dict[str, str] | None = None,
    seeds: dict[str, str] | None = None,
    types: dict[str, dict[str, str]] | None = None,
    columns: list[str] | None = None,
    leaves: tuple[str, ...] = (),
    vocabularies: tuple[str, ...] = (),
) -> Fingerprint:
    """The fingerprint of a query over raw.orders, raw.customers, raw.visits, models and seeds."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (seeds or {}).items():
            (Path(folder) / f"{name}.csv").write_text(text)
        content = manifest({**(models or {}), "kpi": sql}, seeds, types)
        project = CompiledProject(content, Path(folder), leaves, vocabularies)
        node = content["nodes"]["model.shop.kpi"]
        return project.fingerprint(node, columns or project.column_names(node))
