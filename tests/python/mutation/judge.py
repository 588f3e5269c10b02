"""Whether the tests notice a mutant: the unit tests and data tests of the SQL that holds it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Timer

import duckdb

from tests.python.mutation.built import Build
from tests.python.mutation.fixtures import Loaded, load, make_table
from tests.python.mutation.mutants import Carrier, Mutant

SECONDS = 30.0
INVALID = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.NotImplementedException,
    duckdb.ParserException,
    duckdb.SyntaxException,
)


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: caught (by what), survived, or invalid: SQL that cannot run."""

    mutant: str
    outcome: str
    by: str = ""


class Judge:
    """Runs carriers of mutants on DuckDB. One per process."""

    def __init__(self, build: Build, carriers: dict[str, Carrier]) -> None:
        self._build = build
        self._carriers = carriers
        self._loaded: dict[str, list[Loaded]] = {}
        self._noticed: Counter[str] = Counter()
        self._caught: Counter[str] = Counter()
        self._connection = duckdb.connect(config={"threads": 1, "memory_limit": "2GB"})
        self._connection.execute("set timezone = 'UTC'; set enable_progress_bar = false")
        self._connection.execute(f"attach '{build.database}' as built (read_only)")
        self._connection.execute("attach ':memory:' as empty; use empty")
        for relation, types in build.types.items():
            make_table(self._connection, relation, types, [])

    def unmutated(self, carrier: str) -> list[str]:
        """The tests that the SQL fails as it stands, taken apart and put together again."""
        sql = self._carriers[carrier].sql()
        if carrier in self._build.data_tests:
            return [carrier] if self._finds_rows(sql) else []
        return [t.name for t in self._tests(carrier) if t.notices(self._connection, sql)]

    def judge(self, mutant: Mutant) -> Verdict:
        """Run a mutant in its carriers until a test notices it."""
        valid = False
        for variant in sorted(mutant.variants, key=lambda v: -self._caught[v.carrier]):
            sql = self._carriers[variant.carrier].sql(variant.at, variant.text)
            try:
                with self._limited():
                    by = self._notice(variant.carrier, sql)
                    valid = True
                    if by:
                        self._caught[variant.carrier] += 1
                        return Verdict(mutant.id, "caught", by)
            except INVALID:
                continue
            except duckdb.Error as error:
                return Verdict(mutant.id, "caught", f"an error: {str(error).splitlines()[0]}")
        return Verdict(mutant.id, "survived" if valid else "invalid")

    def _notice(self, carrier: str, sql: str) -> str:
        """The name of a test that notices, the one that notices most asked first."""
        if carrier in self._build.data_tests:
            return self._build.data_tests[carrier].name if self._finds_rows(sql) else ""
        for test in sorted(self._tests(carrier), key=lambda t: -self._noticed[t.catalog]):
            if test.notices(self._connection, sql):
                self._noticed[test.catalog] += 1
                return test.name
        if not self._tests(carrier):
            self._connection.execute(f"use empty; explain {sql}")
        return ""

    def _finds_rows(self, sql: str) -> bool:
        self._connection.execute("use built")
        return bool(self._connection.execute(f"select * from ({sql}\n) limit 1").fetchall())

    def _tests(self, carrier: str) -> list[Loaded]:
        if carrier not in self._loaded:
            relation = self._build.node(carrier).relation
            first = sum(map(len, self._loaded.values()))
            self._loaded[carrier] = [
                load(self._connection, test, f"t{first + at}", relation, self._build.types)
                for at, test in enumerate(self._build.unit_tests.get(carrier, ()))
            ]
        return self._loaded[carrier]

    @contextmanager
    def _limited(self) -> Iterator[None]:
        """Interrupt what runs too long: a mutant that never ends counts as caught."""
        timer = Timer(SECONDS, self._connection.interrupt)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
