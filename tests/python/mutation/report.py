"""The score, the accepted survivors and the baseline, and how they are told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.python.mutation.mutants import Mutant
from tests.python.mutation.trial import Trial

HERE = Path(__file__).parent
ACCEPTED = HERE / "accepted.yml"
BASELINE = HERE / "baseline.json"
CAUGHT = ("caught", "caught by data")


@dataclass(frozen=True)
class Baseline:
    """The committed result: the score, and what only data tests or nothing at all caught."""

    score: float
    caught_by_data: dict[str, str]
    survivors: dict[str, str]


def read_accepted() -> dict[str, str]:
    """The mutants that cannot or need not be caught, by id, with the reason."""
    groups = yaml.safe_load(ACCEPTED.read_text()) or []
    return {mutant: group["reason"] for group in groups for mutant in group["mutants"]}


def read_baseline() -> Baseline:
    """The committed baseline."""
    return Baseline(**json.loads(BASELINE.read_text()))


def write_baseline(trial: Trial, accepted: dict[str, str]) -> None:
    """Make this full run the baseline."""
    baseline = {
        "score": round(score(trial, accepted), 1),
        "caught_by_data": {m.id: str(m) for m in trial.ended("caught by data")},
        "survivors": {m.id: str(m) for m in survivors(trial, accepted)},
    }
    BASELINE.write_text(json.dumps(baseline, indent=1) + "\n")


def survivors(trial: Trial, accepted: dict[str, str]) -> list[Mutant]:
    """The mutants that nothing caught and that nobody accepted."""
    return [m for m in trial.ended("survived") if m.id not in accepted]


def score(trial: Trial, accepted: dict[str, str]) -> float:
    """Caught mutants of those that count, in percent."""
    caught = len(trial.ended(*CAUGHT))
    return 100 * caught / max(caught + len(survivors(trial, accepted)), 1)


def complaints(trial: Trial, accepted: dict[str, str], baseline: Baseline) -> list[str]:
    """What makes a run fail: a survivor that is new, a lower score, a stale acceptance."""
    known = baseline.survivors.keys() | baseline.caught_by_data.keys()
    whole = len(trial.mutants) == trial.total
    if whole:
        known = baseline.survivors.keys()
    found = [f"new survivor: {m}" for m in survivors(trial, accepted) if m.id not in known]
    if whole and (now := round(score(trial, accepted), 1)) < baseline.score:
        found.append(f"the score fell from {baseline.score} % to {now} %")
    outcomes = {m.id: trial.verdicts[m.id].outcome for m in trial.mutants}
    for mutant in accepted:
        outcome = outcomes.get(mutant, "gone" if whole else "survived")
        if outcome != "survived":
            found.append(f"accepted in {ACCEPTED.name}, but {outcome}: {mutant}")
    return found


def table(trial: Trial, accepted: dict[str, str]) -> Iterator[str]:
    """A line per file: its mutants, and what became of them."""
    names = ("mutants", "unit", "data", "accepted", "survived", "score")
    yield f"{'file':66}" + "".join(f"{name:>10}" for name in names)
    for group in sorted({m.group for m in trial.mutants}):
        part = Trial([m for m in trial.mutants if m.group == group], trial.verdicts)
        alive = len(survivors(part, accepted))
        counts = (
            len(part.mutants) - len(part.ended("invalid")),
            len(part.ended("caught")),
            len(part.ended("caught by data")),
            len(part.ended("survived")) - alive,
            alive,
        )
        cells = "".join(f"{count:>10}" for count in counts)
        yield f"{group:66}{cells}{score(part, accepted):>9.1f}%"


def told(trial: Trial, accepted: dict[str, str]) -> Iterator[str]:
    """The whole report."""
    yield from table(trial, accepted)
    kept = [m for m in trial.ended("survived") if m.id in accepted]
    for reason in dict.fromkeys(accepted[m.id] for m in kept):
        yield f"\naccepted: {reason}"
        yield from (f"  {m.id} {m}" for m in kept if accepted[m.id] == reason)
    yield "\nsurvivors:"
    yield from (f"  {m.id} {m}" for m in survivors(trial, accepted))
    counts = {
        "of them no valid SQL": len(trial.ended("invalid")),
        "caught by unit and published-data tests": len(trial.ended("caught")),
        "caught by data tests on the sample alone": len(trial.ended("caught by data")),
        "accepted": len(kept),
        "survived": len(survivors(trial, accepted)),
    }
    yield f"\n{len(trial.mutants)} of {trial.total} mutants tried"
    yield from (f"{count:>6} {name}" for name, count in counts.items())
    yield f"score: {score(trial, accepted):.1f} %"
