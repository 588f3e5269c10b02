"""Builds killed and stopped at every stage.

A moment is either an event of the build (builds.Build.reach) and a wait after it, or a share of how
long a build takes; the waits come of SEED, so that a failure can be repeated.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.builds import (
    DATABASE,
    Build,
    Known,
    Said,
    content,
    holds,
    listing,
    log_of,
    no_survivors,
    nothing_left,
    says_one_line,
    succeeds,
    until,
)

SEED = 11
Start = Callable[..., Build]
POLITE = ("SIGTERM", "SIGINT", "SIGHUP")
# Of each event, the longest wait after it, in seconds; the whole of a small build takes some 8.
EVENTS = {"loading": 0.5, "workshop": 0.3, "dbt": 4.0, "building": 1.0, "moving": 0.3}
KILLS = ("SIGKILL", *POLITE)
# A kill at every event, and of the signals that end alike each at some.
STRUCK = {
    "SIGKILL": tuple(EVENTS),
    "SIGTERM": ("loading", "building", "moving"),
    "SIGINT": ("workshop", "moving"),
    "SIGHUP": ("dbt", "building"),
}


def _moments() -> list[tuple[str, str, float]]:
    """Each signal at its events, with waits that the seed gives."""
    chance = random.Random(SEED)
    return [
        (name, event, round(chance.random() * EVENTS[event], 3))
        for name, events in STRUCK.items()
        for event in events
    ]


def _ended_politely(build: Build, said: Said, before: list[str], known: Known) -> None:
    """Stopped with one line and nothing left; or it was done before the signal came."""
    no_survivors(build)
    now = content(build.folder / DATABASE)
    assert listing(build.folder) == before
    if said.exit_code == 0:
        assert now == known.part_content
        return
    says_one_line(said, "stopped")
    told_old = "unchanged" in said.err
    assert now in (known.content, known.part_content)
    assert now == known.content or not told_old, "it says that the database is as it was"


@pytest.mark.parametrize(
    ("name", "event", "wait"), [pytest.param(*one, id="-".join(one[:2])) for one in _moments()]
)
def test_a_signal_at_a_moment(
    database: Path, start: Start, known: Known, name: str, event: str, wait: float
) -> None:
    before = listing(database.parent)
    build = start(database)
    build.reach(event)
    time.sleep(wait)
    build.send(signal.Signals[name])
    said = build.wait()
    if name == "SIGKILL":
        no_survivors(build)
        holds(database, known.content, known.part_content)
        assert not log_of(database).exists()
        assert [one for one in listing(database.parent) if ".build-" not in one] == before
    else:
        _ended_politely(build, said, before, known)


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_a_whole_build_is_killed_among_the_models(
    database: Path, start: Start, known: Known, name: str
) -> None:
    before = listing(database.parent)
    build = start(database, whole=True)
    build.reach("building")
    time.sleep(random.Random(f"{SEED}{name}").random() * 8)
    build.send(signal.Signals[name])
    said = build.wait()
    no_survivors(build)
    holds(database, known.content, known.other_content)
    if name != "SIGKILL" and said.exit_code:
        says_one_line(said, "stopped")
        assert listing(database.parent) == before


@pytest.mark.parametrize("name", ["SIGTERM"])
def test_a_first_build_that_is_stopped_leaves_nothing(
    place: Path, start: Start, known: Known, name: str
) -> None:
    build = start(place / DATABASE)
    build.reach("building")
    build.send(signal.Signals[name])
    says_one_line(build.wait(), "stopped")
    no_survivors(build)
    assert listing(place) == []


@pytest.mark.parametrize(
    ("signals", "between"),
    [
        (("SIGINT", "SIGINT", "SIGINT"), 0.02),
        (("SIGHUP", "SIGTERM", "SIGINT"), 0.01),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_a_second_signal_while_it_cleans_up(
    database: Path, start: Start, known: Known, signals: tuple[str, ...], between: float
) -> None:
    before = listing(database.parent)
    build = start(database)
    build.reach("dbt")
    time.sleep(1)
    build.send(*(signal.Signals[name] for name in signals), between=between)
    said = build.wait()
    assert said.exit_code == 2
    _ended_politely(build, said, before, known)


@pytest.mark.parametrize("name", ["SIGINT", "SIGHUP"])
def test_a_signal_to_the_whole_group_as_a_terminal_sends_it(
    database: Path, start: Start, known: Known, name: str
) -> None:
    before = listing(database.parent)
    build = start(database)
    build.reach("dbt")
    time.sleep(2)
    os.killpg(build.process.pid, signal.Signals[name])
    said = build.wait()
    assert said.exit_code == 2
    _ended_politely(build, said, before, known)


@pytest.mark.parametrize(
    ("name", "event"),
    [("SIGKILL", "building"), ("SIGTERM", "building"), ("SIGINT", "dbt")],
)
def test_the_child_alone_dies(
    database: Path, start: Start, known: Known, name: str, event: str
) -> None:
    """The out-of-memory killer takes the largest process, which is dbt's."""
    before = listing(database.parent)
    build = start(database)
    build.reach(event)
    time.sleep(0.3)
    for child in build.children():
        os.kill(child, signal.Signals[name])
    said = build.wait()
    no_survivors(build)
    if said.exit_code == 0:
        pytest.skip("the child was done before the signal came")
    says_one_line(said)
    holds(database, known.content)
    assert listing(database.parent) == before


def test_a_build_that_was_paused_goes_on(database: Path, start: Start, known: Known) -> None:
    build = start(database)
    build.reach("dbt")
    build.pause()
    time.sleep(1.5)
    build.resume()
    succeeds(build.wait())
    holds(database, known.part_content)


def test_a_paused_build_is_stopped(database: Path, start: Start, known: Known) -> None:
    """Ctrl-Z, then the terminal is closed: the shell sends SIGHUP and SIGCONT."""
    before = listing(database.parent)
    build = start(database)
    build.reach("dbt")
    build.pause()
    time.sleep(0.5)
    os.killpg(build.process.pid, signal.SIGHUP)
    build.resume()
    said = build.wait()
    assert said.exit_code == 2
    _ended_politely(build, said, before, known)


def test_the_parent_is_killed_while_the_child_is_paused(
    database: Path, start: Start, known: Known
) -> None:
    """A child that does not run cannot notice that its parent is gone: the kernel must end it."""
    build = start(database)
    build.reach("building")
    for child in build.children():
        # Python's own helper of the child must run to see that the child is gone.
        if "resource_tracker" not in Path(f"/proc/{child}/cmdline").read_text():
            os.kill(child, signal.SIGSTOP)
    build.send(signal.SIGKILL)
    build.wait()
    no_survivors(build)
    holds(database, known.content)


@pytest.mark.parametrize("name", ["SIGHUP"])
def test_a_signal_that_the_shell_has_it_ignore(
    database: Path, start: Start, known: Known, name: str
) -> None:
    """nohup, and a job in the background of a script: the build goes on, and so does its child."""
    number = signal.Signals[name]
    build = start(database, prepare=lambda: signal.signal(number, signal.SIG_IGN))
    build.reach("dbt")
    time.sleep(1)
    os.killpg(build.process.pid, number)
    succeeds(build.wait())
    holds(database, known.part_content)


def test_the_reader_of_its_output_is_gone(database: Path, start: Start, known: Known) -> None:
    """`trustmetrics build | head -1`."""
    reading, writing = os.pipe()
    build = start(database, stdout=writing)
    os.close(writing)
    os.close(reading)
    said = build.wait()
    no_survivors(build)
    assert "Traceback" not in said.err and "Exception ignored" not in said.err
    holds(database, known.part_content)
    nothing_left(database.parent)


@pytest.mark.parametrize("name", ["SIGSEGV"])
def test_a_crash_takes_the_child_along(
    database: Path, start: Start, known: Known, name: str
) -> None:
    build = start(database)
    build.reach("dbt")
    time.sleep(1)
    build.send(signal.Signals[name])
    build.wait()
    no_survivors(build)
    holds(database, known.content)
    assert not log_of(database).exists()


@pytest.mark.parametrize("name", KILLS)
def test_the_sample_is_stopped(place: Path, start: Start, name: str) -> None:
    """Half of its tables would make a build that looks whole."""
    out = place / "raw"
    command = ["sample", "--size", "100000", "--seed", "3", "--out", str(out)]
    making = start(place / "none", command=command, whole=True)
    until(lambda: making.is_over() or " rows" in making.err.read_text(), "the first table")
    making.send(signal.Signals[name])
    said = making.wait()
    if said.exit_code == 0:
        pytest.skip("it was done before the signal came")
    if name != "SIGKILL":
        says_one_line(said, "stopped")
        assert listing(place) in ([], ["raw"])
    assert not [path for path in out.glob("*") if path.suffix == ".parquet"]


def test_the_checks_are_stopped(database: Path, start: Start, known: Known) -> None:
    before = listing(database.parent)
    checking = start(database, command=["check", "--database", str(database)], whole=True)
    checking.reach("loading")
    time.sleep(1.5)
    checking.send(signal.SIGTERM)
    said = checking.wait()
    assert "Traceback" not in said.err
    if said.exit_code == 2:
        says_one_line(said, "stopped")
        assert listing(database.parent) == before
    holds(database, known.content)


def test_four_stops_in_a_row_leave_nothing(database: Path, start: Start, known: Known) -> None:
    """Each a little later, from the first moment that the command can hear a signal."""
    before = listing(database.parent)
    for number in range(4):
        build = start(database)
        build.reach("loading")
        time.sleep(number * 0.3)
        build.send(signal.SIGTERM)
        said = build.wait()
        no_survivors(build)
        assert "Traceback" not in said.err
        assert said.exit_code in (0, 2), f"stop {number}: exit code {said.exit_code}"
        assert listing(database.parent) == before
    holds(database, known.content)
