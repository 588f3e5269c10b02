"""From a fault to a pass by nothing but the commands that the findings name: no circle.

On the shop, whose return rate has version 1, which goes, beside version 2.
"""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.python.gate.foreign_shop import GIT_ENVIRONMENT, LOCK, Shop
from tests.python.helpers import Run

RETURNS = "metrics/return_rate.yml"
SALES = "metrics/net_sales.yml"
V1 = "layers/reporting/returnRate_v1.sql"
V2 = "layers/reporting/returnRate_v2.sql"
WORDS = ["--reason", "The council saw that it was wrong.", "--decided-by", "shop-council"]
VERSIONS = "  - name: returnRate\n    latest_version: 2\n    versions: [{v: 1}, {v: 2}]\n"
AN_ENTRY = """\
  - version: {version}
    change: {change}
    reason: It counts the returned
    decided_by: shop-council
    decided_on: 2026-05-01
    effective_from: {effective_from}
    restates_history: no
"""
MOST_STEPS = 8
Fault = Callable[[Shop], None]


def _entry(change: str, version: int = 1, effective_from: str = "2026-05-01") -> str:
    return AN_ENTRY.format(change=change, version=version, effective_from=effective_from)


@pytest.fixture
def shop(locked_shop: Shop, run: Run) -> Shop:
    """The shop with a second version of the return rate, and with results, on main."""
    project = locked_shop.project
    old = project / "layers/reporting/returnRate.sql"
    (project / V2).write_text(old.read_text().replace("LEFT JOIN", "JOIN"))
    old.rename(project / V1)
    yml = "layers/reporting/reporting.yml"
    locked_shop.edit(yml, "models:\n  - name: n", f"models:\n{VERSIONS}  - name: n")
    locked_shop.append(RETURNS, _entry("breaking", 2))
    locked_shop.append(RETURNS, _entry("deprecated", 1, "2999-01-01"))
    locked_shop.append("metrics/_settings.yml", "frozen_sample: data\n")
    assert run("metric", "sync", "--project-dir", project).exit_code == 0
    locked_shop.commit("a second version")
    return locked_shop


def _shared_rule(shop: Shop) -> None:
    shop.edit("layers/core/returns.sql", "MIN(", "MAX(")


def _rule_of_all(shop: Shop) -> None:
    shop.edit("layers/core/orders.sql", "status = 'paid'", "status <> 'cancelled'")


def _old_version_alone(shop: Shop) -> None:
    shop.edit(V1, "THEN 1.0", "THEN 2.0")


def _seed(shop: Shop) -> None:
    shop.edit("lists/countries.csv", "0.055", "0.2")


def _entry_about_nothing(shop: Shop) -> None:
    shop.append(SALES, _entry("refactor"))


def _doubled(shop: Shop) -> None:
    shop.edit("layers/reporting/netSales.sql", "SUM(netAmount)", "SUM(1 * netAmount)")
    shop.append(SALES, _entry("refactor"))
    shop.append(SALES, _entry("refactor"))


def _refactor_that_moves_numbers(shop: Shop) -> None:
    shop.edit("layers/reporting/netSales.sql", "SUM(netAmount)", "SUM(2 * netAmount)")
    shop.append(SALES, _entry("refactor"))


def _history(shop: Shop) -> None:
    shop.edit(SALES, "The board reads it each month.", "The board likes it.")


def _metric_gone(shop: Shop) -> None:
    (shop.project / SALES).unlink()


def _version_gone(shop: Shop) -> None:
    (shop.project / V1).unlink()
    shop.edit("layers/reporting/reporting.yml", "[{v: 1}, {v: 2}]", "[{v: 2}]")


def _column(shop: Shop) -> None:
    shop.edit("layers/reporting/netSales.sql", "COUNT(*) AS orderCount", "COUNT(*) AS orders")


def _column_of_a_versioned_model(shop: Shop) -> None:
    for path in (V1, V2):
        shop.edit(path, "AS month,", "AS monthOfOrder,")


def _lock(shop: Shop) -> None:
    (shop.project / LOCK).unlink()


def _third_version(shop: Shop) -> None:
    text = (shop.project / V2).read_text()
    (shop.project / V2.replace("v2", "v3")).write_text(text.replace("THEN 1.0", "THEN 0.5"))
    versions = "[{v: 1}, {v: 2}, {v: 3}]"
    shop.edit("layers/reporting/reporting.yml", "[{v: 1}, {v: 2}]", versions)


def _results(shop: Shop) -> None:
    """Both versions of the return rate gave other numbers on main, by the same SQL."""
    lock = yaml.safe_load((shop.project / LOCK).read_text())
    for version, digit in ((1, "1"), (2, "2")):
        lock["metrics"]["return_rate"][version]["result"] = digit * 32
    (shop.project / LOCK).write_text(yaml.safe_dump(lock, sort_keys=False))
    shop.commit("made by another engine")


def _result_of_the_old_version(shop: Shop) -> None:
    lock = yaml.safe_load((shop.project / LOCK).read_text())
    lock["metrics"]["return_rate"][1]["result"] = "1" * 32
    (shop.project / LOCK).write_text(yaml.safe_dump(lock, sort_keys=False))
    shop.commit("made by another engine")


# The first finding, and the history of the return rate after the walk: what was added to it.
QUICK = [(_shared_rule, "G001", ["3 corrective [1]"])]
MORE = [
    (_old_version_alone, "G001", ["1 amended []"]),
    (_results, "G013", ["3 corrective [1]"]),
    (_rule_of_all, "G001", ["3 corrective [1]"]),
    (_seed, "G011", []),
    (_entry_about_nothing, "G003", []),
    (_doubled, "G003", []),
    (_refactor_that_moves_numbers, "G014", []),
    (_history, "G004", []),
    (_metric_gone, "G005", []),
    (_version_gone, "G005", []),
    (_column, "G009", []),
    (_lock, "G010", []),
    (_third_version, "G008", ["3 breaking []"]),
    (_result_of_the_old_version, "G013", ["1 amended []"]),
]


def _name(value: object) -> str:
    return getattr(value, "__name__", "").strip("_").replace("_", " ")


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "first", "added"), QUICK, ids=_name)
def test_the_commands_lead_to_a_pass(
    fault: Fault, first: str, added: list[str], shop: Shop, run: Run
) -> None:
    _walk(fault, first, added, shop, run)


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "first", "added"), MORE, ids=_name)
def test_the_commands_of_other_findings_lead_to_a_pass(
    fault: Fault, first: str, added: list[str], shop: Shop, run: Run
) -> None:
    _walk(fault, first, added, shop, run)


def _walk(fault: Fault, first: str, added: list[str], shop: Shop, run: Run) -> None:
    fault(shop)
    gone: list[str] = []
    for _ in range(MOST_STEPS):
        told = run("gate", "--project-dir", shop.project, "--format", "json", "--results", "all")
        findings = json.loads(told.out)["findings"]
        if not findings:
            break
        assert gone or findings[0]["id"] == first, findings
        command = findings[0]["command"]
        assert command not in gone, f"a circle: {command}"
        gone.append(command)
        _obey(command, shop, run)
    else:
        pytest.fail(f"no end: {gone}")
    assert gone
    history = yaml.safe_load((shop.project / RETURNS).read_text())["versions"][3:]
    said = [f"{one['version']} {one['change']} {one.get('moves_along', [])}" for one in history]
    assert said == added


def _obey(command: str, shop: Shop, run: Run) -> None:
    """Do what a finding says, with the words that only people have."""
    words = shlex.split(command)
    if words[0] == "git":
        done = subprocess.run(
            words, cwd=shop.project, env=GIT_ENVIRONMENT, input="y\n" * 20, text=True, check=False
        )
        assert done.returncode == 0, command
        return
    assert words[0] == "trustmetrics", f"not mechanical: {command}"
    if "bump" in words:
        words = [word for word in words if word not in ("--reason", "...")] + WORDS
        words += ["--restates", "no"] if "breaking" in words else []
    said = run(*words[1:], "--project-dir", Path(shop.project))
    assert said.exit_code == 0, (command, said)
