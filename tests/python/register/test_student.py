"""The macro of Student's t quantile against scipy's, at every size that a survey may have."""

from __future__ import annotations

import duckdb
from scipy.stats import t

from tests.python.helpers import ROOT
from trustmetrics.macro_host import MacroHost


def test_the_quantile_is_right_to_a_relative_1e_9() -> None:
    with duckdb.connect() as connection:
        sql = MacroHost(ROOT, connection).call("student_t_975", "n")
        rows = connection.execute(
            f"select n, {sql} from (select unnest(range(0, 3000)) as n)"
        ).fetchall()
    quantiles = dict(rows)
    assert quantiles.pop(0) is None
    for degrees, found in quantiles.items():
        expected = t.ppf(0.975, degrees)
        assert abs(found / expected - 1) < 1e-9, degrees
