"""What a higher threshold of a detector would gain and lose."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from trustmetrics.errors import UserError
from trustmetrics.investigate import words
from trustmetrics.investigate.database import Database, Row
from trustmetrics.investigate.words import Answer, Table

# Without --since: so many days, since a detector and those whom it flags change.
USUAL_DAYS = 90
# Fewer decided flags than this say nothing about a threshold.
FEWEST_DECIDED = 10
READ = (
    "The table: of the flags at or above each threshold how many are right, and what share of the "
    "flags found right today it keeps; < marks a threshold whose lost flags are clearly worse."
)


def threshold(
    database: Database,
    detector: str | None,
    since: date | None,
    before: date | None,
    steps: int,
    keep: float,
) -> Answer:
    """Say what each threshold would gain and lose.

    Args:
        database: a built database.
        detector: its id; None: a line for each detector.
        since: flags from then on; None: those of the last 90 days.
        before: only flags before then; None: all up to as_of.
        steps: number of steps between 0 and 1.
        keep: the share of its confirmed flags that a detector must keep for a threshold to be
            advised.

    Raises:
        UserError: there is no such detector, or it has no flag in that time.
    """
    detections = database.relation("stg_detections")
    known = [
        row["detector_id"]
        for row in database.rows(f"select distinct detector_id from {detections} order by all")
    ]
    if detector is not None and detector not in known:
        raise UserError(
            f"no flag is by a detector '{detector}'. Those with flags are: {', '.join(known)}"
        )
    [instant] = database.rows(f"select as_of from {database.relation('as_of')}")
    if since is None:
        since = (before or instant["as_of"].date()) - timedelta(days=USUAL_DAYS)
    until = f"{before} (without it)" if before else f"{instant['as_of']:%Y-%m-%d}"
    span = f"from {since} to {until}"
    rows = database.analyse(
        "detector_threshold", detector_id=detector, since=since, before=before, steps=steps
    )
    if not rows:
        raise UserError(f"there are no flags {span}. Name another time: --since, --before")
    by_detector = {key: list(group) for key, group in groupby(rows, lambda row: row["detector_id"])}
    advice = {name: _advice(own, keep) for name, own in by_detector.items()}
    if detector is None:
        said, table = _all_of_them(advice, by_detector, span), _detectors_table(by_detector, advice)
    else:
        said, table = _one(detector, rows, advice[detector], keep, span), _steps_table(rows)
        said.append(READ)
    said.append(_certainty(rows))
    return Answer(said, (table,), "from detector_threshold")


def is_worse(row: Row) -> bool:
    """Whether the flags below a threshold are clearly less often right than those above it."""
    return (
        row["lost_ci_upper"] is not None
        and row["ci_lower"] is not None
        and row["lost_ci_upper"] < row["ci_lower"]
    )


def _advice(rows: list[Row], keep: float) -> Row | None:
    """The highest threshold that keeps enough, and loses flags that are clearly worse."""
    found = [
        row
        for row in rows
        if is_worse(row)
        and row["confirmed_kept_share"] is not None
        and row["confirmed_kept_share"] >= keep
    ]
    return found[-1] if found else None


def _whole(rows: list[Row]) -> Row:
    """The row of all flags, which comes first."""
    return rows[0]


def _precision(row: Row) -> str:
    between = words.share_between(row["ci_lower"], row["ci_upper"])
    return f"{words.share(row['precision_estimate'])} ({between})"


def _one(detector: str, rows: list[Row], advised: Row | None, keep: float, span: str) -> list[str]:
    whole = _whole(rows)
    if whole["decided_flags"] < FEWEST_DECIDED:
        return [
            f"{detector}: too few of its flags {span} are decided to say anything: "
            f"{whole['decided_flags']} of {words.plural(whole['flags'], 'flag')}."
        ]
    today = f"{_precision(whole)} of its {words.plural(whole['flags'], 'flag')} {span} are right"
    if advised is not None:
        return [
            f"{detector}: raise the threshold to {advised['threshold']:g}. Today {today}; there "
            f"{_precision(advised)} would be.",
            f"Cost: it would no longer raise {words.plural(advised['lost_flags'], 'flag')}, of "
            f"which {words.share(advised['lost_precision'])} are right "
            f"({words.share_between(advised['lost_ci_lower'], advised['lost_ci_upper'])}), and "
            f"would keep {words.share(advised['confirmed_kept_share'])} of what it finds.",
        ]
    worse = [row for row in rows if is_worse(row)]
    if not worse:
        return [
            f"{detector}: no higher threshold helps. Today {today}, and at no threshold are the "
            "flags that would be lost clearly less often right than those that would be kept.",
            "What to do: if that is not precise enough, the detector needs other means than its "
            "threshold, such as retraining.",
        ]
    least = worse[0]
    return [
        f"{detector}: leave the threshold, or accept a loss. Today {today}; a threshold of "
        f"{least['threshold']:g} would make it {_precision(least)}, but keep only "
        f"{words.share(least['confirmed_kept_share'])} of what it finds (--keep {keep:g} asks for "
        f"{words.share(keep)})."
    ]


def _all_of_them(
    advice: dict[str, Row | None], by_detector: dict[str, list[Row]], span: str
) -> list[str]:
    raised = [f"{name} to {row['threshold']:g}" for name, row in advice.items() if row]
    count = words.plural(len(by_detector), "detector")
    if raised:
        return [f"Of {count} with flags {span}, raise the threshold of {words.listed(raised)}."]
    return [f"Of {count} with flags {span}, none has a higher threshold that clearly helps."]


def _certainty(rows: list[Row]) -> str:
    firsts = [_whole(list(group)) for _, group in groupby(rows, lambda row: row["detector_id"])]
    flags = sum(row["flags"] for row in firsts)
    decided = sum(row["decided_flags"] for row in firsts)
    return (
        f"How sure: {words.count(decided)} of {words.plural(flags, 'flag')} are decided, each "
        "weighed by its chance of review; intervals are 95 %. A threshold below today's cannot be "
        "judged: such flags do not exist. The best of many steps flatters: check it on later flags."
    )


def _steps_table(rows: list[Row]) -> Table:
    return Table(
        (
            "at least",
            "flags>",
            "decided>",
            "right>",
            "95 % interval>",
            "keeps>",
            "lost flags>",
            "of them right>",
            "95 % interval>",
        ),
        [
            (
                "all" if row["threshold"] is None else f"{row['threshold']:g}",
                words.count(row["flags"]),
                words.count(row["decided_flags"]),
                words.share(row["precision_estimate"]),
                words.share_between(row["ci_lower"], row["ci_upper"]),
                words.share(row["confirmed_kept_share"]),
                words.count(row["lost_flags"]),
                words.share(row["lost_precision"]),
                words.share_between(row["lost_ci_lower"], row["lost_ci_upper"])
                + (" <" if is_worse(row) else ""),
            )
            for row in rows
        ],
    )


def _detectors_table(by_detector: dict[str, list[Row]], advice: dict[str, Row | None]) -> Table:
    lines = []
    for name, rows in by_detector.items():
        whole, advised = _whole(rows), advice[name]
        if whole["decided_flags"] < FEWEST_DECIDED:
            what = "too few decided"
        elif advised:
            what = (
                f"to {advised['threshold']:g}: {_precision(advised)}, keeps "
                f"{words.share(advised['confirmed_kept_share'])}"
            )
        else:
            what = "no: none clearly helps"
        lines.append(
            (
                name,
                words.count(whole["flags"]),
                words.count(whole["decided_flags"]),
                words.share(whole["precision_estimate"]),
                words.share_between(whole["ci_lower"], whole["ci_upper"]),
                what,
            )
        )
    return Table(("detector", "flags>", "decided>", "right>", "95 % interval>", "raise it"), lines)
