"""The build to take the compiled SQL from: the one that make unit leaves, made where it is not."""

from __future__ import annotations

from tests.python import check_build
from tests.python.mutation.built import Build, read_build


def find_or_make_build() -> Build:
    """The check build, of the project's files as they are."""
    check_build.ensure()
    return read_build(check_build.TARGET, check_build.DATABASE)
