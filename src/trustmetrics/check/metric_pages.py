"""Where a reader of the report finds what a metric means: its words, and a link to its page."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from trustmetrics.gate.state import register_of
from trustmetrics.register.generated import page_of


@dataclass(frozen=True)
class MetricPage:
    """What the report says about a metric.

    Attributes:
        title: its title.
        description: what it is, in a sentence.
        href: the link to its page, as HTML wants it.
    """

    title: str
    description: str
    href: str


@dataclass(frozen=True)
class MetricPages:
    """What the report says about the metrics.

    Attributes:
        by_metric: by the metric's id; a metric without a page is not in it.
        work_anywhere: whether the links work on another machine too.
    """

    by_metric: Mapping[str, MetricPage]
    work_anywhere: bool


def metric_pages(project: Path, folder: Path) -> MetricPages:
    """Return the links to the metrics' pages.

    They lead to the address that `page_url` of metrics/_settings.yml gives, or without one to
    the pages in the project's folder, relative to the report.

    Args:
        project: the folder that holds dbt_project.yml.
        folder: where the report goes.

    Raises:
        UserError: the register cannot be read.
    """
    register = register_of(project)
    address = register.settings.get("page_url")
    found = {}
    for name, entry in register.entries.items():
        page = project / page_of(name)
        if not page.is_file():
            continue
        href = address.replace("{metric}", quote(name)) if address else _local(page, folder)
        data = entry.data
        found[name] = MetricPage(data.get("title", name), data.get("description", ""), href)
    return MetricPages(found, bool(address))


def _local(page: Path, folder: Path) -> str:
    try:
        return quote(Path(os.path.relpath(page.resolve(), folder.resolve())).as_posix())
    except ValueError:  # on another drive
        return page.resolve().as_uri()
