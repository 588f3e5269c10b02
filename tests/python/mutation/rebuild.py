"""The data tests on mutated tables: a mutant's models and all that reads them, built again."""

from __future__ import annotations

import shutil
from pathlib import Path
from threading import Timer

import duckdb

from tests.python.mutation.built import Build, Node
from tests.python.mutation.judge import INVALID, Verdict
from tests.python.mutation.mutants import Carrier, Mutant

SECONDS = 120.0


class Rebuilder:
    """A copy of the built database in which mutants are tried and undone. One per process."""

    def __init__(self, build: Build, carriers: dict[str, Carrier], folder: Path) -> None:
        self._build = build
        self._carriers = carriers
        copy = folder / build.database.name
        shutil.copyfile(build.database, copy)
        self._connection = duckdb.connect(str(copy), config={"threads": 1, "memory_limit": "4GB"})
        self._connection.execute("set timezone = 'UTC'; set enable_progress_bar = false")

    def judge(self, mutant: Mutant) -> Verdict:
        """Put a mutant into every model that holds it, build what follows, run the data tests."""
        sql = {
            variant.carrier: self._carriers[variant.carrier].sql(variant.at, variant.text)
            for variant in mutant.variants
            if variant.carrier in self._build.models
        }
        self._connection.execute("begin")
        timer = Timer(SECONDS, self._connection.interrupt)
        timer.start()
        try:
            by = self._notice(self._rebuilt(sql))
            return Verdict(mutant.id, "caught by data" if by else "survived", by)
        except INVALID:
            return Verdict(mutant.id, "survived")
        except duckdb.Error as error:
            return Verdict(mutant.id, "caught by data", f"an error: {str(error).splitlines()[0]}")
        finally:
            timer.cancel()
            self._connection.execute("rollback")

    def _rebuilt(self, sql: dict[str, str]) -> set[str]:
        """Build the mutated models and those downstream that a data test needs."""
        needed = self._needed()
        rebuilt: set[str] = set()
        for node in self._build.ordered():
            if node.id not in needed or not (node.id in sql or rebuilt & set(node.parents)):
                continue
            kind = "view" if node.view else "table"
            query = sql.get(node.id, node.sql)
            self._connection.execute(f"create or replace {kind} {node.relation} as {query}")
            rebuilt.add(node.id)
        return rebuilt

    def _needed(self) -> set[str]:
        """The models that a data test reads, directly or not."""
        needed: set[str] = set()
        waiting = [parent for test in self._tests() for parent in test.parents]
        while waiting:
            name = waiting.pop()
            if name in self._build.models and name not in needed:
                needed.add(name)
                waiting += self._build.models[name].parents
        return needed

    def _notice(self, rebuilt: set[str]) -> str:
        for test in self._tests():
            query = f"select * from ({test.sql}\n) limit 1"
            if rebuilt & set(test.parents) and self._connection.execute(query).fetchall():
                return test.name
        return ""

    def _tests(self) -> list[Node]:
        return list(self._build.data_tests.values())
