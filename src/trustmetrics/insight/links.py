"""Where the words of a report lead: the pages of the metrics and the methods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trustmetrics.check.metric_pages import MetricPages
from trustmetrics.insight.read import OVERALL, Reading
from trustmetrics.insight.said import Name, words


@dataclass(frozen=True)
class Links:
    """The names of the metrics, with links where they have pages.

    Attributes:
        pages: of the project.
        metrics: the words of each metric, by its id.
    """

    pages: MetricPages
    metrics: Mapping[str, Mapping[str, Any]]

    def metric(self, metric: str) -> Name:
        """Return a metric's title, with the link to its page."""
        page = self.pages.by_metric.get(metric)
        title = self.metrics[metric]["title"] if metric in self.metrics else metric
        return Name(title, page.href if page else None)

    def series(self, one: Reading) -> Name:
        """Return a metric's title and, where a reading is of a part, which; with the link."""
        name = self.metric(one.metric)
        if one.slice == OVERALL:
            return name
        return Name(f"{name.text}, {words(one.slice_name)} {one.slice_label}", name.href)
