"""The fingerprints against the corpus: a part of it here, all of it with make corpus.

And against the faults of the mutation check, a sample of them: each that is not known as harmless
must move a metric.
"""

import pytest

from tests.python import check_build
from tests.python.corpus.apply import load
from tests.python.corpus.judge import judge
from tests.python.corpus.mutants import unseen

pytestmark = pytest.mark.slow

EVERY = 45
MUTANTS = 20


def test_a_part_of_the_corpus() -> None:
    for verdict in judge(load()[::EVERY]):
        assert not verdict.missed, verdict.edit.id
        assert not verdict.false_alarms - verdict.edit.tolerated, verdict.edit.id


def test_faults_of_the_mutation_check() -> None:
    check_build.ensure()
    missed, _, count = unseen(check_build.TARGET, check_build.DATABASE, sample=MUTANTS)
    assert count == MUTANTS
    assert [str(mutant) for mutant in missed] == []
