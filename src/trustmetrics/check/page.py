"""The report page: one HTML file that needs no network, worst first."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from trustmetrics.check.declared import Settings
from trustmetrics.check.measures import Measure, ranked
from trustmetrics.check.metric_pages import MetricPages
from trustmetrics.drafts import drafted
from trustmetrics.errors import UserError

NAME = "data_checks.html"

# The page shows values of the data: everything is escaped.
_templates = Environment(
    loader=PackageLoader("trustmetrics.check", "."),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def check_folder(folder: Path) -> None:
    """Make sure, before the work is done, that the page can go into a folder.

    Raises:
        UserError: it is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise UserError(f"--out '{folder}' is a file. Name a folder")


def write_page(
    folder: Path,
    as_of: datetime,
    run_at: datetime,
    results: Sequence[Measure],
    settings: Settings,
    pages: MetricPages,
) -> Path:
    """Write the report page of a run and return its path.

    Args:
        folder: where it goes; made if it does not exist.
        as_of: the instant that the database was built to look from, UTC.
        run_at: when the checks ran, UTC.
        results: all judged measures.
        settings: what the checks are called, and what to do where one fails.
        pages: the links to the metrics' pages.
    """
    folder.mkdir(parents=True, exist_ok=True)
    unjudged = [result for result in results if result.success is None]
    text = _templates.get_template("page.html.j2").render(
        as_of=f"{as_of:%Y-%m-%d %H:%M} UTC",
        run_at=f"{run_at:%Y-%m-%d %H:%M} UTC",
        failed=ranked(results),
        held=[result for result in results if result.success],
        unjudged=_by_reason(unjudged),
        unjudged_count=len(unjudged),
        checks=settings.checks,
        pages=pages,
    )
    page = folder / NAME
    # A page that does not fit on the disk leaves the last one.
    with drafted(page) as draft:
        draft.write_text(text, encoding="utf-8")
    return page


def _by_reason(results: Sequence[Measure]) -> list[tuple[str, list[Measure]]]:
    """Group what was not judged by the first words of the reason."""

    def why(result: Measure) -> str:
        return (result.unjudged or "").split(":")[0]

    ordered = sorted(results, key=lambda result: (why(result), result.place))
    return [(reason, list(group)) for reason, group in groupby(ordered, why)]
