"""Where the words of a report lead: the pages of the metrics and the methods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trustmetrics.check.metric_pages import MetricPages
from trustmetrics.insight.said import Name


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
