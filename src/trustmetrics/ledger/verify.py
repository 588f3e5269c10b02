"""Holds every row of a ledger against its own hash and against the row before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trustmetrics.errors import UserError
from trustmetrics.ledger.file import Ledger, reading
from trustmetrics.ledger.numbers import first_hash, row_hash

HEAD = re.compile(r"\b([1-9]\d*):([0-9a-f]{64})\b")


@dataclass(frozen=True)
class Verified:
    """What the verification of a ledger came to.

    Attributes:
        row_count: the rows that it holds.
        report_count: the reports that these are of.
        head: its last row, as in Publication.
        faults: what is wrong, a line each, in the order of the rows.
    """

    row_count: int
    report_count: int
    head: str
    faults: list[str]


def verify(path: Path, heads: Sequence[str] = ()) -> Verified:
    """Verify a ledger.

    Args:
        path: its file.
        heads: heads that it is known to have had, as publications gave them.

    Raises:
        UserError: it cannot be read, or a head is not one.
    """
    wanted = [_parsed(head) for head in heads]
    hashes: list[str] = []
    reports: dict[str, dict[str, Any]] = {}
    with reading(path) as ledger:
        faults = list(_chain_faults(ledger, hashes, reports))
        sequence, last_hash = ledger.last()
        faults += _tail_faults(ledger, sequence, reports)
        faults += [
            f"the trigger {name}, which keeps rows from being changed, is gone"
            for name in ledger.missing_guards()
        ]
        known = set(hashes)
    for place, hashed in wanted:
        if hashed not in known:
            faults.append(
                f"the head {place}:{hashed[:12]}… is not in the ledger: row {place} or one before "
                "it was changed or removed after that head was given out"
            )
    return Verified(len(hashes), len(reports), f"{sequence}:{last_hash}", faults)


def heads_in(text: str) -> list[str]:
    """Return the heads that stand in a text, such as a published report."""
    return [found[0] for found in HEAD.finditer(text)]


def check_chain(path: Path) -> None:
    """Refuse a ledger that does not verify.

    Raises:
        UserError: it does not.
    """
    found = verify(path)
    if found.faults:
        raise UserError(
            f"the ledger '{path}' does not verify: {found.faults[0]}. See all of it with: "
            "trustmetrics report verify-ledger"
        )


def _parsed(head: str) -> tuple[int, str]:
    found = HEAD.fullmatch(head.strip())
    if found is None:
        raise UserError(
            f"'{head}' is not a head. It is written <row>:<64 hexadecimal digits>, as publishing "
            "printed it"
        )
    return int(found[1]), found[2]


def _chain_faults(
    ledger: Ledger, hashes: list[str], reports: dict[str, dict[str, Any]]
) -> Iterator[str]:
    """Faults of single rows, and of each with the one before; notes hashes and last rows."""
    before, place = first_hash(ledger.ledger_id), 0
    for row in ledger.rows():
        sequence, name = row["sequence"], f"row {row['sequence']} ({row['report_id']})"
        if sequence > place + 1:
            gone = f"row {place + 1}" + (f" to {sequence - 1}" if sequence > place + 2 else "")
            yield f"{gone} removed: {name} comes after {f'row {place}' if place else 'none'}"
        is_sound = row_hash(row) == row["row_hash"]
        if not is_sound:
            yield f"{name} changed: what stands in it does not give its hash"
        if row["previous_hash"] != before and sequence == place + 1:
            yield (
                f"{name} does not follow row {place}: a row was changed, removed, inserted or put "
                "elsewhere there"
            )
        yield from _order_faults(row, name, reports)
        before, place = row["row_hash"], sequence
        hashes.append(row["row_hash"])


def _order_faults(
    row: dict[str, Any], name: str, reports: dict[str, dict[str, Any]]
) -> Iterator[str]:
    """Whether the numbers of a report stand one after the other, in one piece."""
    report_id = row["report_id"]
    last = reports.get(report_id)
    expected = 1 if last is None else last["number"] + 1
    if row["number"] != expected:
        yield f"{name} is number {row['number']} of its report where {expected} should come"
    reports[report_id] = row


def _tail_faults(
    ledger: Ledger, sequence: int, reports: dict[str, dict[str, Any]]
) -> Iterator[str]:
    for report_id, row in reports.items():
        if row["number"] != row["number_count"]:
            yield (
                f"{report_id} ends with number {row['number']} of {row['number_count']} "
                f"(row {row['sequence']}): the rest is gone"
            )
    highest = ledger.highest_sequence()
    if highest > sequence:
        yield f"the tail is gone: the last row is {sequence}, and there was a row {highest}"
