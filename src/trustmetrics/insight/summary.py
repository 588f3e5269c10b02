"""In short: how the period went, for a reader who reads nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from trustmetrics.insight.floods import without_floods
from trustmetrics.insight.links import Links
from trustmetrics.insight.movements import CHANCE, Movements, chance_sentence, how_many
from trustmetrics.insight.needs import scored
from trustmetrics.insight.notes import incident_sentence, overdue
from trustmetrics.insight.read import Facts, Reading
from trustmetrics.insight.said import Name, Number, Part, Period, Sentence
from trustmetrics.insight.sections import waiting_sentence
from trustmetrics.insight.usual import spread_before, spread_words, unusual_metrics

NAMED = 6
JUDGED = ("missed", "met", "unclear", "too few", "too early")


def summary(facts: Facts, found: Movements, links: Links) -> list[Sentence]:
    """Return a few sentences: which way it went, of which periods, and what got worse and better.

    Then harm, targets, backlog and incidents, a line each.
    """
    told = (
        _moved(facts, found),
        _maturity(facts),
        *_ways(facts, found, links),
        _harm(facts, found),
        _targets(facts, links),
        _waiting(facts),
        _incidents(facts),
    )
    return [sentence for sentence in told if sentence]


def verdict(found: Movements) -> str:
    """Return in a word or two which way a period went.

    As many movements as chance alone would give are no news (movements.CHANCE).
    """
    if len(found.moved) <= CHANCE * len(found.judged):
        return "Little news"
    if found.better and found.worse:
        return "Mixed"
    if found.better or found.worse:
        return "Better" if found.better else "Worse"
    return "Changed"


def _moved(facts: Facts, found: Movements) -> Sentence:
    if not found.judged:
        return ("No metric has settled values of two periods to compare.",)
    still = [one for one in found.judged if one not in found.moved]
    other = (", ", how_many(found.other), " moved where neither way is better")
    return (
        *(Name(f"{verdict(found)}."), " Of ", how_many(found.judged), " metrics "),
        *(how_many(found.worse), f" got worse than the {facts.grain} before, "),
        *(how_many(found.better), " got better", *(other if found.other else ()), ", and "),
        *(how_many(still), " show no clear change. ", *chance_sentence(found.judged)),
    )


def _maturity(facts: Facts) -> Sentence:
    latest = [facts.at(metric, facts.start) for metric in facts.own]
    open_yet = [one for one in latest if one and not one.is_mature]
    if not open_yet:
        return ()
    return (
        *("Not settled yet: ", how_many(open_yet), " metrics of ", Period(facts.label)),
        *(", which late data, decisions and appeals can still move. Each is judged in its newest "),
        f"settled {facts.grain}, named beside it.",
    )


def _ways(facts: Facts, found: Movements, links: Links) -> Iterator[Sentence]:
    """What lies beyond the periods before, moved or not; then what moved within their spread."""
    grain = facts.grain

    def mean(one: Reading) -> Number | None:
        spread = spread_before(facts, one)
        return spread.mean if spread else None

    def previous(one: Reading) -> Number | None:
        return one.said("previous_value")

    for way, sign, moved in (("worse", 1, found.worse), ("better", -1, found.better)):
        far = unusual_metrics(facts, sign)
        near = [one for one in moved if one not in far]
        known = [one for one in near if spread_words(facts, one)]
        head = f"{way.capitalize()} than the {grain} before"
        yield from _listed(
            facts,
            f"Clearly {way} than the mean of up to twelve {grain}s before",
            far,
            links,
            mean,
            "mean",
        )
        yield from _listed(
            facts, f"{head}, within the spread of earlier ones", known, links, previous
        )
        unknown = [one for one in near if one not in known]
        yield from _listed(facts, head, unknown, links, previous)


def _beside(facts: Facts, one: Reading, before: Number | None, word: str) -> Sentence:
    """The value before; a share without what was mass-reported; and the report's own period so far.

    That is said where its interval leaves out the value that is spoken of.
    """
    if before is None:
        return ()
    told: list[Part] = [f" ({word} ", before]
    without = without_floods(facts, one)
    told += ["; without mass-reported cases ", without[0], " after ", without[1]] if without else []
    latest = facts.at(one.metric, facts.start)
    value = latest.said_value() if latest and latest.period_start > one.period_start else None
    if latest and value and one.value is not None:
        above = latest.ci_lower is not None and latest.ci_lower > one.value
        below = latest.ci_upper is not None and latest.ci_upper < one.value
        told += ["; ", Period(facts.label), " so far ", value] if above or below else []
    return (*told, ")")


def _listed(
    facts: Facts,
    head: str,
    readings: Sequence[Reading],
    links: Links,
    before: Callable[[Reading], Number | None],
    word: str = "before",
) -> Iterator[Sentence]:
    """The metrics of a head by period, each with its value and what it is held against."""
    if not readings:
        return
    said: list[Part] = [Name(head), ": "]
    shown = sorted(readings[:NAMED], key=lambda one: one.period_start)
    for place, (label, group) in enumerate(groupby(shown, key=lambda one: one.period_label)):
        said += ["; in " if place else "in ", Period(label)]
        for item, one in enumerate(group):
            said += [";" if item else "", " ", links.metric(one.metric), " "]
            said += [one.said_value() or "none", *_beside(facts, one, before(one), word)]
    more = readings[NAMED:]
    yield (*said, *(("; and ", how_many(more), " more") if more else ()), ".")


def _harm(facts: Facts, found: Movements) -> Sentence:
    judged, worse, better = (
        [one for one in readings if one.family == "harm"]
        for readings in (found.judged, found.worse, found.better)
    )
    if not judged:
        return ()
    first, last = (
        pick(judged, key=lambda one: one.period_start).period_label for pick in (min, max)
    )
    when = (Period(first),) if first == last else (Period(first), " to ", Period(last))
    said = (Name("Harm"), " in ", *when, ": of ", how_many(judged), " metrics ")
    return (*said, how_many(worse), " got worse and ", how_many(better), " better.")


def _targets(facts: Facts, links: Links) -> Sentence:
    by_status = {name: [one for one in scored(facts) if one.status == name] for name in JUDGED}
    all_of_them = [one for found in by_status.values() for one in found]
    if not all_of_them:
        return ()
    missed, met, *others = by_status.values()
    unsure = [one for found in others for one in found]
    told = (Name("Targets"), ": of ", how_many(all_of_them), ", ", how_many(missed), " missed")
    told = (*told, *_named(missed, links), ", ", how_many(met), " met")
    cannot = (", and for ", how_many(unsure), " it cannot be told", *_named(unsure, links))
    return (*told, *(cannot if unsure else ()), ".")


def _named(readings: Sequence[Reading], links: Links) -> Sentence:
    """The names of a few in brackets."""
    names: list[Part] = []
    for one in readings[:NAMED]:
        names += ["; " if names else " (", links.series(one)]
    return (*names, "; ...)" if readings[NAMED:] else ")") if names else ()


def _waiting(facts: Facts) -> Sentence:
    said = waiting_sentence(facts)
    return (Name("Backlog"), ": ", *said) if said else ()


def _incidents(facts: Facts) -> Sentence:
    if facts.tables.get("incidents") is None:
        return ()
    late = overdue(facts)
    return (Name("Incidents"), ": ", *incident_sentence(facts), *((" ", *late) if late else ()))
