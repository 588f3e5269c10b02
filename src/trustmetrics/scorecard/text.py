"""The scorecard as a page of a terminal, 110 columns wide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from rich.console import Console
from rich.text import Text

from trustmetrics.register.units import RATES
from trustmetrics.scorecard import figures
from trustmetrics.scorecard.read import Line, Scorecard
from trustmetrics.scorecard.segments import Segments, grouped
from trustmetrics.scorecard.sparkline import sparkline

WIDTH = 110
NAME_WIDTH = 30
TREND = 7
SHOWN_ATTENTION = 12
ATTENTION = ("missed", "unclear")
STYLES = {"missed": "bold red", "unclear": "yellow", "met": "green"}
RIGHT = frozenset((2, 3, 4))
PLURALS = {"day": "days", "week": "weeks", "month": "months", "quarter": "quarters"}
Row = list[str]


def print_page(card: Scorecard, console: Console) -> None:
    """Print a scorecard: what needs attention, a line a metric, the worst slices, a legend.

    Args:
        card: what to print.
        console: where to; on one whose encoding lacks Unicode the page is ASCII.
    """
    page = _Page(console, card.grain)
    page.heading(f"Scorecard by {card.grain}, as of {_minute(card)}")
    if not card.lines and not card.segments:
        page.prose(f"No metric has a complete {card.grain}.")
    else:
        groups = grouped(card.segments)
        page.attention(card, groups)
        page.table(card, groups)
        page.worst(card)
    page.not_measured(card.not_measured)
    if card.lines:
        page.legend(card)


def _minute(card: Scorecard) -> str:
    return f"{card.as_of:%Y-%m-%d %H:%M} UTC" if card.as_of else "no instant: there is no row"


class _Page:
    """Prints the parts of the page, each with what its terminal can show."""

    def __init__(self, console: Console, grain: str) -> None:
        self._console = console
        self._grain = grain
        self._is_ascii = console.options.ascii_only
        self._dash = "-" if self._is_ascii else "–"

    def heading(self, text: str) -> None:
        self._console.print(Text(text, "bold"))

    def prose(self, text: str, indent: str = "") -> None:
        for line in Text(text).wrap(self._console, WIDTH - len(indent)):
            self._line(Text(indent) + line)

    def _line(self, text: Text) -> None:
        text.rstrip()
        self._console.print(text, soft_wrap=True)

    def attention(self, card: Scorecard, groups: Sequence[Segments]) -> None:
        """What is missed, then what is unclear."""
        found: list[tuple[str, str]] = []
        for status in ATTENTION:
            found += [(status, self._sentence(one)) for one in card.lines if one.status == status]
            found += [(status, one.sentence) for one in groups if one.worst_status == status]
        self._console.print()
        self.heading("What needs attention first")
        if not found:
            self.prose("  nothing: no target is missed, and none is in doubt")
        for status, sentence in found[:SHOWN_ATTENTION]:
            head = Text.assemble("  ", (f"{status:<8}", STYLES[status]))
            for part in Text(sentence).wrap(self._console, WIDTH - len(head)):
                self._line(head + part)
                head = Text(" " * len(head))
        if len(found) > SHOWN_ATTENTION:
            self._line(Text(f"  and {len(found) - SHOWN_ATTENTION} more, below"))

    def _sentence(self, line: Line) -> str:
        value = figures.with_unit(line.value, line.value_format)
        bounds = figures.interval(line, " to ")
        if line.target_kind in ("change", "relative_change"):
            bounds = figures.change_interval(line)
            value = f"{value}, {figures.change(line).removesuffix('?')}"
        bounds = f" ({bounds})" if bounds else ""
        period = figures.period(line.period_start, self._grain)
        return f"{line.name}: {value}{bounds} in {period}; {self._aim(line)}"

    def _aim(self, line: Line) -> str:
        target = figures.target(line, self._is_ascii)
        return f"it should {target[:-1]}" if target in ("falls", "rises") else f"target {target}"

    def table(self, card: Scorecard, groups: Sequence[Segments]) -> None:
        """A line a metric, in families, leading and lagging apart."""
        titles = ["metric", card.grain, "value", "95 % interval", "change", "target", "status"]
        titles += ["trend", "so far"]
        latest = newest_complete(card)
        rows = {id(one): self._cells(one, latest) for one in card.lines}
        widths = self._widths(titles, rows.values())
        self._console.print()
        self._row(titles, widths, "bold")

        def part(one: Line | Segments) -> tuple[str, str]:
            return one.family, one.indicator

        # Sorted by family and indicator already; the segments come after the metrics of their part.
        order = list(dict.fromkeys(part(one) for one in (*card.lines, *groups)))
        parts = [*card.lines, *groups]
        parts.sort(key=lambda one: order.index(part(one)))
        for (family, indicator), members in groupby(parts, part):
            self._line(Text(f"{family}, {indicator}", "bold cyan"))
            for one in members:
                if isinstance(one, Segments):
                    self.prose(f"{one.metric}: {one.sentence_alone}", "  ")
                else:
                    self._row(rows[id(one)], widths, STYLES.get(one.status, ""))

    def _cells(self, line: Line, latest: date | None) -> Row:
        so_far = ""
        if line.has_newer:
            so_far = figures.figure(line.newest_value, line.value_format)
            if line.newest_start != latest:
                so_far += f" ({figures.period(line.newest_start, self._grain)})"
        has_negative = (line.ci_lower or 0) < 0 or (line.ci_upper or 0) < 0
        dash = " to " if has_negative else self._dash
        return [
            f"  {line.name}",
            figures.period(line.period_start, self._grain),
            figures.with_unit(line.value, line.value_format),
            figures.interval(line, dash),
            figures.change(line),
            figures.target(line, self._is_ascii),
            figures.status(line),
            sparkline(line.history, self._is_ascii),
            so_far,
        ]

    def _widths(self, titles: Row, rows: Iterable[Row]) -> list[int]:
        """The width of each column; the trend gives way where the page would be too wide."""
        columns = list(zip(titles, *rows, strict=True))
        widths = [max(map(len, column)) for column in columns]
        widths[0] = min(widths[0], NAME_WIDTH + 2)
        excess = sum(widths) + len(widths) - 1 - WIDTH
        left = widths[TREND] - max(excess, 0)
        widths[TREND] = left if left >= len(titles[TREND]) else 0
        return widths

    def _row(self, cells: Row, widths: Sequence[int], style: str) -> None:
        if len(cells[0]) > widths[0]:
            self._line(Text(cells[0]))
            cells = ["", *cells[1:]]
        # Where even without a trend the row would be too wide, what it says so far goes below it.
        *before, so_far = cells
        if so_far and sum(widths[:-1]) + sum(map(bool, widths[:-1])) + len(so_far) > WIDTH:
            self._row([*before, ""], widths, style)
            self._line(Text(f"so far {so_far}".rjust(WIDTH)))
            return
        text = Text()
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            if not width:
                continue
            if place == TREND:
                cell = cell[-width:]
            shown = cell.rjust(width) if place in RIGHT else cell.ljust(width)
            is_marked = place == TREND - 1 or style == "bold"
            text.append(shown + " ", style if is_marked else "")
        self._line(text)

    def worst(self, card: Scorecard) -> None:
        """The slices that are most clearly worse than they usually are."""
        self._console.print()
        self.heading(
            f"Worst slices: against their own up to 12 mature {PLURALS[card.grain]} before"
        )
        if not card.slice_count:
            self.prose(f"  none could be judged: it takes 6 {PLURALS[card.grain]} before")
            return
        if not card.worst:
            self.prose(f"  none of {card.slice_count} stands out")
            return
        titles = ["  metric", "slice", card.grain, "value", "usual", "worse by", "n"]
        rows = [figures.worse_slice(one, card.grain) for one in card.worst]
        rows = [(f"  {metric}", *cells) for metric, *cells in rows]
        widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
        # What is too long is cut in the name of a slice, never in a number.
        widths[1] = min(widths[1], WIDTH - sum(widths) - 2 * (len(widths) - 1) + widths[1])
        for place, cells in enumerate((titles, *rows)):
            padded = [
                cell.rjust(width) if column > 2 else _cut(cell, width).ljust(width)
                for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
            ]
            self._line(Text("  ".join(padded), "" if place else "bold"))
        chance = f"about {card.expected_by_chance:.0f} would lie beyond 2 sd by chance alone"
        self.prose(f"of {card.slice_count} slices judged, {chance}", "  ")

    def not_measured(self, lines: Sequence[Line]) -> None:
        """The metrics that are not measured here, by the reason."""
        if not lines:
            return
        self._console.print()
        self.heading("Not measured here")
        by_reason: dict[str, list[str]] = {}
        for line in lines:
            names = by_reason.setdefault(line.reason or "", [])
            if line.metric not in names:
                names.append(line.metric)
        for reason, names in by_reason.items():
            self.prose(f"{', '.join(names)}: {reason}", "  ")

    def legend(self, card: Scorecard) -> None:
        """What the columns say, in short."""
        newest = figures.period(newest_complete(card), card.grain)
        marks = [
            f"{card.grain}: the latest mature one; metrics mature at different ages, when late "
            "decisions, appeals and labels are in. so far: what the newest complete one, "
            f"{newest}, says in the same unit: too early to judge.",
            f"change: on the {card.grain} before. pt: percentage points; x: times as much; ?: may "
            "be chance, by its 95 % interval; redefined: the definition changed in between.",
            "status: met or missed where the whole 95 % interval lies on that side of the target; "
            "unclear: on both; too few: below 10 observations. n = 2: no target, and so few that "
            "the value says little.",
        ]
        lines = card.lines
        if any(one.value is None for one in lines):
            marks.append(
                f"{figures.NOT_REACHED}: too many are still open for a median or percentile; an "
                "interval's ? is a bound that is not reached."
            )
        if any(one.value_format in RATES.values() for one in lines):
            marks.append("/1k, /1M: per thousand or million of what the metric's page names.")
        if card.older:
            marks.append(f"older versions of {', '.join(card.older)}: --all-versions")
        self._console.print()
        for mark in marks:
            self.prose(mark)
        self.prose("How to read it: docs/guides/read_the_scorecard.md")


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 2]}.."


def newest_complete(card: Scorecard) -> date | None:
    """Return the first date of the newest complete period that any metric has."""
    return max((one.newest_start for one in card.lines if one.newest_start), default=None)
