"""The built tables against the oracle's, on hostile data."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.python.helpers import DbtHere
from tests.python.oracle import fuzz
from trustmetrics.build import ChecksFailedError, build
from trustmetrics.errors import UserError

# Every rule of the second versions has an edge in it, and no metric of theirs is left out.
ALWAYS = (7, "mixed")
THOROUGH = tuple((seed, fuzz.FORMATS[seed % 3]) for seed in (0, 1, 3, 4, 5, 6, 8, 9))


@pytest.fixture
def build_here(dbt_here: DbtHere, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command's build without the start-up of its processes."""

    def call(raw: Path, database: Path, as_of: datetime | None) -> str | None:
        try:
            build(raw, database, as_of, [], lambda *_: None)
        except (ChecksFailedError, UserError) as error:
            return str(error)
        return None

    monkeypatch.setattr("trustmetrics.build.run_dbt", dbt_here.run_dbt)
    monkeypatch.setattr(fuzz, "build", call)


@pytest.mark.usefixtures("build_here")
@pytest.mark.parametrize(
    ("seed", "formats"),
    [ALWAYS, *(pytest.param(*dataset, marks=pytest.mark.slow) for dataset in THOROUGH)],
)
def test_build_equals_the_oracle(seed: int, formats: str, tmp_path: Path) -> None:
    """No row is missing, none is extra, every number is the same, and so are the rejections."""
    complaints = fuzz.check(seed, formats, tmp_path)
    assert not complaints, "\n".join(complaints)
