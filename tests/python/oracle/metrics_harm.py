"""Harm: confirmed violations against activity, and the share of violating views."""

from __future__ import annotations

from collections.abc import Sequence

from .cases import Case, World
from .intervals import Stratum, stratified
from .periods import GRAINS, period_start
from .rows import Estimate, Key, KpiRow, Metric, Subject, rates, values_seen

PREVALENCE = Metric("harm_prevalence_rate", 30)
VIEWS = Metric("harm_per_million_views", 30)
MESSAGES = Metric("harm_per_million_messages", 30)
TRANSACTIONS = Metric("harm_per_thousand_transactions", 30)
VIOLATIVE = Metric("violative_view_rate", 14, ("week", "month", "quarter"), version=2)


def accounts_exposure(world: World) -> dict[Key, int]:
    """active_accounts by period: the 'all' row overall, else the row of one surface or region."""
    found = {}
    for row in world.tables["active_accounts"]:
        if row["surface"] == "all" and row["region"] == "all":
            where = ("overall", "all")
        elif row["region"] == "all":
            where = ("surface", row["surface"])
        elif row["surface"] == "all":
            where = ("region", row["region"])
        else:
            continue
        found[Key(row["period_grain"], row["period_start_date"], *where)] = row["active_accounts"]
    return found


def volume_exposure(world: World, column: str) -> dict[Key, int]:
    """The sum of a daily volume by period, overall and by surface and region."""
    found: dict[Key, int] = {}
    for row in world.tables["activity_daily"]:
        for grain in GRAINS:
            start = period_start(grain, row["activity_date"])
            for name, value in (
                ("overall", "all"),
                ("surface", row["surface"]),
                ("region", row["region"]),
            ):
                key = Key(grain, start, name, value)
                found[key] = found.get(key, 0) + row[column]
    return found


def _violations(world: World, names: Sequence[str]) -> list[Subject]:
    """Confirmed violations by when they occurred."""

    def subject(case: Case) -> Subject:
        return Subject(case.occurred, world.case_slices(case, names))

    return [subject(case) for case in world.confirmed]


def harm_prevalence_rate(world: World) -> list[KpiRow]:
    """Confirmed violations per 1,000 active accounts."""
    subjects = _violations(world, ("surface", "region", "harm_type", "severity"))
    exposure = accounts_exposure(world)
    return rates(PREVALENCE, world, 1000, subjects, exposure, ("harm_type", "severity"))


def harm_per_volume(world: World) -> list[KpiRow]:
    """Confirmed violations per million views, per million messages, per 1,000 transactions."""
    subjects = _violations(world, ("surface", "region", "harm_type"))
    found = []
    for metric, factor, column in (
        (VIEWS, 1_000_000, "content_views"),
        (MESSAGES, 1_000_000, "messages_sent"),
        (TRANSACTIONS, 1000, "transactions"),
    ):
        exposure = volume_exposure(world, column)
        found += rates(metric, world, factor, subjects, exposure, ("harm_type",))
    return found


def _sampled_strata(world: World) -> list[Subject]:
    """The strata with a violating or benign label, by their week; the fact: name, size and labels.

    A label counts in the stratum of its week, surface and name; without one it is left out.
    """
    found = []
    for stratum in world.tables["prevalence_strata"]:
        labels = [
            Subject(
                label["labelled_at"],
                {"harm_type": world.harm_type(label["policy_code"], label["labelled_at"])},
                label["label"] == "violating",
            )
            for label in world.tables["prevalence_labels"]
            if label["label"] in ("violating", "benign")
            and all(
                label[name] == stratum[name] for name in ("period_start_date", "surface", "stratum")
            )
        ]
        if labels:
            fact = (stratum["stratum"], stratum["population_views"], labels)
            found.append(
                Subject(stratum["period_start_date"], {"surface": stratum["surface"]}, fact)
            )
    return found


def _violating_share(strata: Sequence[Subject], harm: str | None) -> Estimate:
    """The stratified estimate; with a harm type its violating labels alone count."""
    counts = []
    for stratum in strata:
        name, size, labels = stratum.fact
        hits = [x for x in labels if x.fact and harm in (None, x.slices["harm_type"])]
        counts.append(Stratum(name, size, len(labels), len(hits)))
    numerator, denominator, interval = stratified(counts)
    used = sum(stratum.labels for stratum in counts)
    return Estimate(numerator, denominator, numerator / denominator, interval, used)


def violative_view_rate(world: World) -> list[KpiRow]:
    """The stratified share of sampled views that violate; harm types borrow the overall strata."""
    strata = _sampled_strata(world)
    violating = [label for s in strata for label in s.fact[2] if label.fact]
    harms = values_seen(violating, "harm_type")
    groups: dict[Key, list[Subject]] = {}
    for stratum in strata:
        for grain in VIOLATIVE.grains:
            start = period_start(grain, stratum.when)
            where = [("overall", "all"), ("surface", str(stratum.slices["surface"]))]
            where += [("harm_type", harm) for harm in harms]
            for name, value in where:
                groups.setdefault(Key(grain, start, name, value), []).append(stratum)
    found = []
    for key, members in groups.items():
        harm = key.value if key.slice == "harm_type" else None
        found.append(VIOLATIVE.row(world, key, _violating_share(members, harm)))
    return found


def rows(world: World) -> list[KpiRow]:
    """The rows of the family."""
    return harm_prevalence_rate(world) + harm_per_volume(world) + violative_view_rate(world)
