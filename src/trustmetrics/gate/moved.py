"""Why a fingerprint moved, as far as it can be told in a line."""

from __future__ import annotations

from trustmetrics.gate.compare import Comparison


def seeds_moved(c: Comparison, metric: str, version: int) -> list[str]:
    """Return the seeds of which the metric reads something else than on the base."""
    before, now = c.was(metric, version), c.is_(metric, version)
    if before is None or now is None:
        return []
    names = {*before.seeds, *now.seeds}
    return sorted(name for name in names if before.seeds.get(name) != now.seeds.get(name))


def engine_cause(c: Comparison, metric: str) -> str:
    """Return the macros of other engines that changed; empty where none did."""
    return ", ".join(c.changed_engines(metric))


def causes(c: Comparison, metric: str, version: int) -> str:
    """Return what moved: its SQL, seeds, macros of other engines; fingerprints first."""
    before, now = c.was(metric, version), c.is_(metric, version)
    assert before is not None and now is not None
    found = ["its SQL"] if before.logic != now.logic else []
    found += [f"the seed {name}" for name in seeds_moved(c, metric, version)]
    if engine_cause(c, metric):
        found.append(f"the macro {engine_cause(c, metric)} of another engine")
    return f"{' and '.join(found)} (fingerprint {before.meaning[:12]}, now {now.meaning[:12]})"
