"""The fingerprints against the corpus: a part of it here, all of it with make corpus.

And against the faults of the mutation check, a sample of them: each that is not known as harmless
must move a metric.
"""

from pathlib import Path

from tests.python.corpus.apply import load
from tests.python.corpus.judge import judge
from tests.python.corpus.mutants import unseen
from tests.python.mutation.built import is_fresh
from tests.python.mutation.make_build import DATABASE, TARGET, make_build

EVERY = 45
MUTANTS = 20


def test_a_part_of_the_corpus() -> None:
    for verdict in judge(load()[::EVERY]):
        assert not verdict.missed, verdict.edit.id
        assert not verdict.false_alarms - verdict.edit.tolerated, verdict.edit.id


def test_faults_of_the_mutation_check(tmp_path: Path) -> None:
    target, database = TARGET, DATABASE
    if not is_fresh(target, database):
        target, database = tmp_path / "target", make_build(tmp_path).database
    missed, _, count = unseen(target, database, sample=MUTANTS)
    assert count == MUTANTS
    assert [str(mutant) for mutant in missed] == []
