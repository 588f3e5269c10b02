"""What needs attention, and what to do about it: the first half page."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass

from trustmetrics.insight.drivers import drivers_of, leader_sentence
from trustmetrics.insight.floods import flood_sentence
from trustmetrics.insight.links import Links
from trustmetrics.insight.movements import (
    CHANGES,
    Movements,
    later,
    so_far,
    target_name,
    target_words,
)
from trustmetrics.insight.notes import failed_checks, open_incidents, overdue
from trustmetrics.insight.read import OVERALL, Facts, Reading
from trustmetrics.insight.said import Name, Sentence, spelled, words
from trustmetrics.insight.usual import (
    WITHIN,
    spread_before,
    spread_sentence,
    spread_words,
    unusual_metrics,
)

SHOWN = 3
REACHED = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
# What to do first, by family.
NEXT_STEPS = {
    "harm": "Find which surface, region or harm type carries it, and decide what is done there.",
    "response": "Compare what comes in with the reviewers there are, queue by queue.",
    "detection": "Review the detectors with the lowest precision, and their thresholds.",
    "quality": "Go through the decisions on which reviewers differ.",
    "appeals": "Go through the overturned cases with the policy's owner.",
    "recurrence": "Find who comes back, and after which action.",
    "intake": "Find out whether one item or one group of reporters is behind it.",
    "workload": "Close the late ones first.",
    "programme": "Agree on what is done, and by when.",
}
OWN_STEPS = {
    "freshness_sla_adherence": "Find which data came late, and which numbers here they touch.",
    "postmortem_on_time_rate": "Ask those who hold the late actions for a date, or close them.",
    "tooling_uptime": "Find which tool was out, and whether it will be again.",
}
# The command that looks into it, by family.
COMMANDS = {
    "harm": "trustmetrics investigate spike",
    "detection": "trustmetrics investigate threshold",
    "quality": "trustmetrics investigate disagreement",
    "recurrence": "trustmetrics investigate offenders",
    "intake": "trustmetrics investigate spike",
}
# The part of the page with more of it, by family, where the metric has none of its own.
PLACES = {"response": "backlog", "workload": "backlog", "detection": "detectors"}


@dataclass(frozen=True)
class Need:
    """Something that needs attention.

    Attributes:
        what: the sentence of it.
        question: what its metric answers, in plain words; None: it is no metric.
        why: what carries it; empty where nothing can be said.
        owner: whom to ask; None: nobody is named.
        step: what to do first.
        anchor: the id of the place on the page with more of it.
        topic: metrics of one family and period are one: they are likely to be one event.
        is_of_the_period: whether it is of the report's own period, not of an earlier one.
    """

    what: Sentence
    question: str | None
    why: Sentence
    owner: str | None
    step: str
    anchor: str
    topic: str
    is_of_the_period: bool = True

    @property
    def brief(self) -> Sentence:
        """The metric's name, or the sentence of what is no metric."""
        return self.what[:1] if isinstance(self.what[0], Name) else self.what


def shown_first(found: Sequence[Need]) -> tuple[list[Need], list[Need]]:
    """Return the needs that are said in full, the first of each topic, and the others."""
    firsts = {need.topic: need for need in reversed(found)}
    full = [need for need in found if firsts[need.topic] is need][:SHOWN]
    return full, [need for need in found if need not in full]


def needs(facts: Facts, found: Movements, links: Links) -> list[Need]:
    """Return what needs attention, the most urgent first.

    What is clearly worse than in the periods before comes first; then missed targets, those that
    got worse before the others; then what moved for the worse; then what is open, overdue or
    failed.
    """
    unusual = unusual_metrics(facts)
    missed = [one for one in scored(facts) if one.status == "missed"]
    listed = list(dict.fromkeys((*unusual, *missed, *found.worse)))
    listed.sort(key=lambda one: (one not in unusual, one not in missed, one not in found.worse))
    return [*(_need(facts, one, links) for one in listed), *_others(facts)]


def commands(facts: Facts) -> list[tuple[str, Name]]:
    """Return the families of the report's metrics with the command that looks into each."""
    there = {one.family for one in facts.own.values()}
    return [(name, Name(said, is_code=True)) for name, said in COMMANDS.items() if name in there]


def scored(facts: Facts) -> Sequence[Reading]:
    """The readings that targets are held against: of all, and of slice values with their own."""
    whole = list(facts.own.values())
    parts = [
        one for series in facts.slices.values() for one in series if one.target_value is not None
    ]
    by_family = {name: words["family_order"] for name, words in facts.metrics.items()}
    return sorted((*whole, *parts), key=lambda one: (by_family[one.metric], one.metric, one.slice))


def _need(facts: Facts, one: Reading, links: Links) -> Need:
    is_moved = one.has_moved and one.slice == OVERALL
    place = PLACES.get(one.family, "scorecard")
    why = (*leader_sentence(drivers_of(facts, one)), *flood_sentence(facts, one))
    return Need(
        what=short_sentence(facts, one, links),
        question=facts.metrics[one.metric]["question"],
        why=why if is_moved else (),
        owner=facts.metrics[one.metric]["owner"],
        step=_step(facts, one),
        anchor=f"moved-{one.metric}" if is_moved else place,
        topic=f"{one.family} {one.period_label}",
        is_of_the_period=one.period_start == facts.start,
    )


def _step(facts: Facts, one: Reading) -> str:
    if _may_be_over(facts, one):
        return f"See whether it is over: the newest {facts.grain}, not settled yet, looks better."
    return OWN_STEPS.get(one.metric, NEXT_STEPS.get(one.family, ""))


def _may_be_over(facts: Facts, one: Reading) -> bool:
    """Whether the newest value since, though not settled, is better than the mean before."""
    since, before = later(facts, one), spread_before(facts, one)
    if not since or before is None or one.direction not in ("up", "down"):
        return False
    sign = 1 if one.direction == "up" else -1
    return sign * ((since[-1].value or 0) - before.mean.value) > 0


def short_sentence(facts: Facts, one: Reading, links: Links) -> Sentence:
    """Return what a reading is and was, whether its target is missed, and the periods around it.

    The intervals behind these words stand further down the page: missed, rose and fell are said
    where the whole interval supports them.
    """
    value, before = one.said_value(), one.said("previous_value")
    name, change = links.series(one), spelled(one.said_change())
    if value is None:
        return (name, " is not known in ", one.period, ".")
    verb, since = " was ", ()
    if one.target_kind in CHANGES and change:
        since = (", ", change, f" on the {facts.grain} before")
    elif before and (one.has_moved or one.is_exact):
        since = (", from " if one.has_moved else ", after ", before, f" the {facts.grain} before")
        rose = " rose to " if value.value > before.value else " fell to "
        verb = rose if one.has_moved else verb
    said = (name, verb, value, " in ", one.period, *since, ".")
    return (
        *said,
        *_missed(one),
        *_spread(facts, one),
        *clearest_miss(facts, one),
        *so_far(facts, one),
    )


def _missed(one: Reading) -> Sentence:
    if one.status != "missed":
        return ()
    return (f" It misses the {target_name(one)} (", target_words(one), ").")


def _spread(facts: Facts, one: Reading) -> Sentence:
    """How a reading stands to its periods before; a target that they miss, too, is no surprise."""
    before = spread_before(facts, one)
    is_level = one.target_kind == "level" and one.comparator is not None
    if before is None or not is_level or one.status != "missed":
        return spread_sentence(facts, one)
    is_reached = REACHED[one.comparator or ""](before.mean.value, one.target_value)
    if is_reached or spread_words(facts, one) != WITHIN:
        return spread_sentence(facts, one)
    said = (" So does the mean of the ", before.periods, f" {facts.grain}s before, ", before.mean)
    return (*said, ".")


def clearest_miss(facts: Facts, one: Reading) -> Sentence:
    """Return the part whose interval ends furthest from a target that the metric misses.

    Nothing in a report for outside, which does not protect the parts of every metric.
    """
    ends = {"<": "ci_lower", "<=": "ci_lower", ">": "ci_upper", ">=": "ci_upper"}
    end, aim = ends.get(one.comparator or ""), one.target_value
    is_missed = one.status == "missed" and one.slice == OVERALL and one.target_kind == "level"
    if end is None or aim is None or not is_missed or facts.k:
        return ()
    sign = 1 if end == "ci_lower" else -1
    parts = [
        (sign * (getattr(part, end) - aim), part)
        for part in facts.slices.get(one.metric, ())
        if part.period_start == one.period_start and getattr(part, end) is not None
    ]
    parts = [(by, part) for by, part in parts if by > 0]
    if not parts:
        return ()
    _, part = max(parts, key=lambda each: (each[0], each[1].slice, each[1].slice_value))
    head = f" The clearest miss of its parts is the {words(part.slice_name)} "
    return (head, Name(part.slice_label), ", ", part.said_value() or "", ".")


def _others(facts: Facts) -> list[Need]:
    steps = (
        (open_incidents(facts), "Ask of each when it will be resolved.", "incidents"),
        (overdue(facts), "Ask those who hold them for a date, or close them.", "incidents"),
        (failed_checks(facts), "Read them before you trust what they touch.", "quality"),
    )
    return [Need(what, None, (), None, step, place, step) for what, step, place in steps if what]
