"""Datasets that lack what a metric needs, now and then by a hair."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from .contract import Raw, load
from .measured import REQUIRED

LATER = timedelta(days=40)


def hollow(rng: random.Random, raw: Raw, as_of: datetime) -> None:
    """Take a required table away from some datasets, or all of its entities, or all but one."""
    name = rng.choice(sorted(REQUIRED))
    if name not in raw or rng.random() > 0.35:
        return
    way = rng.choice(("missing", "deleted", "not ingested", "in the future", "invalid", "but one"))
    key, event = load()[name].key, load()[name].event
    if way == "missing":
        del raw[name]
    elif way == "deleted":
        raw[name] += [row | {"is_deleted": True} for row in raw[name]]
    elif way == "not ingested":
        raw[name] = [row | {"ingested_at": as_of + timedelta(hours=1)} for row in raw[name]]
    elif way == "in the future":
        raw[name] = [row | {event: as_of + LATER} for row in raw[name]]
    elif way == "invalid":
        raw[name] = [row | {key[0]: None} for row in raw[name]]
    else:
        raw[name] = raw[name][:1]
