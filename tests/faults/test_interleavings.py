"""Kills, logs, modes and builds in any order."""

from __future__ import annotations

import shutil
import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.faults.builds import (
    DATABASE,
    Build,
    Content,
    Known,
    content,
    dead_writer,
    listing,
    log_of,
    no_survivors,
    says_one_line,
    succeeds,
    workshops,
)

Start = Callable[..., Build]
EVENTS = st.sampled_from(["workshop", "dbt", "building", "moving"])
WAITS = st.floats(0, 1.5)
STEPS = st.one_of(
    st.tuples(st.just("build"), st.just("moving"), st.just(0.0)),
    st.tuples(st.sampled_from(["SIGKILL", "SIGTERM", "SIGHUP"]), EVENTS, WAITS),
    st.tuples(st.just("commit"), st.just(""), st.floats(1, 1000)),
    st.tuples(st.just("mode"), st.just(""), st.sampled_from([0o600, 0o640, 0o664])),
    st.tuples(st.just("foreign"), st.just(""), st.integers(0, 9)),
)
# Always ended by a build that must succeed and leave nothing but what is not a build's.
PLANS = st.lists(STEPS, min_size=2, max_size=4)


class Folder:
    """A database, what it must hold, and what else in its folder no build may touch."""

    def __init__(self, folder: Path, known: Known, start: Start, is_linked: bool) -> None:
        """Copy the good database into a new folder, reached by a link or not."""
        self.known, self.start = known, start
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "db").mkdir(parents=True)
        self.file = Path(shutil.copyfile(known.database, folder / "db" / DATABASE))
        self.named = self.file
        if is_linked:
            self.named = folder / DATABASE
            self.named.symlink_to(self.file)
        self.holds = known.content
        self.mode = stat.S_IMODE(self.file.stat().st_mode)
        self.foreign: dict[str, str] = {}

    def build(self) -> None:
        """A build succeeds, and clears what those before it left."""
        succeeds(self.start(self.named).wait())
        self.holds = self._built()
        assert not log_of(self.file).exists() and not log_of(self.named).exists()
        assert listing(self.file.parent) == sorted([DATABASE, *self.foreign])

    def stop(self, name: str, event: str, wait: float) -> None:
        """A build gets a signal: the database holds the old or the new."""
        before = listing(self.file.parent)
        build = self.start(self.named)
        build.folder = self.file.parent
        build.reach(event)
        time.sleep(wait)
        build.send(signal.Signals[name])
        said = build.wait()
        no_survivors(build)
        now = content(self.named)
        assert now in (self.holds, self._built())
        self.holds = now
        if name != "SIGKILL" and said.exit_code:
            says_one_line(said, "stopped")
            assert set(listing(self.file.parent)) <= set(before)

    def commit(self, number: float) -> None:
        """Another program commits and dies."""
        already = log_of(self.file).exists()
        dead_writer(self.named, f"update marts.kpi_values set value = {number}")
        self.holds = content(self.named)
        assert already or self.holds.kpi_values != self.known.content.kpi_values

    def set_mode(self, mode: int) -> None:
        """The user changes who may read it."""
        self.file.chmod(mode)
        self.mode = mode

    def plant(self, number: int) -> None:
        """The user has a folder of a name much like a workshop's."""
        folder = self.file.parent / f".{DATABASE}.build-mine{number}"
        folder.mkdir(exist_ok=True)
        (folder / "precious").write_text("mine")
        self.foreign |= {folder.name: "", f"{folder.name}/precious": "mine"}

    def check(self) -> None:
        """What must hold after every step."""
        assert content(self.named) == content(self.file) == self.holds
        assert stat.S_IMODE(self.file.stat().st_mode) == self.mode
        assert self.named == self.file or self.named.is_symlink()
        assert not self.file.is_symlink()
        for name, text in self.foreign.items():
            path = self.file.parent / name
            assert path.exists() and (not text or path.read_text() == text), f"{name} is gone"

    def _built(self) -> Content:
        return Content(self.holds.kpi_values, self.known.other_content.rejected)


@pytest.mark.parametrize("is_linked", [False, True], ids=["file", "link"])
@settings(
    max_examples=1,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(plan=PLANS)
def test_any_order_leaves_a_known_good_database(
    place: Path,
    known: Known,
    start: Start,
    is_linked: bool,
    plan: list[tuple[str, str, float]],
) -> None:
    folder = Folder(place / "any", known, start, is_linked)
    for name, event, number in plan:
        if name == "build":
            folder.build()
        elif name == "commit":
            folder.commit(number)
        elif name == "mode":
            folder.set_mode(int(number))
        elif name == "foreign":
            folder.plant(int(number))
        else:
            folder.stop(name, event, number)
        folder.check()
    folder.build()
    folder.check()
    assert not workshops(folder.file.parent) or folder.foreign
