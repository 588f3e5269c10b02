"""What made up the rise of a week's reports."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from trustmetrics.errors import UserError
from trustmetrics.investigate import words
from trustmetrics.investigate.database import Database, Row
from trustmetrics.investigate.spike_words import Findings, is_clear, sentences
from trustmetrics.investigate.words import Answer, Table

# Without --week, the clearest rise is looked for in so many of the last complete weeks.
LOOKED_AT = 8
FEWEST_WEEKS = 4
SHOWN_PARTS = 14
SHOWN_MEASURES = (
    "reported items",
    "reports per item",
    "reports of the most reported item",
    "reporters",
    "reports per reporter",
    "reported cases",
    "share of cases decided",
    "share of decided cases confirmed",
    "flags by detectors",
    "new accounts",
    "active accounts",
    "content views",
)
SLICES = {
    "overall": "all",
    "surface": "surface",
    "harm_type": "harm type",
    "surface_harm_type": "both",
    "reporter_type": "reporter type",
    "account_age": "account",
    "case_outcome": "outcome",
    "item": "item",
    "reporter": "reporter",
}
SPAN = """
select
    cast(date_trunc('week', min(reported_at)) as date) as first_week,
    cast(date_trunc('week', max(reported_at)) as date) as last_week,
    max(as_of.as_of) as as_of
from {reports} as reports
cross join {as_of} as as_of
"""
FULL = """
select * from abuse_spike
union all by name
select
    week_start, 'beside' as slice, measure as slice_value, observed, usual, usual_weeks, dispersion,
    rise, rise_lower, rise_upper, observed_lower, observed_upper, usual_lower, usual_upper
from abuse_spike_beside
union all by name
select 'near' as slice, event as slice_value, surface as near_surface, happened_at
from abuse_spike_near
"""


def spike(
    database: Database,
    week: date | None,
    surface: str | None,
    baseline_weeks: int,
    new_account_days: int,
    rows: int = SHOWN_PARTS,
) -> Answer:
    """Say what made up the rise of a week's reports.

    Args:
        database: a built database.
        week: any day of the week; None: the clearest rise of the last weeks.
        surface: only its reports; None: all.
        baseline_weeks: how many usual weeks it is compared with.
        new_account_days: how long an account counts as new.
        rows: how many parts are shown.

    Raises:
        UserError: there are no reports, no such surface, or no weeks to compare the week with.
    """
    [span] = database.rows(
        SPAN.format(reports=database.relation("stg_reports"), as_of=database.relation("as_of"))
    )
    if span["first_week"] is None:
        raise UserError("the database holds no reports, so there is no spike to look into")
    if surface is not None:
        _check_surface(database, surface)
    if week is None:
        monday, why = _clearest_week(database, surface, baseline_weeks, span)
    else:
        monday, why = week - timedelta(days=week.weekday()), ""
    _check_week(monday, span)
    asked = {"week": str(monday), "surface": surface, "baseline_weeks": baseline_weeks}
    parts = database.analyse("abuse_spike", **asked, new_account_days=new_account_days)
    beside = {row["measure"]: row for row in database.analyse("abuse_spike_beside", **asked)}
    near = database.analyse("abuse_spike_near", week=str(monday), surface=surface)
    if not parts:
        where = f" on {surface}" if surface else ""
        raise UserError(
            f"there is no report{where} in the week of {monday} nor in the weeks before it, "
            "so there is nothing to compare. Ask about another week: --week"
        )
    found = Findings(monday, why, surface, parts, beside, near, span["as_of"])
    return Answer(
        sentences(found), (_parts_table(parts, surface, rows), _beside_table(beside)), FULL
    )


def _check_surface(database: Database, surface: str) -> None:
    known = [
        row["surface"]
        for row in database.rows(
            f"select distinct surface from {database.relation('stg_reports')} order by surface"
        )
    ]
    if surface not in known:
        raise UserError(
            f"no report is on a surface '{surface}'. Those with reports are: {', '.join(known)}"
        )


def _check_week(monday: date, span: Row) -> None:
    first = span["first_week"] + timedelta(days=7 * (FEWEST_WEEKS + 1))
    last = _last_complete(span["as_of"]) + timedelta(days=7)
    if not first <= monday <= last:
        raise UserError(
            f"the week of {monday} cannot be compared: weeks from {first} to {last} can, for the "
            f"reports begin in the week of {span['first_week']}, {FEWEST_WEEKS} whole weeks must "
            f"lie before, and the data are as of {words.instant(span['as_of'])}"
        )


def _last_complete(as_of: datetime) -> date:
    """The Monday of the last week that had ended by then."""
    return as_of.date() - timedelta(days=as_of.date().weekday() + 7)


def _clearest_week(
    database: Database, surface: str | None, baseline_weeks: int, span: Row
) -> tuple[date, str]:
    """The week to ask about where none is given, and why that one."""
    last = _last_complete(span["as_of"])
    risen = [
        row
        for row in database.analyse("abuse_spike_weeks", rise=0, baseline_weeks=baseline_weeks)
        if row["slice_value"] == (surface or "all")
        and row["slice"] == ("surface" if surface else "overall")
        and row["week_start"] > last - timedelta(days=7 * LOOKED_AT)
        and row["rise_lower"] > 0
    ]
    if not risen:
        return last, f"the last complete week; none of the last {LOOKED_AT} has a clear rise"
    found = max(risen, key=lambda row: row["rise_lower"])
    return found["week_start"], f"the clearest rise of the last {LOOKED_AT} complete weeks"


def _parts_table(parts: list[Row], surface: str | None, rows: int) -> Table:
    """The whole, then the parts that changed clearly, the largest change first, then the others."""
    named = [
        row
        for row in parts
        if row["slice"] in SLICES
        and not (surface and row["slice"] in ("surface", "surface_harm_type"))
    ]
    named.sort(key=lambda row: (row["slice"] != "overall", not is_clear(row), -abs(row["change"])))
    return Table(
        (
            "reports by",
            "",
            "week>",
            "usual>",
            "change>",
            "in %>",
            "95 % interval>",
            "share>",
        ),
        [
            (
                SLICES[row["slice"]],
                row["slice_value"].replace("_", " "),
                words.count(row["observed"]),
                words.count(row["usual"]),
                words.difference(row["change"]),
                words.change(row["rise"]) or "new",
                words.change_between(row["rise_lower"], row["rise_upper"])
                + ("" if is_clear(row) else " ~"),
                words.share(row["share_of_change"]) if is_clear(named[0]) else "",
            )
            for row in named[:rows]
        ],
        len(parts) - min(rows, len(named)),
    )


def _beside_table(beside: dict[str, Row]) -> Table:
    return Table(
        ("beside it", "week>", "usual>", "in %>", "95 % interval>"),
        [_measure(beside[name]) for name in SHOWN_MEASURES if name in beside],
    )


def _measure(row: Row) -> tuple[str, ...]:
    name = row["measure"]
    if name.startswith("share"):
        week, usual = words.share(row["observed"]), words.share(row["usual"])
        between = words.share_between(row["observed_lower"], row["observed_upper"])
        return (name, week, usual, "", f"of the week: {between}" if between else "")
    if name.startswith("reports per"):
        return (name, *(words.quotient(row[side]) for side in ("observed", "usual")),
                words.change(row["rise"]), "")  # fmt: skip
    between = words.change_between(row["rise_lower"], row["rise_upper"])
    return (
        name,
        words.count(row["observed"]),
        words.count(row["usual"]),
        words.change(row["rise"]),
        between if is_clear(row) or not between else f"{between} ~",
    )
