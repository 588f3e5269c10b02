"""A run of the check: which mutants, in how many processes, and what became of each."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from tests.python.mutation.built import Build
from tests.python.mutation.judge import Judge, Verdict
from tests.python.mutation.mutants import Carrier, Mutant, find_mutants
from tests.python.mutation.rebuild import Rebuilder

PROCESSES = 2
Progress = Callable[[str, int, int], None]
_judges: list[Judge | Rebuilder] = []


@dataclass
class Trial:
    """The mutants tried, what became of each, and how many there are in all."""

    mutants: list[Mutant]
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    total: int = 0

    def ended(self, *outcomes: str) -> list[Mutant]:
        """The mutants with one of some outcomes."""
        return [m for m in self.mutants if self.verdicts[m.id].outcome in outcomes]


def unmutated_failures(build: Build, carriers: dict[str, Carrier]) -> list[str]:
    """The tests that fail before anything is changed: a fault of the build, or of this check."""
    judge = Judge(build, carriers)
    return [f"{name}: {test}" for name in carriers for test in judge.unmutated(name)]


def try_mutants(build: Build, progress: Progress, size: int = 0, seed: int = 0) -> Trial:
    """Try a sample of the mutants on the unit tests; all, and on the data tests too, if size is 0.

    Raises:
        RuntimeError: a test fails before anything is changed.
    """
    mutants, carriers = find_mutants(build)
    if failing := unmutated_failures(build, carriers):
        raise RuntimeError("tests fail on the unmutated SQL:\n" + "\n".join(failing))
    trial = Trial(mutants, total=len(mutants))
    if size:
        trial.mutants = random.Random(seed).sample(mutants, min(size, len(mutants)))
    _run(trial, trial.mutants, "unit tests", progress, _start_judge, (build, carriers))
    if not size:
        with tempfile.TemporaryDirectory() as folder:
            start = (build, carriers, folder)
            waiting = trial.ended("survived")
            _run(trial, waiting, "data tests", progress, _start_rebuilder, start)
    return trial


def _run(
    trial: Trial,
    mutants: Iterable[Mutant],
    stage: str,
    progress: Progress,
    start: Callable[..., None],
    arguments: tuple[object, ...],
) -> None:
    waiting = list(mutants)
    with ExitStack() as stack:
        pool = stack.enter_context(get_context("spawn").Pool(PROCESSES, start, arguments))
        for done, verdict in enumerate(pool.imap_unordered(_judge, waiting, 4), start=1):
            trial.verdicts[verdict.mutant] = verdict
            progress(stage, done, len(waiting))


def _start_judge(build: Build, carriers: dict[str, Carrier]) -> None:
    _judges[:] = [Judge(build, carriers)]


def _start_rebuilder(build: Build, carriers: dict[str, Carrier], folder: str) -> None:
    own = tempfile.mkdtemp(dir=folder)
    _judges[:] = [Rebuilder(build, carriers, Path(own))]


def _judge(mutant: Mutant) -> Verdict:
    return _judges[0].judge(mutant)
