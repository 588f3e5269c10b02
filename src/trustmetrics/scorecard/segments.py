"""Slices that have targets of their own, such as experiments: counted, not listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from trustmetrics.scorecard.read import Line

# From what needs attention to what does not.
ORDER = ("missed", "unclear", "too few", "too early", "met", "no target")


@dataclass(frozen=True)
class Segments:
    """The values of one slice of a metric that have targets of their own."""

    lines: Sequence[Line]

    @property
    def metric(self) -> str:
        """Id of the metric, with the version where it is not the newest."""
        return self.lines[0].name

    @property
    def family(self) -> str:
        """Family of the metric."""
        return self.lines[0].family

    @property
    def indicator(self) -> str:
        """leading or lagging."""
        return self.lines[0].indicator

    @property
    def worst_status(self) -> str:
        """The status that needs attention most."""
        return min((line.status for line in self.lines), key=ORDER.index)

    @property
    def name(self) -> str:
        """What the slice is: severity, or what the register says that segment is."""
        first = self.lines[0]
        if first.slice != "segment":
            return first.slice
        said = [one for one in (first.slices or "").split("; ") if one.startswith("segment (")]
        return said[0].removeprefix("segment (").removesuffix(")") if said else first.slice

    @property
    def sentence_alone(self) -> str:
        """How many stand where: by experiment_id, 2 of 5 broke their guardrail, 3 are unclear."""
        counts = Counter(line.status for line in self.lines)
        total = len(self.lines)
        parts = []
        for status in ORDER:
            if status == "missed":
                told = "broke their guardrail" if self._is_guardrail else "missed their target"
                parts.append(f"{counts[status]} of {total} {told}")
            elif counts[status]:
                parts.append(f"{counts[status]} {status}")
        missed = [line.slice_label for line in self.lines if line.status == "missed"]
        named = f" ({', '.join(missed[:3])}{', ...' if len(missed) > 3 else ''})" if missed else ""
        parts[0] += named
        return f"by {self.name}, {', '.join(parts)}"

    @property
    def sentence(self) -> str:
        """The same, led by the metric."""
        return f"{self.metric}: {self.sentence_alone}"

    @property
    def _is_guardrail(self) -> bool:
        return self.lines[0].target_kind == "guardrail"


def grouped(lines: Sequence[Line]) -> list[Segments]:
    """Return the lines by metric, version and slice; given sorted so."""
    groups = groupby(lines, lambda line: (line.metric, line.metric_version, line.slice))
    return [Segments(list(members)) for _, members in groups]
