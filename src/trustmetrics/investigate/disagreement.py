"""Where second opinions differ from the first."""

from __future__ import annotations

from datetime import date

from trustmetrics.errors import UserError
from trustmetrics.investigate import words
from trustmetrics.investigate.database import Database, Row
from trustmetrics.investigate.words import Answer, Table

SHOWN = 18
# A source's name, and what its numbers count.
SOURCES = {
    "qa": ("Quality review", "of the reviewed decisions were found incorrect"),
    "appeal": ("Appeals", "of the resolved appeals changed the decision"),
    "calibration": ("Calibration", "of the ratings differ from their item's most frequent one"),
}
NAMED = 4
# Deciders that are no person.
NOT_MODERATORS = ("automated", "unknown")
MARKS = {"overall": "", "above": "above", "below": "below", "not told apart": "~"}


def disagreement(database: Database, since: date | None, before: date | None, items: int) -> Answer:
    """Say who and what second opinions disagree with.

    Args:
        database: a built database.
        since: decisions, resolutions and sessions from then on; None: all.
        before: only those before then; None: all.
        items: the number of calibration items.

    Raises:
        UserError: nobody gave a second opinion in that time.
    """
    rows = database.analyse("reviewer_disagreement", since=since, before=before, items=items)
    if not rows:
        when = f"{f' since {since}' if since else ''}{f' before {before}' if before else ''}"
        raise UserError(
            f"there is no quality review, resolved appeal or calibration session{when}. "
            "Name another time: --since, --before"
        )
    said = [_headline(rows)]
    said += [_source(name, rows) for name in SOURCES if any(row["source"] == name for row in rows)]
    said.append(_certainty(rows))
    return Answer(said, (_table(rows),), "from reviewer_disagreement", is_restricted=True)


def _headline(rows: list[Row]) -> str:
    parts = _parts(rows)
    apart = [row for row in parts if row["against_overall"] in ("above", "below")]
    people = [
        row
        for row in parts
        if row["slice"] == "decider" and row["slice_value"] not in NOT_MODERATORS
    ]
    text = (
        f"{len(apart)} of {words.plural(len(parts), 'part')} differ clearly from their source as "
        "a whole"
    )
    if not people:
        return f"{text}."
    told = [row for row in people if row in apart]
    among = f"of {words.plural(_moderators(people), 'moderator')}"
    if not told:
        return f"{text}; {among} none does."
    names = [f"{row['slice_value']} ({row['source']}, {row['against_overall']})" for row in told]
    if len(names) > NAMED:
        names = [*names[:NAMED], f"{len(names) - NAMED} more"]
    verb = "does" if _moderators(told) == 1 else "do"
    return f"{text}; {among} {_moderators(told)} {verb}: {words.listed(names)}."


def _moderators(rows: list[Row]) -> int:
    return len({row["slice_value"] for row in rows})


def _parts(rows: list[Row]) -> list[Row]:
    """The rows to judge: not the calibration items, of which only the worst are listed."""
    return [row for row in rows if row["slice"] not in ("overall", "item")]


def _source(name: str, rows: list[Row]) -> str:
    title, counted = SOURCES[name]
    own = [row for row in rows if row["source"] == name]
    whole = next(row for row in own if row["slice"] == "overall")
    text = (
        f"{title}: {words.share(whole['otherwise_share'])} "
        f"({words.share_between(whole['ci_lower'], whole['ci_upper'])}) {counted}: "
        f"{words.count(whole['otherwise'])} of {words.count(whole['opinions'])}"
    )
    above = [row for row in own if row["against_overall"] == "above" and row["slice"] != "item"]
    if not above:
        return f"{text}; nothing is clearly above that."
    told = [
        f"{row['slice'].replace('_', ' ')} {row['slice_value']} "
        f"{words.share(row['otherwise_share'])} "
        f"({words.share_between(row['ci_lower'], row['ci_upper'])})"
        for row in above[:NAMED]
    ]
    if len(above) > NAMED:
        told.append(f"{len(above) - NAMED} more")
    return f"{text}; clearly above: {words.listed(told)}."


def _certainty(rows: list[Row]) -> str:
    parts = len(_parts(rows))
    is_mixed = any(row["slice_value"] == "automated" for row in rows if row["slice"] == "decider")
    machines = (
        "automated decisions are part of the whole, so a moderator who differs from it may be like "
        "the other moderators; "
    )
    return (
        f"How sure: intervals are 95 %, so about {words.count(round(parts / 20))} of {parts} parts "
        f"differ by chance alone; {machines if is_mixed else ''}cases are not assigned at random, "
        "and the second opinion may be the wrong one. Reviews and appeals of the last weeks are "
        "still coming in. ~ marks what cannot be told apart."
    )


def _table(rows: list[Row]) -> Table:
    """Each source as a whole, then what differs clearly, then the rest by its share."""
    order = {"overall": 0, "above": 1, "below": 1}
    ordered = sorted(
        rows,
        key=lambda row: (
            order.get(row["against_overall"], 2),
            list(SOURCES).index(row["source"]),
            -(row["otherwise_share"] or 0),
        ),
    )
    return Table(
        ("second opinion by", "", "n>", "otherwise>", "share>", ""),
        [
            (
                f"{row['source']} {row['slice'].replace('_', ' ')}",
                row["slice_value"].replace("/", " / "),
                words.count(row["opinions"]),
                words.count(row["otherwise"]),
                f"{words.share(row['otherwise_share'])} "
                f"({words.share_between(row['ci_lower'], row['ci_upper'])})",
                MARKS[row["against_overall"]],
            )
            for row in ordered[:SHOWN]
        ],
        max(len(rows) - SHOWN, 0),
    )
