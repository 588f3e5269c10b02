"""Maps dumps of the DSA Transparency Database to the raw contract.

Each part is mapped for itself, into a folder that gets its place when it is whole; so a run that
was killed goes on with the parts that are left. The raw tables get theirs when all parts are there.
"""

from __future__ import annotations

import csv
import json
import os
import queue
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb

from trustmetrics.disk import Disk, full_disk_told, is_full
from trustmetrics.drafts import drafted
from trustmetrics.dsa_sor.merge import merge
from trustmetrics.dsa_sor.part import REJECTS, STATE, TABLES, Outcome, Wanted, engine, map_part
from trustmetrics.dsa_sor.parts import DAMAGED, MEND, DamagedError, Found, Part, find_files, walk
from trustmetrics.engine_errors import plain
from trustmetrics.errors import UserError
from trustmetrics.ingest.staged import stale_tables
from trustmetrics.stops import unstoppable
from trustmetrics.workshop import lock_folder

# Builds pass over names that begin with an underscore.
WORK = "_dsa_sor"
OPTIONS, PARTS, READY, DELAYS, RESULT = (
    "options.json",
    "parts",
    "ready",
    "delays.csv",
    "result.json",
)
REJECTED = "rejected.csv"
REJECTED_HEADER = ("part", "line", "reason", "record")
# Changes whenever parts of an earlier version cannot stand beside this one's.
VERSION = 1
WRITTEN = (*TABLES, "not_measured")
OnShare = Callable[[int, int, str], None]


@dataclass
class Report:
    """What a run read and wrote.

    Attributes:
        records: the records of all parts.
        statements: those that the raw tables hold.
        rejected: those that could not be mapped; they are in `rejects`.
        duplicates: those whose statement stands elsewhere, too.
        of_other_platforms: those that were not asked for.
        tables: the rows of each table.
        counts: what the tables cannot say, and what looks odd in them.
        platforms: the records that could be mapped, by platform.
        marks: platforms and months whose dates are not when things took place, a line each.
        parts: how many there were.
        resumed: how many of them an earlier run had mapped.
        rejects: the file of the rejected records; None where there are none.
        unread: what lay beside the parts.
    """

    records: int = 0
    statements: int = 0
    rejected: int = 0
    duplicates: int = 0
    of_other_platforms: int = 0
    tables: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    platforms: dict[str, int] = field(default_factory=dict)
    marks: list[str] = field(default_factory=list)
    parts: int = 0
    resumed: int = 0
    rejects: Path | None = None
    unread: list[str] = field(default_factory=list)


def ingest(
    paths: Sequence[Path],
    out: Path,
    wanted: Wanted,
    threads: int,
    on_share: OnShare = lambda *_: None,
) -> Report:
    """Map dumps and write the raw tables into `out`: all of them, or none.

    Args:
        paths: zips of zips, inner zips, CSV files, or folders of any of these.
        out: folder of the raw tables.
        wanted: what of the dumps to take.
        threads: how many parts to map at a time.
        on_share: progress: called with the percents done, 100, and the part.

    Raises:
        UserError: a file cannot be read, or the tables cannot be written. Parts that were mapped
            stay, and the same run goes on with the others.
    """
    found = find_files(paths)
    disk = Disk.of(out)
    with full_disk_told(disk, None, option="--out DIR"), _work_folder(out) as work:
        _refuse_others_tables(out)
        _keep_options(work, wanted)
        with full_disk_told(disk, work, option="--out DIR"):
            done, report = _map_parts(found, work, wanted, threads, on_share)
            _refuse_unknown_platforms(report, wanted)
            ready = work / READY
            shutil.rmtree(ready, ignore_errors=True)
            merged = merge(done, ready, work, engine(work, wanted, threads))
            report.duplicates += merged.duplicates
            report.tables, report.counts, report.marks = merged.rows, merged.counts, merged.marks
            report.statements = merged.rows["cases"]
            _check_sum(report)
            report.rejects = _gather_rejects(done, work)
            _put_in_place(ready, out, work, report)
    return report


@contextmanager
def _work_folder(out: Path) -> Iterator[Path]:
    work = out / WORK
    try:
        work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if is_full(error):
            raise
        raise UserError(f"{out}: not a folder that can be written to; choose another") from error
    lock = lock_folder(work)
    if lock is None:
        raise UserError(f"{out}: another run writes to it. Wait for its end, or name another --out")
    try:
        for path in work.iterdir():
            if path.name.startswith(("draft-", "inner-", "spill")):
                _remove(path)
        yield work
    finally:
        os.close(lock)


def _refuse_others_tables(out: Path) -> None:
    """The tables of an earlier run of this command are replaced, and no other ones."""
    own = set(WRITTEN) if (out / WORK / RESULT).is_file() else set()
    if stale := stale_tables(out, own, WRITTEN, ending=""):
        raise UserError("\n".join(stale))


def _keep_options(work: Path, wanted: Wanted) -> None:
    """Parts of a run with other options cannot be used: the run begins anew."""
    text = json.dumps({"version": VERSION, **asdict(wanted)}, default=str, sort_keys=True)
    file = work / OPTIONS
    if not file.is_file() or file.read_text(encoding="utf-8") != text:
        shutil.rmtree(work / PARTS, ignore_errors=True)
        with drafted(file) as draft:
            draft.write_text(text, encoding="utf-8")
    (work / PARTS).mkdir(exist_ok=True)


def _map_parts(
    found: Found, work: Path, wanted: Wanted, threads: int, on_share: OnShare
) -> tuple[list[Path], Report]:
    """Map the parts that are not mapped yet; the folders of all, and what became of the records."""
    report, damaged, done = Report(), [], []
    engines: queue.SimpleQueue[duckdb.DuckDBPyConnection] = queue.SimpleQueue()
    stop = threading.Event()
    share = _Share(found.weight, on_share)
    pending: set[Future[tuple[Part, Outcome | None, str]]] = set()

    def work_on(part: Part) -> tuple[Part, Outcome | None, str]:
        try:
            if stop.is_set():
                return part, None, ""
            try:
                connection = engines.get_nowait()
            except queue.Empty:
                connection = engine(work, wanted)
            try:
                return part, _map_one(connection, part, work), ""
            except DamagedError as error:
                return part, None, str(error)
            except DAMAGED as error:
                return part, None, f"'{part.label}' is damaged ({error}). {MEND}"
            finally:
                engines.put(connection)
        finally:
            part.done()

    def collect(finished: set[Future[tuple[Part, Outcome | None, str]]]) -> None:
        for future in finished:
            part, outcome, fault = future.result()
            share.add(part)
            if fault:
                damaged.append(fault)
            elif outcome:
                _add(report, outcome)
                done.append(work / PARTS / part.key)

    with ThreadPoolExecutor(threads, "part") as pool:
        try:
            for part in walk(found, work, damaged.append):
                report.parts += 1
                state = work / PARTS / part.key / STATE
                if state.is_file():
                    report.resumed += 1
                    outcome = Outcome(**json.loads(state.read_text(encoding="utf-8")))
                    _add(report, outcome)
                    done.append(state.parent)
                    share.add(part)
                    part.done()
                    continue
                pending.add(pool.submit(work_on, part))
                while len(pending) > threads:
                    finished, pending = wait(pending, return_when=FIRST_COMPLETED)
                    collect(finished)
            collect(wait(pending).done)
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    if damaged:
        kept = f"; the {len(done):,} parts that are whole are kept" if done else ""
        raise UserError("\n".join([f"nothing was written{kept}:", *damaged]))
    if not report.parts:
        raise UserError("the files hold no CSV part. Name the dumps as they were downloaded")
    if not report.records:
        raise UserError("no record beneath the headers of the parts. Name other dumps")
    report.unread = found.unread
    return sorted(done), report


def _map_one(connection: duckdb.DuckDBPyConnection, part: Part, work: Path) -> Outcome:
    draft = work / f"draft-{part.key}"
    draft.mkdir()
    try:
        outcome = map_part(connection, part, draft)
        draft.rename(work / PARTS / part.key)
        return outcome
    except duckdb.Error as error:
        if is_full(error):
            raise
        raise UserError(
            f"'{part.label}' cannot be mapped ({plain(str(error))}); free memory or disk space "
            "where that is what is missing, and report it where it is not"
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _add(report: Report, outcome: Outcome) -> None:
    report.records += outcome.records
    report.rejected += outcome.rejected
    report.duplicates += outcome.duplicates
    report.of_other_platforms += outcome.of_other_platforms
    report.platforms = dict(Counter(report.platforms) + Counter(outcome.platforms))


class _Share:
    """Tells how much of the bytes is done, in whole percents."""

    def __init__(self, whole: int, on_share: OnShare) -> None:
        self._whole, self._on_share, self._done, self._told = max(whole, 1), on_share, 0, 0

    def add(self, part: Part) -> None:
        self._done += part.weight
        percents = min(100 * self._done // self._whole, 100)
        for told in range(self._told + 1, percents + 1):
            self._on_share(told, 100, part.label)
        self._told = max(self._told, percents)


def _refuse_unknown_platforms(report: Report, wanted: Wanted) -> None:
    unknown = [name for name in wanted.platforms if name not in report.platforms]
    if unknown:
        there = ", ".join(sorted(report.platforms)) or "none"
        raise UserError(
            f"no statement of the platform '{unknown[0]}'; the dumps have: {there}. Write the name "
            "as it stands there"
        )


def _check_sum(report: Report) -> None:
    """Every record is somewhere, or the run has a fault that must not pass."""
    told = report.statements + report.rejected + report.duplicates + report.of_other_platforms
    if told != report.records:
        raise UserError(
            f"{report.records:,} records were read and {told:,} are accounted for; nothing was "
            "written. Report this"
        )


def _gather_rejects(done: Sequence[Path], work: Path) -> Path | None:
    """One file of the rejected records of all parts, by part and line."""
    file = work / REJECTED
    with drafted(file) as draft, draft.open("w", encoding="utf-8", newline="") as gathered:
        writer = csv.writer(gathered)
        writer.writerow(REJECTED_HEADER)
        rows = 0
        for part in done:
            with (
                suppress(FileNotFoundError),
                (part / REJECTS).open(encoding="utf-8", newline="") as rejects,
            ):
                for line in rejects:
                    gathered.write(line)
                    rows += 1
    if rows:
        return file
    file.unlink()
    return None


def _put_in_place(ready: Path, out: Path, work: Path, report: Report) -> None:
    with unstoppable():
        # From here on the tables in `out` are this command's, so that the next run may finish.
        with drafted(work / RESULT) as draft:
            draft.write_text(json.dumps(asdict(report), default=str, indent=1), encoding="utf-8")
        for table in WRITTEN:
            _remove(out / table)
            (ready / table).rename(out / table)
        (ready / DELAYS).replace(work / DELAYS)
        for left in (ready, work / PARTS, work / OPTIONS):
            _remove(left)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
