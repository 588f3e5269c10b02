"""A sample of the mutants: none survives that the baseline does not name."""

from __future__ import annotations

import os

import pytest

from tests.python.mutation.make_build import find_or_make_build
from tests.python.mutation.report import complaints, read_accepted, read_baseline, score
from tests.python.mutation.trial import try_mutants

pytestmark = [pytest.mark.dbt, pytest.mark.slow]

SIZE = 120
SEED = int(os.environ.get("TRUSTMETRICS_MUTATION_SEED", "1"))


def test_the_unit_tests_notice_a_sample_of_faults() -> None:
    """Round trip first: every unit test passes on the SQL taken apart and put together again."""
    build = find_or_make_build()
    trial = try_mutants(build, lambda *_: None, SIZE, SEED)
    accepted = read_accepted()
    print(f"seed {SEED}: {score(trial, accepted):.1f} % of {SIZE} mutants caught by unit tests")
    found = complaints(trial, accepted, read_baseline())
    assert not found, f"seed {SEED}\n" + "\n".join(found)
