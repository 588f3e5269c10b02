"""The words for a spike. Each comes from numbers by a fixed rule; docs/analyses/abuse_spike.md has
the rules. Nothing is called a change whose interval holds no change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from trustmetrics.investigate import words
from trustmetrics.investigate.database import Row

# A part is what made the change where it holds more than half of it.
MOST = 0.5
SHOWN_EVENTS = 5


@dataclass(frozen=True)
class Findings:
    """What is known about a week.

    Attributes:
        week: its Monday.
        why: why it was chosen; empty where it was asked for.
        surface: the one that was asked for; None: all.
        parts: rows of the analysis abuse_spike.
        beside: rows of abuse_spike_beside by measure.
        near: rows of abuse_spike_near.
        as_of: of the build.
    """

    week: date
    why: str
    surface: str | None
    parts: Sequence[Row]
    beside: Mapping[str, Row]
    near: Sequence[Row]
    as_of: datetime

    def part(self, slice_name: str, value: str) -> Row:
        """The row of a slice value; one without a report where there is none."""
        for row in self.parts:
            if (row["slice"], row["slice_value"]) == (slice_name, value):
                return row
        return {"observed": 0, "usual": 0, "change": 0, "rise_lower": None, "rise_upper": None}

    @property
    def whole(self) -> Row:
        """The row of all reports."""
        return self.part("overall", "all")


def is_clear(row: Row) -> bool:
    """Whether the interval of a change leaves out no change."""
    return rose(row) or fell(row)


def rose(row: Row) -> bool:
    """Whether the whole interval is a rise."""
    return row["rise_lower"] is not None and row["rise_lower"] > 0


def fell(row: Row) -> bool:
    """Whether the whole interval is a fall."""
    return row["rise_upper"] is not None and row["rise_upper"] < 0


def sentences(found: Findings) -> list[str]:
    """The answer: what changed, by what, where, what was near, and how sure that is."""
    said = [_headline(found)]
    if not found.whole["is_complete"]:
        said.append(
            "The week is not over, but is compared with whole weeks: a rise is one, a fall may not "
            "be."
        )
    if is_clear(found.whole) and (found.whole["is_complete"] or rose(found.whole)):
        said.append(_exposure(found))
        if rose(found.whole):
            said += [_concentration(found), _reporters(found)]
        said.append(_where(found))
        said.append(_confirmed(found))
    else:
        said.append(_elsewhere(found))
    said += [_near(found), _certainty(found)]
    return [sentence for sentence in said if sentence]


def _headline(found: Findings) -> str:
    whole = found.whole
    of = f" on {found.surface}" if found.surface else ""
    why = f" ({found.why})" if found.why else ""
    numbers = (
        f"{words.plural(whole['observed'], 'report')}{of}, usually {words.count(whole['usual'])}: "
        f"{words.change(whole['rise']) or 'none before'}"
        f" (95 % interval {words.change_between(whole['rise_lower'], whole['rise_upper'])})"
    )
    if rose(whole):
        verdict = "reports rose"
    elif fell(whole) and whole["is_complete"]:
        verdict = "reports fell"
    else:
        verdict = "no clear change"
    return f"Week of {found.week}{why}: {verdict}. {numbers}."


def _exposure(found: Findings) -> str:
    """Attackers or adoption: how much of the change is accounts, and how much is their rate."""
    whole = found.whole
    by_accounts = whole["change_from_exposure"]
    unit = "active accounts"
    if by_accounts is None:
        views = found.beside.get("content views")
        if views is None or views["rise"] is None:
            return (
                "Attackers or adoption: cannot be told, for neither active accounts nor views "
                "were counted in all of these weeks."
            )
        by_accounts, unit = views["rise"] * whole["usual"], "content views"
    change = whole["change"]
    by_rate = change - by_accounts
    bounds = sorted(whole["usual"] * whole[side] - by_accounts for side in _sides(whole))
    is_rate_clear = bounds[0] > 0 or (len(bounds) > 1 and bounds[-1] < 0)
    more = "more" if change > 0 else "fewer"
    between = (
        f"{words.difference(bounds[0])} to {words.difference(bounds[-1])}"
        if len(bounds) > 1
        else f"{words.difference(bounds[0])} or more"
    )
    split = (
        f"of the {words.count(abs(change))} {more} reports, {words.difference(by_accounts)} "
        f"({words.share(by_accounts / change)}) come from {unit} at the usual rate, "
        f"{words.difference(by_rate)} (95 % interval {between}) from another rate of reports"
    )
    is_exposure = by_accounts / change >= MOST
    if is_rate_clear and (by_rate > 0) == (change > 0):
        verdict = "both" if is_exposure else "a changed rate, not adoption"
    elif is_exposure:
        verdict = "adoption: the rate of reports has no clear change"
    else:
        verdict = "cannot be told, for the rate of reports has no clear change"
    return f"Attackers or adoption: {verdict}; {split}.{_by_views(found, unit)}"


def _by_views(found: Findings, unit: str) -> str:
    """What views, the other exposure, would explain; nothing where they were taken already."""
    views = found.beside.get("content views")
    if unit == "content views" or views is None or views["rise"] is None:
        return ""
    return (
        f" Views changed by {words.change(views['rise'])}, which would explain "
        f"{words.difference(views['rise'] * found.whole['usual'])}."
    )


def _sides(row: Row) -> list[str]:
    return [side for side in ("rise_lower", "rise_upper") if row[side] is not None]


def _concentration(found: Findings) -> str:
    """Brigade or wave: whether the rise is on few items or on many, and what became of it."""
    change = found.whole["change"]
    few = found.part("item", "five_most_reported")
    many = found.part("item", "others")
    items = found.beside["reported items"]
    held = (
        f"the five most reported items of the week hold {words.difference(few['change'])} of the "
        f"{words.difference(change)} reports ({words.share(few['change'] / change)}); "
        f"{words.count(items['observed'])} items were reported, usually "
        f"{words.count(items['usual'])}"
    )
    if few["change"] > MOST * change and rose(few):
        outcome = _outcome(found, "five_most_reported / ")
        if outcome.is_early:
            verdict = "many reports on few items, a brigade or a pile-on: too few are decided"
        elif outcome.is_confirmed:
            verdict = "a pile-on, not a brigade: many reports on few items, which were violations"
        else:
            verdict = "a brigade: many reports on few items, few of which were confirmed"
        return f"Brigade or wave: {verdict}; {held}."
    if many["change"] > MOST * change and rose(many):
        return f"Brigade or wave: a wave, on many items; {held}."
    return f"Brigade or wave: neither stands out; {held}."


@dataclass(frozen=True)
class _Outcome:
    """What became of a change: whether most of it is undecided, or else confirmed."""

    is_early: bool
    is_confirmed: bool
    confirmed: float
    undecided: float
    change: float


def _outcome(found: Findings, prefix: str = "") -> _Outcome:
    """The outcomes of the rise; of one kind of item, where prefix names it."""
    slice_name = "item_outcome" if prefix else "case_outcome"

    def changed(outcome: str) -> float:
        return found.part(slice_name, prefix + outcome)["change"]

    confirmed, undecided = changed("confirmed"), changed("undecided")
    whole = sum(
        row["change"]
        for row in found.parts
        if row["slice"] == slice_name and row["slice_value"].startswith(prefix)
    )
    return _Outcome(undecided > MOST * whole, confirmed > MOST * whole, confirmed, undecided, whole)


def _reporters(found: Findings) -> str:
    """Few reporters, where most of the rise are further reports of the same ones."""
    again = found.part("reporter", "further_report")
    if not (rose(again) and again["change"] > MOST * found.whole["change"]):
        return ""
    per = found.beside["reports per reporter"]
    return (
        "Few reporters: further reports by the same reporters are "
        f"{words.difference(again['change'])}, all reports "
        f"{words.difference(found.whole['change'])}; "
        f"{words.quotient(per['observed'])} reports each, usually {words.quotient(per['usual'])}."
    )


def _where(found: Findings) -> str:
    """The surface and harm type that hold most of the change, together or each by itself."""
    change = found.whole["change"]

    def most(slice_name: str) -> Row | None:
        rows = [
            row
            for row in found.parts
            if row["slice"] == slice_name
            and row["change"] / change > MOST
            and is_clear(row)
            and row["slice_value"] != "unknown"
        ]
        return max(rows, key=lambda row: abs(row["change"]), default=None)

    def told(row: Row) -> str:
        return (
            f"{row['slice_value'].replace('_', ' ')} ({words.difference(row['change'])}: "
            f"{words.count(row['observed'])}, usually {words.count(row['usual'])})"
        )

    cross = most("surface_harm_type")
    alone = [row for row in map(most, ("surface", "harm_type")) if row is not None]
    if cross:
        where = f"most of the change is {told(cross)}"
    elif alone:
        where = f"most of the change is {' and '.join(map(told, alone))}"
    else:
        where = "no surface and no harm type holds most of the change"
    new = found.part("account_age", "new")
    if new["change"] / change > MOST and is_clear(new):
        where += f"; most of it is about new accounts ({words.difference(new['change'])})"
    return f"Where: {where}."


def _confirmed(found: Findings) -> str:
    """How much of the rise was confirmed, and whether as large a share as usual."""
    if not rose(found.whole):
        return ""
    outcome = _outcome(found)
    if outcome.confirmed < 0:
        text = f"Violations: confirmed reports did not rise ({words.difference(outcome.confirmed)})"
    else:
        text = (
            f"Violations: {words.difference(outcome.confirmed)} of the "
            f"{words.difference(outcome.change)} were confirmed"
        )
    share = found.beside.get("share of decided cases confirmed")
    if share and share["observed"] is not None and share["usual"] is not None:
        if share["observed_lower"] > share["usual_upper"]:
            against = "more than usual"
        elif share["observed_upper"] < share["usual_lower"]:
            against = "less than usual"
        else:
            against = "no clear change"
        between = words.share_between(share["observed_lower"], share["observed_upper"])
        text += (
            f"; of the decided cases with a report of the week {words.share(share['observed'])} "
            f"({between}), usually {words.share(share['usual'])}: {against}"
        )
    if outcome.is_early:
        text += ". Most are not decided yet: ask again later"
    return f"{text}."


def _elsewhere(found: Findings) -> str:
    """Surfaces that rose although the whole did not."""
    if found.surface:
        return ""
    surfaces = [row for row in found.parts if row["slice"] == "surface"]
    risen = sorted(filter(rose, surfaces), key=lambda row: -row["change"])
    if not risen:
        return ""
    told = [
        f"{row['slice_value']} {words.count(row['observed'])}, usually {words.count(row['usual'])} "
        f"({words.change_between(row['rise_lower'], row['rise_upper'])})"
        for row in risen
    ]
    return (
        f"But reports rose on {words.listed(told)}; of the {len(surfaces)} surfaces compared, one "
        f"in forty rises so by chance. Ask: --surface {risen[0]['slice_value']}"
    )


def _near(found: Findings) -> str:
    """The events nearest to the week, those on a surface that changed clearly first."""
    changed = {
        row["slice_value"] for row in found.parts if row["slice"] == "surface" and is_clear(row)
    }
    end = datetime.combine(found.week + timedelta(days=7), datetime.min.time())
    nearest = sorted(
        found.near,
        key=lambda row: (row["surface"] not in changed, end - row["happened_at"]),
    )
    if not nearest:
        return "Near it: no launch, incident, monitor or new version in the 4 weeks before."
    shown = sorted(nearest[:SHOWN_EVENTS], key=lambda row: row["happened_at"])
    told = [
        f"{row['happened_at']:%Y-%m-%d} {row['event']}"
        + (f" ({row['surface']})" if row["surface"] else "")
        for row in shown
    ]
    more = len(nearest) - len(shown)
    return f"Near it: {'; '.join(told)}{f'; and {more} more' if more else ''}."


def _certainty(found: Findings) -> str:
    """What the week is compared with, how much weeks vary, and how final the outcomes are."""
    whole = found.whole
    text = (
        f"How sure: compared with the last {whole['usual_weeks']} usual weeks before it, whose "
        f"counts vary {whole['dispersion']:.1f} times as much as by chance alone"
    )
    decided = found.beside.get("share of cases decided")
    if decided and decided["observed"] is not None:
        text += f"; {words.share(decided['observed'])} of the reported cases are decided"
        if decided["usual"] is not None and decided["observed_upper"] < decided["usual_lower"]:
            text += ", fewer than usual by now, so outcomes are early"
    parts = len(found.parts)
    return (
        f"{text}. Of the {parts} parts compared, about one in twenty seems changed by chance; ~ "
        "marks those whose interval holds no change."
    )
