"""Detection: precision, the proactive share, and recall from two lists."""

from __future__ import annotations

import math

from .cases import World
from .intervals import chao, chapman, kish, wilson
from .rows import Estimate, KpiRow, Metric, Subject, per_group, proportion

PRECISION = Metric("detection_precision", 14)
PROACTIVE = Metric("proactive_detection_share", 14)
RECALL = Metric("detection_recall_estimate", 14, ("week", "month", "quarter"), version=2)


def weighted_proportion(members: list[Subject]) -> Estimate:
    """The weighted share of subjects whose fact is (weight, y), Wilson at Kish's size."""
    weights = [s.fact[0] for s in members]
    hits = math.fsum(w for w, y in (s.fact for s in members) if y)
    total = math.fsum(weights)
    p = min(1.0, hits / total)
    return Estimate(hits, total, p, wilson(p, kish(weights)), len(members))


def detection_precision(world: World) -> list[KpiRow]:
    """Of detections whose case is decided, each standing for 1/review_probability: confirmed."""
    subjects = []
    for row in world.tables["detections"]:
        case = world.case(row["case_id"])
        if case is None or not case.decided:
            continue
        chance = row["review_probability"]
        slices = {
            "detector_id": row["detector_id"],
            "surface": row["surface"],
            "harm_type": world.harm_type(row["policy_code"], row["detected_at"]),
        }
        weight = 1.0 if chance is None else 1 / chance
        subjects.append(Subject(row["detected_at"], slices, (weight, case.confirmed)))
    return per_group(PRECISION, world, subjects, weighted_proportion)


def proactive_detection_share(world: World) -> list[KpiRow]:
    """The proactive ones of the confirmed violations."""
    subjects = [
        Subject(
            case.first_signal,
            world.case_slices(case, ("surface", "harm_type", "severity")),
            case.proactive,
        )
        for case in world.confirmed
    ]
    return per_group(PROACTIVE, world, subjects, proportion)


def _recall(members: list[Subject]) -> Estimate | None:
    """Chapman's estimate of all violations, and the detected share of it.

    No row where a list or their overlap is empty.
    """
    n1 = sum(1 for s in members if s.fact[0])
    n2 = sum(1 for s in members if s.fact[1])
    both = sum(1 for s in members if s.fact[0] and s.fact[1])
    if 0 in (n1, n2, both):
        return None
    size = chapman(n1, n2, both).size
    least, most = chao(n1, n2, both)
    interval = (most and n1 / most, least and n1 / least)
    return Estimate(n1, size, n1 / size, interval, n1 + n2 - both)


def detection_recall_estimate(world: World) -> list[KpiRow]:
    """Confirmed violations with a detection, against those with a report by a user."""
    subjects = [
        Subject(
            case.first_signal,
            world.case_slices(case, ("harm_type",)),
            (bool(case.detections), any(r["reporter_type"] == "user" for r in case.reports)),
        )
        for case in world.confirmed
    ]
    return per_group(RECALL, world, subjects, _recall)


def rows(world: World) -> list[KpiRow]:
    """The rows of the family."""
    return (
        detection_precision(world)
        + proactive_detection_share(world)
        + detection_recall_estimate(world)
    )
