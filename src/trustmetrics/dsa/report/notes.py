"""What a filled report leaves out, counts elsewhere or assumes, in words."""

from __future__ import annotations

from trustmetrics.dsa.report.figures import ALL_REGIONS, Figures
from trustmetrics.dsa.report.filled import FilledReport

NOTES = {
    (3, "foreign"): (
        "{count:,} orders of authorities outside the 27 member states are left out of part 3."
    ),
    (4, "unrecorded"): (
        "{count:,} reports do not say whether they came through the mechanism of Article 16, and "
        "count as notices: fill is_notice of reports."
    ),
    (6, "illegal_in_part_6"): (
        "{count:,} measures on illegal content have a policy that is of the terms alone, and are "
        "in part 6: correct their policies' dsa_category in policy_taxonomy, or their legal_ground."
    ),
    (7, "left_out"): (
        "Left out of part 7 ({count:,}): appeals about neither a restriction nor the "
        "decision on a notice, as far as the data say."
    ),
}
# By part: the category for what was not specified, the count of it, and what is counted.
NOT_SPECIFIED = {
    3: ("STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER", "orders", "orders"),
    4: ("STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE", "notices", "notices"),
}


def add_notes(report: FilledReport, figures: Figures) -> None:
    """Add to a report what its readers should know of the numbers."""
    for (number, indicator), text in NOTES.items():
        figure = figures.indicator(number, indicator, "note")
        if figure and figure.value:
            report.notes.append(text.format(count=round(figure.value)))
    for number, (code, column, what) in NOT_SPECIFIED.items():
        figure = figures.by_key.get((number, code, None, None, "total", column))
        if figure and figure.value:
            report.notes.append(
                f"{round(figure.value):,} {what} are counted as not specified, for policy_taxonomy "
                "gives their policy no category of illegal content. Annex II reserves that for "
                "those that name no ground (II.1.2 and II.1.3, column D): see that this is so."
            )
    for line in figures.without_rows:
        report.notes.append(
            f"The raw table of these has no row, so that they are 0: {line}. If there were any, "
            "deliver them and build again."
        )
    if figures.region != ALL_REGIONS:
        report.notes.append(
            f"Parts 4 to 8 are of the region '{figures.region}'; precision and recall are of all "
            "regions."
        )
