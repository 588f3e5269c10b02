"""Instants that a user writes."""

from datetime import datetime

from trustmetrics.errors import UserError


def parse_instant(text: str, where: str) -> datetime:
    """Read a UTC timestamp without an offset, such as 2026-06-30 or 2026-06-30 12:00:00.

    Args:
        text: what was written.
        where: the option or setting, for an error.

    Raises:
        UserError: it is not such a timestamp.
    """
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is not None:
        raise UserError(
            f"{where} '{text}' is not a timestamp. Write UTC without an offset: "
            "'2026-06-30 00:00:00'"
        )
    return instant
