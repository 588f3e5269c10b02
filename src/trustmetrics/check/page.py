"""The report page: one HTML file that needs no network, worst first."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from trustmetrics.check.measures import Result
from trustmetrics.check.settings import Settings
from trustmetrics.errors import UserError

NAME = "data_checks.html"

# Values of the data stand on the page: everything is escaped.
_templates = Environment(
    loader=PackageLoader("trustmetrics.check", "."),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


def check_folder(folder: Path) -> None:
    """Raise where the page cannot go into a folder, before the work is done.

    Raises:
        UserError: it is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise UserError(f"--out '{folder}' is a file. Name a folder")


def write_page(
    folder: Path, as_of: datetime, run_at: datetime, results: Sequence[Result], settings: Settings
) -> Path:
    """Write the report page of a run and return where it stands.

    Args:
        folder: where it goes; made if it does not exist.
        as_of: the instant that the database was built to look from, UTC.
        run_at: when the checks ran, UTC.
        results: all results.
        settings: what the checks are called, and what to do where one fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    failed = [result for result in results if result.held is False]
    text = _templates.get_template("page.html.j2").render(
        as_of=f"{as_of:%Y-%m-%d %H:%M} UTC",
        run_at=f"{run_at:%Y-%m-%d %H:%M} UTC",
        failed=sorted(failed, key=lambda result: -result.excess),
        held=[result for result in results if result.held],
        unjudged=_by_reason([result for result in results if result.held is None]),
        unjudged_count=sum(result.held is None for result in results),
        checks=settings.checks,
    )
    page = folder / NAME
    page.write_text(text, encoding="utf-8")
    return page


def _by_reason(results: Sequence[Result]) -> list[tuple[str, list[Result]]]:
    """Put what was not judged together by the first words of why."""

    def why(result: Result) -> str:
        return (result.measure.unjudged or "").split(":")[0]

    ordered = sorted(results, key=lambda result: (why(result), result.measure.place))
    return [(reason, list(group)) for reason, group in groupby(ordered, why)]
