"""Runs the checks over a built database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from trustmetrics.built import opened
from trustmetrics.check.database import Profiler, read_as_of
from trustmetrics.check.declared import Settings, read_contract, read_settings
from trustmetrics.check.history import keep, last_rows
from trustmetrics.check.marts import mart_measures
from trustmetrics.check.measures import Measure
from trustmetrics.check.metric_pages import metric_pages
from trustmetrics.check.page import check_folder, write_page
from trustmetrics.check.raw_amounts import AmountMeasures
from trustmetrics.check.raw_shares import ShareMeasures
from trustmetrics.check.raw_table import weeks_of
from trustmetrics.database_file import real_place
from trustmetrics.disk import Disk, full_disk_told
from trustmetrics.project import project_root


@dataclass(frozen=True)
class CheckReport:
    """What a run of the checks came to.

    Attributes:
        as_of: the instant that the database was built to look from, UTC.
        run_at: when the checks ran, UTC.
        results: all judged measures.
        page: the report page.
        run_count: runs in the history, this one included.
    """

    as_of: datetime
    run_at: datetime
    results: list[Measure]
    page: Path
    run_count: int

    def of(self, success: bool | None) -> list[Measure]:
        """Return the measures that held (True), failed (False) or were not judged (None)."""
        return [result for result in self.results if result.success is success]


def run_checks(
    database: Path, folder: Path, on_step: Callable[[int, int, str], None]
) -> CheckReport:
    """Check a built database, keep the results in it and write the report page.

    The database is read first, read-only; it is written to at the end, in one short transaction.

    Args:
        database: the DuckDB file.
        folder: where the page goes; made if it does not exist.
        on_step: progress: number, count and name of what is being looked at.

    Raises:
        UserError: it could not run; the message says what to correct.
    """
    check_folder(folder)
    settings = read_settings()
    pages = metric_pages(project_root(), folder)
    with opened(database, read_only=True) as connection:
        as_of = read_as_of(connection, database)
        profiler = Profiler(connection, as_of, settings)
        measures = _measures(profiler, settings, last_rows(database, as_of), on_step)
    # The library takes seconds to import: not before the errors above have had their chance.
    from trustmetrics.check.judge import judge

    results = judge(measures)
    run_at = datetime.now(UTC).replace(tzinfo=None)
    with full_disk_told(Disk.of(real_place(database).parent), None, option=""):
        run_count = keep(database, run_at, as_of, results)
    with full_disk_told(Disk.of(folder), None, option="--out DIR"):
        page = write_page(folder, as_of, run_at, results, settings, pages)
    return CheckReport(as_of, run_at, results, page, run_count)


def _measures(
    profiler: Profiler,
    settings: Settings,
    earlier_rows: dict[str, float],
    on_step: Callable[[int, int, str], None],
) -> list[Measure]:
    tables = read_contract(project_root())
    rejected = profiler.rows("rejected")
    measures: list[Measure] = []
    for number, table in enumerate(tables, start=1):
        on_step(number, len(tables) + 1, table.name)
        rows = profiler.rows("weeks", table=table.name, event=table.event)
        weeks = weeks_of(table, rows, settings.numbers["least_weeks"])
        measures += AmountMeasures(profiler, settings, table, weeks).all(rejected, earlier_rows)
        measures += ShareMeasures(profiler, settings, table, weeks).all()
    on_step(len(tables) + 1, len(tables) + 1, "marts")
    return [*measures, *mart_measures(profiler, settings)]
