"""Which metrics moved, and the sentences that say so: nothing that an interval does not support."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trustmetrics.insight.read import OVERALL, TRENDS, Facts, Reading
from trustmetrics.insight.said import Name, Number, Part, Sentence, Source, about, count, spelled

# Two-sided, at 95 %: so many of the metrics that did not change would seem to.
CHANCE = 0.05
INDICATORS = ("leading", "lagging")
# Targets that the change is held against, not the value.
CHANGES = ("change", "relative_change")


@dataclass(frozen=True)
class Movements:
    """What moved in a report.

    Attributes:
        moved: clearly, the metrics whose period is due.
        judged: all that could have: their change has an interval, their definition did not change.
    """

    moved: Sequence[Reading]
    judged: Sequence[Reading]

    @property
    def worse(self) -> list[Reading]:
        """Those that moved for the worse."""
        return [one for one in self.moved if one.is_better is False]

    @property
    def better(self) -> list[Reading]:
        """Those that moved for the better."""
        return [one for one in self.moved if one.is_better]

    @property
    def other(self) -> list[Reading]:
        """Those that moved, and of which neither way is better."""
        return [one for one in self.moved if one.is_better is None]


def movements(facts: Facts) -> Movements:
    """Return what moved: of the metrics whose period is due, the leading ones first."""
    due = [facts.own[metric] for metric in facts.due]
    due.sort(key=lambda one: (INDICATORS.index(one.indicator), _place(facts, one), one.metric))
    judged = [one for one in due if one.is_judged]
    return Movements([one for one in judged if one.has_moved], judged)


def _place(facts: Facts, one: Reading) -> int:
    return facts.metrics[one.metric]["family_order"]


def rows_of(readings: Sequence[Reading]) -> Source:
    """Return the source of how many readings there are: their rows of kpi_trends."""
    names = ("metric", "period_label", "slice", "slice_value")
    rows = [tuple(getattr(one, name) for name in names) for one in readings]
    return Source(TRENDS, "count(*)", {"period_grain": readings[0].period_grain, names: rows})


def how_many(readings: Sequence[Reading]) -> Number | str:
    """Return how many readings there are, as a number where there are any."""
    return count(len(readings), rows_of(readings)) if readings else "none"


def later(facts: Facts, one: Reading) -> list[Reading]:
    """Return the readings since an earlier period that have not settled, up to the report's own."""
    if one.slice != OVERALL:
        return []
    return [
        each
        for each in facts.readings.get(one.metric, ())
        if one.period_start < each.period_start <= facts.start
        and each.is_complete
        and each.said_value() is not None
    ]


def so_far(facts: Facts, one: Reading) -> Sentence:
    """Return what the periods since the one that a series is judged at say so far."""
    said: list[Part] = []
    for each in later(facts, one):
        said += [
            ", " if said else " Not settled yet: ",
            each.said_value() or "",
            " in ",
            each.period,
        ]
    return (*said, ".") if said else ()


def chance_sentence(judged: Sequence[Reading]) -> Sentence:
    """Return how many would seem to move by chance alone; nothing where none is judged."""
    if not judged:
        return ()
    source = rows_of(judged)
    by_chance = Source(source.relation, f"{CHANCE} * count(*)", source.key)
    expected = about(CHANCE * len(judged), by_chance)
    return (
        "About ",
        expected,
        " of them would show a change by chance alone; those that share cases move together.",
    )


def interval(one: Reading) -> Sentence:
    """Return a reading's 95 % interval in brackets; a full count has none."""
    if one.is_exact:
        return ()
    return _interval(one.said("ci_lower"), one.said("ci_upper"))


def stands_at(one: Reading) -> Sentence:
    """Return a value with its interval and its period."""
    value = one.said_value()
    if value is None:
        told = "is withheld in " if one.status == "withheld" else "is not reached yet in "
        return (told, one.period)
    return ("stood at ", value, *interval(one), " in ", one.period)


def moved_sentence(one: Reading, name: Name) -> Sentence:
    """Return the sentence of a reading that moved clearly.

    Args:
        one: its change has an interval that leaves out none.
        name: what the metric is called.
    """
    value, previous = one.said_value(), one.said("previous_value")
    change = spelled(one.said_change())
    assert value is not None and previous is not None and change is not None
    verb = "rose" if change.value > 0 else "fell"
    judged = {True: ", for the better", False: ", for the worse", None: ""}[one.is_better]
    said = (name, f" {verb} to ", value, " in ", one.period)
    said = (*said, ", from ", previous, f" the {one.period_grain} before{judged}: ", change)
    return (*said, *change_interval(one), ".")


def change_interval(one: Reading) -> Sentence:
    """Return the 95 % interval of a reading's change in brackets."""
    return _interval(one.said_change("change_lower"), one.said_change("change_upper"))


def _interval(lower: Number | None, upper: Number | None) -> Sentence:
    if lower and upper:
        return (" (95 % interval ", lower, " to ", upper, ")")
    if lower:
        return (" (95 % interval from ", lower, " up)")
    return (" (95 % interval up to ", upper, ")") if upper else ()


def exact_sentence(one: Reading, name: Name) -> Sentence:
    """Return the sentence of a full count, which has no interval: what it is and was."""
    value, change = one.said_value(), one.said_change()
    if value is None or change is None:
        return (name, " ", *stands_at(one), ".")
    return (name, " ", *stands_at(one), ", ", change, f" on the {one.period_grain} before.")


def target_words(one: Reading) -> Number | str:
    """Return a reading's target: a number of the register, or a word such as falls."""
    text = one.target_text or ""
    if one.target_value is None or not any(char.isdigit() for char in text):
        return text
    return Number(one.target_value, text, "", None, one.source("target_value"))


def target_name(one: Reading) -> str:
    """Return what a reading's target is called, after what it is held against."""
    return "target for the change" if one.target_kind in CHANGES else "target"


def target_sentence(one: Reading) -> Sentence:
    """Return whether a reading's target is met, as far as that can be said; nothing without one."""
    target = target_words(one)
    if not target:
        return ()
    what = target_name(one)
    whose = "the change's" if one.target_kind in CHANGES else "the"
    if one.status in ("met", "missed"):
        return (f" The {what} (", target, f") is {one.status}.")
    reasons = {
        "unclear": f"{whose} 95 % interval lies on both sides of it",
        "too few": "there are too few observations",
        "too early": "it is too early",
    }
    why = reasons.get(one.status)
    return (f" Whether the {what} (", target, f") is met cannot be told: {why}.") if why else ()
