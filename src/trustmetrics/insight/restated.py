"""Numbers of the last report that are other ones now, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from trustmetrics.built import opened
from trustmetrics.insight.links import Links
from trustmetrics.insight.read import Facts, read_rows
from trustmetrics.insight.said import Name, Number, Period, Sentence, Source, number
from trustmetrics.ledger.file import TABLE, reading
from trustmetrics.ledger.numbers import is_same

CAUSES = {
    "late_data": "late data",
    "correction": "corrections",
    "deletion": "deletions",
    "late_decision_or_appeal": "late decisions and appeals",
    "definition": "the definition",
    "not_reproduced": "nothing that is known",
}
PLACE = ("metric", "metric_version", "slice", "slice_value", "period_grain", "period_start")
Place = tuple[Any, ...]


@dataclass(frozen=True)
class Restated:
    """A published number that is another one now.

    Attributes:
        metric: its name.
        what: the slice value, where it is not of the whole.
        period: what it is of.
        said: as it was published.
        now: as it is; None: there is none any more.
        why: the causes with their parts, or how to find them.
    """

    metric: Name
    what: str
    period: Period
    said: Number | str
    now: Number | None
    why: Sentence


@dataclass(frozen=True)
class SinceLast:
    """What became of the last report's numbers.

    Attributes:
        report_id: the last report of the kind; None: none was published.
        compared: how many of its numbers are of governed metrics and had settled then.
        restated: those that are other ones now.
        still_open: how many others there were, which were published as still moving.
    """

    report_id: str | None
    compared: int
    restated: Sequence[Restated]
    still_open: int = 0


def since_last(database: Path, ledger: Path, kind: str, facts: Facts, links: Links) -> SinceLast:
    """Return which numbers of the last published report of a kind are other ones now.

    Args:
        database: the built database.
        ledger: the ledger's file; where there is none, nothing was published.
        kind: weekly, monthly or quarterly.
        facts: of this report; of the last one's causes what the mart restatements has.
        links: the names of the metrics.

    Raises:
        UserError: the ledger or the database cannot be read.
    """
    published = _last(ledger, kind) if ledger.is_file() else []
    if not published:
        return SinceLast(None, 0, ())
    report_id = published[0]["report_id"]
    settled = [row for row in published if row["is_mature"]]
    now = _values(database, {row["metric"] for row in settled})
    known = {(row["report_id"], row["number"]): row for row in facts.table("restated")}
    restated = [
        _restated(row, now.get(_place(row)), known.get((row["report_id"], row["number"])), links)
        for row in settled
        if not is_same(row["value"], now.get(_place(row)), row["decimals"])
    ]
    return SinceLast(report_id, len(settled), restated, len(published) - len(settled))


def _last(ledger: Path, kind: str) -> list[Mapping[str, Any]]:
    """The governed numbers of the newest report of a kind, each once."""
    found: dict[str, dict[Place, Mapping[str, Any]]] = {}
    with reading(ledger) as opened_ledger:
        for row in opened_ledger.rows():
            if row["report_kind"] == kind and row["metric_version"] is not None:
                found.setdefault(row["report_id"], {}).setdefault(_place(row), row)
    return list(found[list(found)[-1]].values()) if found else []


def _place(row: Mapping[str, Any]) -> Place:
    return tuple(str(row[name]) for name in PLACE)


def _values(database: Path, metrics: set[str]) -> dict[Place, float]:
    with opened(database) as connection:
        found = read_rows(connection, "known_values", {"metrics": [*metrics]})
    return {_place(row): row["value"] for row in found}


def _restated(
    row: Mapping[str, Any], now: float | None, causes: Mapping[str, Any] | None, links: Links
) -> Restated:
    value_format = links.metrics.get(row["metric"], {}).get("value_format") or "number"
    key = {name: row[name] for name in PLACE}
    source = Source("marts.kpi_values", "value", key)
    said_in = Source(TABLE, "value", {"report_id": row["report_id"], "number": row["number"]})
    start = date.fromisoformat(row["period_start"])
    return Restated(
        metric=links.metric(row["metric"]),
        what="" if row["slice"] == "overall" else f"{row['slice']} {row['slice_value']}",
        period=Period(f"{row['period_grain']} of {start}"),
        said=row["shown"]
        if row["value"] is None
        else Number(row["value"], row["shown"], "", row["decimals"], said_in),
        now=None if now is None else number(now, value_format, source),
        why=_why(row, causes, value_format),
    )


def _why(row: Mapping[str, Any], causes: Mapping[str, Any] | None, value_format: str) -> Sentence:
    if causes is None:
        command = f"trustmetrics report restate --report {row['report_id']} --raw DIR"
        return ("not split yet: ", Name(command, is_code=True))
    key = {"report_id": row["report_id"], "number": row["number"]}
    said: list[Any] = []
    for column, words in CAUSES.items():
        if causes[column]:
            part = Source("marts.restatements", column, key)
            said += ["; " if said else "", f"{words} "]
            said.append(number(float(causes[column]), value_format, part, is_signed=True))
    return said or ("no cause has a value on both sides",)
