"""What happened in one case, as a timeline."""

from __future__ import annotations

import re
from collections import Counter

from trustmetrics.errors import UserError
from trustmetrics.investigate import words
from trustmetrics.investigate.database import Database, Row
from trustmetrics.investigate.words import Answer, Table

SHOWN_LINES = 40
# A row that arrives more than so many hours after what it says is marked.
LATE_HOURS = 24
# What a line shows of a row; of the other moments, all.
SHOWN = {
    "occurred": ("surface",),
    "reported": ("reporter_type", "reporter_id", "policy_code"),
    "flagged": ("detector_id", "detector_version", "score", "policy_code"),
    "opened": ("queue", "severity", "policy_code"),
    "decided": ("outcome", "policy_code", "decided_by", "moderator_id"),
    "actioned": ("action_type", "automated", "detector_id"),
    "action_ended": ("action_type",),
    "appealed": ("appellant_type", "channel"),
    "appeal_resolved": ("outcome",),
    "qa_reviewed": ("verdict",),
}
NAMED = {"reporter_id", "moderator_id", "actor_id", "detector_id", "policy_code", "action_type"}
PAIR = re.compile(r"(\w+)=(.*?)(?= \w+=|$)")
OF_NO_COUNT = ("superseded", "deleted", "rejected", "repeated", "lost_tie", "not_yet")


def case(database: Database, case_id: str) -> Answer:
    """Say what happened in a case.

    Args:
        database: a built database; the raw files that it reads must be where they were.
        case_id: of the case.

    Raises:
        UserError: no row names the case.
    """
    lives = database.rows(
        f"select * from {database.relation('int_cases')} where case_id = ?", [case_id]
    )
    [instant] = database.rows(f"select as_of from {database.relation('as_of')}")
    lines = database.analyse("case_file", case_id=case_id)
    if not lines:
        raise UserError(f"no row names a case '{case_id}'. Choose one from staging.stg_cases")
    raw = [line for line in lines if line["row_status"] != "derived"]
    said = [_headline(case_id, lives), *map(_course, lives), _rows(raw)]
    said.append(
        f"How final: this is as of {words.instant(instant['as_of'])} UTC"
        + ("; the case is open or undecided." if lives and _is_open(lives[0]) else "")
        + (
            "; a later decision or appeal would change it."
            if lives and not _is_open(lives[0])
            else ""
        )
    )
    return Answer(said, (_timeline(raw),), "from case_file", is_restricted=True)


def _is_open(life: Row) -> bool:
    return life["closed_at"] is None or not life["is_decided"]


def _headline(case_id: str, lives: list[Row]) -> str:
    if not lives:
        return (
            f"Case {case_id} counts nowhere: its row is missing, deleted, rejected or of a later "
            "time."
        )
    [life] = lives
    about = f"{life['harm_type'].replace('_', ' ')} on {life['surface']}"
    how = "found before any report" if life["is_proactive"] else "not found before a report"
    ended = {
        "violation": "a confirmed violation",
        "no_violation": "no violation",
        "overturned": "overturned on appeal",
        "undecided": "undecided",
    }.get(life["disposition"], life["disposition"].replace("_", " "))
    return (
        f"Case {case_id} ({about}, severity {life['severity']}, queue {life['queue']}): {ended}, "
        f"{how}."
    )


def _course(life: Row) -> str:
    """How long it took from the first signal."""
    start = life["first_signal_at"]
    steps = [
        (name, life[column])
        for name, column in (
            ("opened", "opened_at"),
            ("first action", "first_actioned_at"),
            ("closed", "closed_at"),
        )
    ]
    told = [
        f"{name} {words.hours(max((moment - start).total_seconds(), 0))} later"
        if moment
        else f"{name}: not yet"
        for name, moment in steps
    ]
    return f"Course: first signal {words.instant(start)}; {', '.join(told)}."


def _rows(raw: list[Row]) -> str:
    """How many of the rows count, and what became of the others."""
    keys = {
        (line["table_name"], line["row_id"], line["ingested_at"], line["row_status"])
        for line in raw
    }
    statuses = Counter(status for *_, status in keys)
    counting = statuses.pop("counts", 0)
    others = [f"{count} {status.replace('_', ' ')}" for status, count in sorted(statuses.items())]
    tail = f"; the others do not: {words.listed(others)}" if others else ""
    return f"Rows: {counting} of {words.plural(len(keys), 'raw row')} count{tail}."


def _timeline(raw: list[Row]) -> Table:
    shown = raw[:SHOWN_LINES]
    return Table(
        ("UTC", "moment", "what", "note"),
        [
            (
                words.instant(line["happened_at"]),
                line["moment"].replace("_", " "),
                _what(line),
                _note(line),
            )
            for line in shown
        ],
        len(raw) - len(shown),
    )


def _what(line: Row) -> str:
    pairs = dict(PAIR.findall(line["detail"] or ""))
    names = SHOWN.get(line["moment"]) or [name for name in pairs if name != "event_type"]
    told = []
    for name in names:
        if name in pairs:
            value = pairs[name]
            if name == "automated":
                told.append("automated" if value == "true" else "by a person")
            elif name in NAMED or name not in ("score", "severity", "queue"):
                told.append(value)
            else:
                told.append(f"{name} {value}")
    return ", ".join(told)


def _note(line: Row) -> str:
    notes = [] if line["row_status"] == "counts" else [line["row_status"].replace("_", " ")]
    if line["breaches"]:
        notes.append(str(line["breaches"]))
    if line["happened_at"] and line["ingested_at"]:
        wait = (line["ingested_at"] - line["happened_at"]).total_seconds()
        if wait > LATE_HOURS * 3600 and line["moment"] not in ("occurred", "action_ended"):
            notes.append(f"known {words.hours(wait)} later")
    return ", ".join(notes)
