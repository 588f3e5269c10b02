"""Builds base and working tree on the same data and prices each change of meaning."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from trustmetrics.errors import UserError
from trustmetrics.gate.gate import Gate, Report
from trustmetrics.gate.impact import Impact, impact
from trustmetrics.gate.results import Built, build_tree
from trustmetrics.register.load import Register, version_pairs

Pair = tuple[str, int, int]


def moved_pairs(report: Report) -> list[Pair]:
    """Return (metric, old version, new version) of each change of meaning in a report."""
    found = [(metric, version, version) for metric, version in report.moved]
    found += [
        (metric, version - 1, version) for metric, version in report.new_versions if version > 1
    ]
    comparison = report.comparison
    if comparison is None:
        return []
    leaves = {one.name for one in comparison.head.entries.values() if one.is_leaf}
    known = comparison.base_lock.versions
    return [pair for pair in sorted(found) if pair[0] not in leaves and pair[:2] in known]


def price(gate: Gate, pairs: Iterable[Pair] | None, raw: Path, metric: str = "") -> list[Impact]:
    """Return the price of changes, both trees built on the same raw data.

    Args:
        gate: the project, its base and its progress.
        pairs: what to price; None: each version of the metric, a new one against the one before.
        raw: the raw data.
        metric: the metric, where pairs is None.

    Raises:
        UserError: a tree does not build, or the metric is not on both sides, or its values cannot
            be compared.
    """
    repository, base, before, head = gate.sides()
    if pairs is None:
        pairs = [(metric, *pair) for pair in version_pairs(metric, before, head, str(base))]
    pairs = list(pairs)
    models = {head.entries[name].model for name, _, _ in pairs}
    scorecard = head.settings.get("scorecard")
    models |= {scorecard} if scorecard else set()
    as_of = _as_of(gate, head, raw)
    with (
        gate.exported(repository, base) as export,
        tempfile.TemporaryDirectory(prefix="trustmetrics-impact-") as folder,
    ):
        sides: list[Built] = []
        for name, tree, register in (("base", export(), before), ("head", gate.project, head)):
            progress = gate.progress(f"building {name}")
            sides.append(
                build_tree(tree, register, raw, Path(folder) / name, models, progress, as_of)
            )
        found = [
            impact(head.entries[name], head, (sides[0], old), (sides[1], new))
            for name, old, new in pairs
        ]
    if metric and found[0].problem:
        raise UserError(f"{metric} cannot be priced: {found[0].problem}")
    return found


def _as_of(gate: Gate, register: Register, raw: Path) -> str:
    """The frozen sample is looked at from its own instant; other data from the default one."""
    sample = register.settings.get("frozen_sample")
    if sample and (gate.project / sample).resolve() == raw.resolve():
        return register.settings.get("frozen_as_of", "")
    return ""
