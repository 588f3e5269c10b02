"""The environment variables that say how much of the machine a build may take."""

from __future__ import annotations

import os
import re

from trustmetrics.errors import UserError

THREADS = "TRUSTMETRICS_THREADS"
MEMORY = "TRUSTMETRICS_MEMORY"
AMOUNT = re.compile(r"0*[1-9]\d{0,17}(\.\d+)?\s*([kmgt]i?)?b", re.IGNORECASE)
MOST_THREADS = 1024


def check_engine_settings() -> None:
    """Refuse variables that dbt or DuckDB would only stumble over.

    Raises:
        UserError: one has a value that means nothing.
    """
    threads = os.environ.get(THREADS)
    if threads is not None and not (
        re.fullmatch(r"\d{1,4}", threads) and 1 <= int(threads) <= MOST_THREADS
    ):
        raise UserError(
            f"{THREADS} '{threads}' is not a number of threads. Set it to a whole number from 1 to "
            f"{MOST_THREADS}, such as 4, or unset it"
        )
    memory = os.environ.get(MEMORY)
    if memory is not None and not AMOUNT.fullmatch(memory.strip()):
        raise UserError(
            f"{MEMORY} '{memory}' is not an amount of memory. Set it to a number with a unit, such "
            "as 6GB or 512MB, or unset it"
        )
