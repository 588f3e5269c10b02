"""MetricFlow's command `mf` on this project, without its question to the internet.

At each start `mf` asks pypi.org whether it is the newest, and keeps the answer in a pickle in the
temporary folder, which anybody on the machine may have put there. Neither can be switched off, so
what does both is replaced. Run in the environment of its own: see docs/guides/semantic_layer.md.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType


class UpdateChecker:
    """In place of the one of update_checker."""

    def check(self, package_name: str, package_version: str) -> None:
        """Find no newer version, having asked nobody."""


def main() -> None:
    """Run `mf` with the arguments of this process."""
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    replaced = ModuleType("update_checker")
    vars(replaced)["UpdateChecker"] = UpdateChecker
    sys.modules["update_checker"] = replaced
    from dbt_metricflow.cli.main import cli

    cli(prog_name="mf")


if __name__ == "__main__":
    main()
