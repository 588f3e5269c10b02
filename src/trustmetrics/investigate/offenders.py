"""Which accounts offend again, and which are linked."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from trustmetrics.investigate import words
from trustmetrics.investigate.database import Database, Row
from trustmetrics.investigate.words import Answer, Table

SHOWN_GROUPS = 8
SHOWN_ACCOUNTS = 10
# Cases as recent as this are still being decided, so that recent violations are not all known.
RECENT_DAYS = 28
UNDECIDED = """
select
    count(*) as cases,
    count(*) filter (where not is_decided) as undecided
from {cases} as cases
cross join {as_of} as as_of
where cases.opened_at > as_of.as_of - interval '{days}' day
"""


def offenders(
    database: Database,
    days: int | None,
    min_violations: int,
    identifiers: Sequence[str],
    max_holders: int,
) -> Answer:
    """Say which accounts offend again.

    Args:
        database: a built database.
        days: only violations that occurred in the last so many days; None: all.
        min_violations: how many confirmed violations make a repeat offender.
        identifiers: the types that link accounts.
        max_holders: an identifier that more accounts have links nobody.
    """
    rows = database.analyse(
        "repeat_offenders",
        days=days,
        min_violations=min_violations,
        identifier_types=list(identifiers),
        max_holders=max_holders,
    )
    [recent] = database.rows(
        UNDECIDED.format(
            cases=database.relation("int_cases"),
            as_of=database.relation("as_of"),
            days=RECENT_DAYS,
        )
    )
    when = f"in the last {days} days" if days else "in all the data"
    if not rows:
        said = [f"No account has {min_violations} or more confirmed violations {when}."]
    else:
        said = [_headline(rows, when, min_violations), _measures(rows), _links(rows, identifiers)]
    said.append(
        "How sure: these are counts of what was found, so there is no interval and no rate: "
        "watched accounts are caught more often, old ones had more time. Of the "
        f"{words.plural(recent['cases'], 'case')} of the last {RECENT_DAYS} days, "
        f"{words.count(recent['undecided'])} are undecided, so some recent violations are "
        "not counted yet."
    )
    return Answer(
        said,
        (_groups_table(rows), _accounts_table(rows)),
        "from repeat_offenders",
        is_restricted=True,
    )


def _headline(rows: list[Row], when: str, least: int) -> str:
    total = sum(row["confirmed_violations"] for row in rows)
    worst = rows[0]["confirmed_violations"]
    return (
        f"{words.plural(len(rows), 'account')} with {least} or more confirmed violations {when}: "
        f"{words.count(total)} together, {words.count(worst)} by the worst."
    )


def _measures(rows: list[Row]) -> str:
    total = sum(row["confirmed_violations"] for row in rows)
    after = sum(row["violations_after_action"] for row in rows)
    going_on = sum(row["terminated_at"] is None for row in rows)
    return (
        f"Measures: {words.count(after)} of the {words.count(total)} violations "
        f"({words.share(after / total)}) came after an action on the account; "
        f"{words.count(going_on)} of the accounts were never terminated."
    )


def _links(rows: list[Row], identifiers: Sequence[str]) -> str:
    groups = _grouped(rows)
    linked = [row for row in rows if row["link_group"] is not None]
    kinds = words.listed(identifiers, "or")
    if not linked:
        return f"Rings: none of them shares a {kinds} with another account."
    alone = [row["mean_gap_days"] for row in rows if row["link_group"] is None]
    gaps = [row["mean_gap_days"] for row in linked]
    paces = [
        f"{who} {median(known):.0f} days"
        for who, values in (("theirs", gaps), ("the others'", alone))
        if (known := [gap for gap in values if gap is not None])
    ]
    return (
        f"Rings: {words.count(len(linked))} of them share a {kinds} with another account, in "
        f"{words.plural(len(groups), 'group')}; median days between violations: "
        f"{', '.join(paces)}. A shared identifier says where to look; it does not prove one owner."
    )


def _grouped(rows: list[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row["link_group"] is not None:
            groups.setdefault(row["link_group"], []).append(row)
    return dict(sorted(groups.items(), key=lambda item: (-_violations(item[1]), item[0])))


def _violations(rows: list[Row]) -> int:
    return sum(row["confirmed_violations"] for row in rows)


def _groups_table(rows: list[Row]) -> Table:
    groups = _grouped(rows)
    return Table(
        ("ring", "offenders>", "linked accounts>", "violations>", "after action>", "last"),
        [
            (
                group,
                words.count(len(members)),
                words.count(max(row["linked_accounts"] for row in members) + 1),
                words.count(_violations(members)),
                words.count(sum(row["violations_after_action"] for row in members)),
                words.day(max(row["last_occurred_at"] for row in members)),
            )
            for group, members in list(groups.items())[:SHOWN_GROUPS]
        ],
        max(len(groups) - SHOWN_GROUPS, 0),
    )


def _accounts_table(rows: list[Row]) -> Table:
    return Table(
        ("account", "violations>", "harms>", "days between>", "after action>", "last", "ring"),
        [
            (
                row["account_id"],
                words.count(row["confirmed_violations"]),
                words.count(row["harm_types"]),
                "" if row["mean_gap_days"] is None else f"{row['mean_gap_days']:.0f}",
                words.count(row["violations_after_action"]),
                words.day(row["last_occurred_at"]),
                row["link_group"] or "",
            )
            for row in rows[:SHOWN_ACCOUNTS]
        ],
        max(len(rows) - SHOWN_ACCOUNTS, 0),
    )
