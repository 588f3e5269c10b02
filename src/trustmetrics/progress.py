"""Progress of long work: a bar on a terminal, an occasional line elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

LINES_ELSEWHERE = 4
LONGEST_DESCRIPTION = 50


def _bar() -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


@contextmanager
def counted(title: str) -> Iterator[Callable[[int, int, str], None]]:
    """Yield a function to call as a step starts: with its number, their count, its description."""
    with _bar() as bar:
        task = bar.add_task(title, total=None)

        def report(number: int, count: int, description: str) -> None:
            if bar.console.is_terminal:
                bar.update(
                    task,
                    completed=number,
                    total=count,
                    description=description[-LONGEST_DESCRIPTION:],
                )
            elif number % max(count // LINES_ELSEWHERE, 1) == 0:
                bar.console.print(f"{title}: {number} of {count}", highlight=False)

        yield report


@contextmanager
def steps(
    title: str, total: int | None, says_rows: bool = True
) -> Iterator[Callable[[str, int | None], None]]:
    """Yield a function to call as each table is done: with its name and its number of rows.

    Called with None rows as a step begins, it names the step beside the bar.

    Args:
        title: what is being done.
        total: the number of tables; None: not known.
        says_rows: whether a line is left for each table.
    """
    with _bar() as bar:
        task = bar.add_task(title, total=total)

        def report(table: str, rows: int | None) -> None:
            if rows is None:
                bar.update(task, description=f"{title}: {table}"[:LONGEST_DESCRIPTION])
                return
            bar.advance(task)
            if says_rows:
                bar.console.print(f"{table}: {rows:,} rows", highlight=False, markup=False)

        yield report
