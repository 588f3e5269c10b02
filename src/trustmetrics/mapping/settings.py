"""The settings of a map, map/settings.yml: what is decided once for all its files."""

from pathlib import Path

import duckdb

from trustmetrics.check.declared import read_yaml
from trustmetrics.errors import UserError
from trustmetrics.instant import parse_instant

FILE = "settings.yml"
MARK = "DECIDE"
TIME_ZONE, EXTRACTED_AT = "time_zone", "extracted_at"
TEMPLATE = """\
# What is decided once for the whole map. Replace each DECIDE by a value.

# Zone of the times in the source that name none, by its name in the IANA list: Europe/Berlin,
# America/New_York, UTC. Read as getvariable('time_zone').
time_zone: {time_zone}

# When the source was exported, UTC, such as 2026-04-30 22:00:00. It is the ingested_at of tables
# that do not say when a row reached them. Read as getvariable('extracted_at').
# trustmetrics ingest sql --extracted-at gives it for one run.
extracted_at: {extracted_at}
"""


def settings_text(time_zone: str, extracted_at: str) -> str:
    """The content of settings.yml; an empty setting is left to be decided."""
    return TEMPLATE.format(time_zone=time_zone or MARK, extracted_at=extracted_at or MARK)


def read_settings(folder: Path) -> dict[str, str]:
    """Read a map's settings.

    Returns:
        the settings that are there and decided, by name.

    Raises:
        UserError: the file is not valid; the message says what to write.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    content = read_yaml(path)
    if not isinstance(content, dict) or set(content) - {TIME_ZONE, EXTRACTED_AT}:
        raise UserError(f"'{path}' may hold {TIME_ZONE} and {EXTRACTED_AT} alone. Correct it")
    given = {name: str(value) for name, value in content.items() if value not in (None, MARK)}
    if TIME_ZONE in given:
        check_time_zone(given[TIME_ZONE], f"{TIME_ZONE} in '{path}'")
    if EXTRACTED_AT in given:
        given[EXTRACTED_AT] = str(
            parse_instant(given[EXTRACTED_AT], f"{EXTRACTED_AT} in '{path}':")
        )
    return given


def check_time_zone(name: str, where: str) -> str:
    """Return the name of a time zone that exists.

    Raises:
        UserError: there is none of that name.
    """
    with duckdb.connect() as connection:
        found = connection.execute(
            "select count(*) from pg_timezone_names() where name = ?", [name]
        ).fetchone()
    if found == (0,):
        raise UserError(
            f"{where}: there is no time zone '{name}'. Write a name of the IANA list: "
            "Europe/Berlin, America/New_York, UTC"
        )
    return name
