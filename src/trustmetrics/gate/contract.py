"""The rule about columns that readers rely on (G009)."""

from __future__ import annotations

from collections.abc import Iterator

from trustmetrics.gate.compare import Comparison
from trustmetrics.gate.finding import Finding
from trustmetrics.register.load import FOLDER, SETTINGS, Registered


def contract_changed(c: Comparison) -> Iterator[Finding]:
    """G009."""
    for model, before in c.base_lock.contracts.items():
        now = c.head_lock.contracts.get(model)
        if _is_versioned_anew(c, model):
            continue
        if now is None:
            yield from _model_gone(c, model)
            continue
        added = [name for name in now if name not in before]
        for name, kind in before.items():
            if name not in now:
                twin = next((one for one in added if now[one] == kind), None)
                as_what = f" (renamed to {twin}?)" if twin else ""
                yield _contract(c, model, f"{model}.{name} is gone{as_what}")
            elif now[name] != kind:
                what = f"{model}.{name} was {kind or 'untyped'} and is {now[name] or 'untyped'}"
                yield _contract(c, model, what)


def _model_gone(c: Comparison, model: str) -> Iterator[Finding]:
    """A model that readers rely on; where its version of the metric has gone, G005 says so."""
    for metric in c.base.entries.values():
        for version in metric.opened:
            if model in (metric.model, f"{metric.model}_v{version}"):
                now = c.head.entries.get(metric.name)
                if now and now.model != metric.model and c.is_(metric.name, version):
                    what = f"the model {model} is gone, {now.model} computes {metric.name} now"
                    yield _contract(c, model, what)
                return
    where = f"{FOLDER}/{SETTINGS}"
    what = f"the model {model} is gone, or {where} does not name it under contracts any more"
    yield Finding("G009", model, what, c.restore(where), where)


def _is_versioned_anew(c: Comparison, model: str) -> bool:
    """A model without dbt versions, whose metric has a new version in the register."""
    return any(
        metric.model == model and entry.change in ("corrective", "breaking")
        for metric in c.head.entries.values()
        for entry in c.new_entries(metric)
    )


def _contract(c: Comparison, model: str, what: str) -> Finding:
    metric = next(
        (m for m in c.head.entries.values() if model in (m.model, *_versioned_names(m))), None
    )
    subject = metric.name if metric else model
    command = (
        f"trustmetrics metric bump {subject} --change breaking" if metric else c.restore("models")
    )
    return Finding("G009", subject, what, command, metric.path if metric else "")


def _versioned_names(metric: Registered) -> list[str]:
    return [f"{metric.model}_v{version}" for version in metric.opened]
