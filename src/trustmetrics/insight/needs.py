"""What needs attention, and what to do about it: the first half page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trustmetrics.insight.drivers import driver_sentence, drivers_of, words
from trustmetrics.insight.links import Links
from trustmetrics.insight.movements import (
    Movements,
    exact_sentence,
    moved_sentence,
    so_far,
    stood_sentence,
    target_sentence,
)
from trustmetrics.insight.notes import failed_checks, overdue
from trustmetrics.insight.read import Facts, Reading
from trustmetrics.insight.said import Name, Sentence

SHOWN = 5
# Where to look next, by family. Commands are those of trustmetrics.
NEXT_STEPS: dict[str, Sentence] = {
    "harm": (
        "Read which surface, region or harm type carries it; what was reported most: ",
        Name("trustmetrics investigate spike", is_code=True),
    ),
    "response": ("Hold arrivals and staffing against the backlog by queue below.",),
    "detection": (
        "Read the detectors below; what another threshold would cost: ",
        Name("trustmetrics investigate threshold", is_code=True),
    ),
    "quality": (
        "See whose decisions differ and where: ",
        Name("trustmetrics investigate disagreement", is_code=True),
    ),
    "appeals": ("Read the overturned cases of the slice that carries it with the policy's owner.",),
    "recurrence": (
        "See who comes back, and after which action: ",
        Name("trustmetrics investigate offenders", is_code=True),
    ),
    "intake": (
        "See whether one item or one group of reporters carries it: ",
        Name("trustmetrics investigate spike", is_code=True),
    ),
    "workload": ("Read the backlog by queue below, and move people or arrivals.",),
    "programme": ("Agree with its owner what is done, and by when.",),
}


@dataclass(frozen=True)
class Need:
    """Something that needs attention.

    Attributes:
        what: the sentence of it.
        why: what carries it; empty where nothing can be said.
        owner: whom to ask; None: nobody is named.
        step: where to look next.
        anchor: the id of the place on the page with more of it; None: there is none.
    """

    what: Sentence
    why: Sentence
    owner: str | None
    step: Sentence
    anchor: str | None


def needs(facts: Facts, found: Movements, links: Links) -> list[Need]:
    """Return what needs attention, the most urgent first.

    Missed targets that got worse come first, then other missed targets, then what moved for the
    worse without a target, then what is overdue and failed.
    """
    missed = [one for one in _scored(facts) if one.status == "missed"]
    worse = {(one.metric, one.slice_value): one for one in found.worse}
    both = [one for one in missed if (one.metric, one.slice_value) in worse]
    rest = [one for one in missed if (one.metric, one.slice_value) not in worse]
    only_worse = [one for one in found.worse if one not in both]
    listed = [_need(facts, one, links) for one in (*both, *rest, *only_worse)]
    return [*listed, *_others(facts)]


def _scored(facts: Facts) -> Sequence[Reading]:
    """The readings that targets are held against: of all, and of slice values with their own."""
    whole = list(facts.own.values())
    parts = [
        one for series in facts.slices.values() for one in series if one.target_value is not None
    ]
    by_family = {name: words["family_order"] for name, words in facts.metrics.items()}
    return sorted((*whole, *parts), key=lambda one: (by_family[one.metric], one.metric, one.slice))


def _need(facts: Facts, one: Reading, links: Links) -> Need:
    name = links.metric(one.metric)
    if one.slice != "overall":
        name = Name(f"{name.text}, {words(one.slice_name)} {one.slice_label}", name.href)
    if one.has_moved:
        what = moved_sentence(one, name)
    elif one.is_exact:
        what = exact_sentence(one, name)
    else:
        what = stood_sentence(one, name)
    why = (
        driver_sentence(drivers_of(facts, one)) if one.has_moved and one.slice == "overall" else ()
    )
    return Need(
        what=(*what, *target_sentence(one), *so_far(facts, one)),
        why=why,
        owner=facts.metrics[one.metric]["owner"],
        step=NEXT_STEPS.get(one.family, ()),
        anchor=f"moved-{one.metric}" if one.has_moved and one.slice == "overall" else None,
    )


def _others(facts: Facts) -> list[Need]:
    found = []
    late = overdue(facts)
    if late:
        step = ("Ask those who hold them for a date, or close them.",)
        found.append(Need(late, (), None, step, "incidents"))
    failed = failed_checks(facts)
    if failed:
        step = ("Read them before you trust what they touch.",)
        found.append(Need(failed, (), None, step, "quality"))
    return found
