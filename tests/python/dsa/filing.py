"""A database with the transparency marts alone, filled by hand, and a report filed from it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import yaml

from tests.python.helpers import ROOT, Run, Said
from trustmetrics.dsa.report.figures import read_figures
from trustmetrics.dsa.report.filer import read_filer
from trustmetrics.dsa.report.fill import fill
from trustmetrics.dsa.report.filled import FilledReport
from trustmetrics.dsa.template import part_csv, parts

# Part, category, keyword, description, scope, indicator, value, events; of the second half of 2025.
Row = tuple[int, str | None, str | None, str | None, str, str, float, int]
TEXT = "We remove what breaks the law or our terms."
FILER: dict[str, Any] = {
    "provider": {"name": "Plaza Ltd", "kind": "platform"},
    "report": {"published": "2026-02-27", "previous": "2025-02-14"},
    "texts": dict.fromkeys(
        ["summary", "detection", "automated", "accuracy", "purposes", "safeguards"], TEXT
    ),
}
COLUMNS = """(
    period_grain varchar, period_start date, period_end date, is_complete boolean, region varchar,
    part integer, category varchar, keyword varchar, description varchar, scope varchar,
    indicator varchar, value double, sample_size bigint, as_of timestamp
)"""
PERIODS = [
    ("half_year", "2025-07-01", "2025-12-31", True),
    ("year", "2025-01-01", "2025-12-31", True),
    ("half_year", "2026-01-01", "2026-06-30", False),
]


class Rows:
    """The rows of a report."""

    def text(self, number: int) -> str:
        """Return a part as CSV."""
        raise NotImplementedError

    def rows(self, number: int) -> list[dict[str, str]]:
        """Return the rows of a part, by the ids of its columns."""
        part = parts()[number - 1]
        text = self.text(number)
        header, *lines = csv.reader(io.StringIO(text, newline=""))
        assert header == [column.name for column in part.columns]
        names = [column.id for column in part.columns]
        return [dict(zip(names, line, strict=True)) for line in lines]

    def categories(self, number: int, code: str, scope: str = "TOTAL") -> list[dict[str, str]]:
        """Return the rows of a category or keyword."""
        return [
            row
            for row in self.rows(number)
            if row["category"] == code and row.get("scope", "TOTAL") == scope
        ]

    def row(self, number: int, line: str, scope: str = "total") -> dict[str, str]:
        """Return the row of an indicator and scope, by the names of the template."""
        part = parts()[number - 1]
        text, name = part.indicators[line], part.scopes.get(scope, scope)
        (found,) = [
            row
            for row in self.rows(number)
            if row["indicator"] == text and row.get("scope", name) == name
        ]
        return found


@dataclass(frozen=True)
class Filed(Rows):
    """A report that the command made.

    Attributes:
        said: what the command said.
        out: its folder.
    """

    said: Said
    out: Path

    def text(self, number: int) -> str:
        """Return a part as it was written."""
        return (self.out / "csv" / parts()[number - 1].file).read_bytes().decode("utf-8")


@dataclass(frozen=True)
class Filled(Rows):
    """A report that was filled and not written.

    Attributes:
        report: the report.
    """

    report: FilledReport

    def text(self, number: int) -> str:
        """Return a part as it would be written."""
        filled = self.report.parts[number]
        return part_csv(
            number, filled.lines, filled.values, self.report.service, self.report.period
        )

    @property
    def said(self) -> str:
        """The notes, and what is blank and why."""
        blanks = [f"{it.part}, {it.place}: {it.why}: {it.mend}" for it in self.report.blanks]
        return "\n".join([*self.report.notes, *blanks])


def database(folder: Path, rows: Iterable[Row] = (), empty: Iterable[str] = ()) -> Path:
    """Make a database with these figures, of both regions eu and all.

    Args:
        folder: to make it in.
        rows: the figures of the second half of 2025.
        empty: raw tables without a row.
    """
    path = folder / "small.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for mart in ("dsa_category_figures", "dsa_indicator_figures"):
            connection.execute(f"create table marts.{mart} {COLUMNS}")
        for grain, first, last, is_complete in PERIODS:
            connection.execute(
                "insert into marts.dsa_category_figures values "
                "(?, ?, ?, ?, 'all', 9, null, null, null, 'total', 'none', 0, 0, '2026-01-05')",
                [grain, first, last, is_complete],
            )
        for part, category, keyword, text, scope, indicator, value, events in rows:
            mart = "dsa_category_figures" if category else "dsa_indicator_figures"
            for region in ("all", "eu"):
                connection.execute(
                    f"insert into marts.{mart} values ('half_year', '2025-07-01', '2025-12-31', "
                    "true, ?, ?, ?, ?, ?, ?, ?, ?, ?, '2026-01-05')",
                    [region, part, category, keyword, text, scope, indicator, value, events],
                )
        connection.execute(
            "create table marts.data_quality (table_name varchar, entity_count bigint)"
        )
        for table in ("reports", "authority_orders", "enforcement_actions", "appeals"):
            connection.execute(
                "insert into marts.data_quality values (?, ?)", [table, 0 if table in empty else 9]
            )
    return path


def fill_report(
    folder: Path,
    rows: Iterable[Row] = (),
    filer: Mapping[str, Any] = FILER,
    empty: Iterable[str] = (),
) -> Filled:
    """Fill a report of the second half of 2025."""
    folder.mkdir(exist_ok=True)
    path = folder / "filer.yml"
    path.write_text(yaml.safe_dump(dict(filer), allow_unicode=True), encoding="utf-8")
    filed = read_filer(path)
    first, last = date(2025, 7, 1), date(2025, 12, 31)
    figures = read_figures(database(folder, rows, empty), filed, first, last)
    return Filled(fill("Plaza", filed, figures))


def file_report(
    run: Run,
    folder: Path,
    rows: Iterable[Row] = (),
    filer: Mapping[str, Any] = FILER,
    period: tuple[str, str] = ("2025-07-01", "2025-12-31"),
    empty: Iterable[str] = (),
    built: Path | None = None,
    more: Sequence[str] = (),
    out: str = "out",
) -> Filed:
    """Make a database and a filer's file, and run the command on them.

    Args:
        run: the command.
        folder: to make them in.
        rows: the figures of the second half of 2025.
        filer: what the file holds.
        period: first and last day.
        empty: raw tables without a row.
        built: a database to file from, in place of one with these rows.
        more: other options.
        out: name of the folder of the report.
    """
    folder.mkdir(exist_ok=True)
    path = folder / "filer.yml"
    path.write_text(yaml.safe_dump(dict(filer), allow_unicode=True), encoding="utf-8")
    said = run(
        "report", "dsa", "--service", "Plaza", "--from", period[0], "--to", period[1],
        "--filer", path, "--database", built or database(folder, rows, empty),
        "--out", folder / out, *more,
    )  # fmt: skip
    return Filed(said, folder / out)


def example_filer() -> dict[str, Any]:
    """The filer's file for the sample data, as the tests write one."""
    filer: dict[str, Any] = yaml.safe_load((ROOT / "examples/dsa_report/filer.yml").read_text())
    for key in ("published", "previous"):
        filer["report"][key] = str(filer["report"][key])
    return filer


def category_rows(
    part: int, category: str, figures: Mapping[str, float], scope: str = "total"
) -> list[Row]:
    """Return the figures of a category without sub-category, with those of TOTAL."""
    return [
        (part, code, keyword, None, scope, indicator, value, 1)
        for code, keyword in (("TOTAL", None), (category, None), (category, "KEYWORD_OTHER"))
        if not (keyword and "NOT_SPECIFIED" in category)
        for indicator, value in figures.items()
    ]


def indicator_rows(part: int, figures: Mapping[tuple[str, str], float]) -> list[Row]:
    """Return figures by indicator and scope."""
    return [
        (part, None, None, None, scope, indicator, value, 4)
        for (indicator, scope), value in figures.items()
    ]
