"""The fingerprints against a sample of the faults of the mutation check: each that is not known as
harmless must move a metric. Against the corpus: make corpus.
"""

import pytest

from tests.python import check_build
from tests.python.corpus.mutants import unseen

pytestmark = pytest.mark.slow

MUTANTS = 20


def test_faults_of_the_mutation_check() -> None:
    check_build.ensure()
    missed, _, count = unseen(check_build.TARGET, check_build.DATABASE, sample=MUTANTS)
    assert count == MUTANTS
    assert [str(mutant) for mutant in missed] == []
