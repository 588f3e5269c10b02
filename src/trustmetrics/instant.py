"""Instants that a user writes."""

import re
from datetime import datetime

from trustmetrics.errors import UserError

# Without the weeks, days of the year and short forms that ISO 8601 knows besides.
FORM = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?")
# Before, no raw row is valid; beyond, a backlog would be counted day by day for a thousand years.
FIRST, BEYOND = datetime(2000, 1, 1), datetime(3000, 1, 1)


def parse_instant(text: str, where: str) -> datetime:
    """Read a UTC timestamp without an offset, such as 2026-06-30 or 2026-06-30 12:00:00.

    Args:
        text: what was written.
        where: the option or setting, for an error.

    Raises:
        UserError: it is not such a timestamp, or lies outside the years 2000 to 2999.
    """
    try:
        instant = datetime.fromisoformat(text) if FORM.fullmatch(text) else None
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is not None:
        raise UserError(
            f"{where} '{text}' is not a timestamp. Write UTC without an offset: "
            "'2026-06-30 00:00:00'"
        )
    if not FIRST <= instant < BEYOND:
        raise UserError(
            f"{where} '{text}' lies outside the years 2000 to 2999. Write an instant within them"
        )
    return instant
