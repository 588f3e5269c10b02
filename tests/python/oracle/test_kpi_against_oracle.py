"""The built tables against the oracle's, on hostile data."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.python.oracle.fuzz import check

DATASETS = ((0, "parquet"), (1, "csv"), (3, "mixed"))


@pytest.mark.parametrize(("seed", "formats"), DATASETS)
def test_build_equals_the_oracle(seed: int, formats: str, tmp_path: Path) -> None:
    """No row is missing, none is extra, every number is the same, and so are the rejections."""
    complaints = check(seed, formats, tmp_path)
    assert not complaints, "\n".join(complaints)
