"""The gate on a dbt project in another style: other layers, no contracts, no dbt versions."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable

import pytest
import yaml

from tests.python.gate.foreign_shop import LOCK, Shop
from tests.python.helpers import Run, Said, clean_environment

MACRO = "helpers/money.sql"
Gated = Callable[..., Said]


@pytest.fixture
def shop(locked_shop: Shop) -> Shop:
    """A shop to change."""
    return locked_shop


@pytest.fixture
def gated(run: Run, shop: Shop) -> Gated:
    """The gate over the shop."""

    def call(*arguments: str) -> Said:
        return run("gate", "--project-dir", shop.project, *arguments)

    return call


def _found(said: Said) -> list[tuple[str, str]]:
    return [(one["id"], one["subject"]) for one in json.loads(said.out)["findings"]]


def test_nothing_changed_passes_without_dbt(shop: Shop) -> None:
    # As in a fresh clone: the lock is there, what was remembered is not.
    shutil.rmtree(shop.project / "target")
    script = (
        "import sys\n"
        "from trustmetrics.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit as ended:\n    print('ended', ended.code or 0)\n"
        "print(sorted({'dbt', 'sqlglot', 'pandas'} & sys.modules.keys()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "gate", "--project-dir", str(shop.project)],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-2:] == ["ended 0", "[]"], done
    assert "against main at" in done.stdout


VAT = ("lists/countries.csv", "0.055", "0.2")
WINDOW = ("dbt_project.yml", "Days: 30", "Days: 14")
MEASURE = ("layers/reporting/reporting.yml", "measure: customers", "measure: biggest")
FILTER = ("layers/core/orders.sql", "status = 'paid'", "status <> 'cancelled'")


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            [VAT, WINDOW, MEASURE],
            [("G001", "buying_customers"), ("G001", "return_rate"), ("G011", "net_sales")],
            id="seed, variable and measure",
        ),
        pytest.param(
            [FILTER],
            [("G001", "buying_customers"), ("G001", "net_sales"), ("G001", "return_rate")],
            id="filter that all read",
        ),
    ],
)
def test_a_change_of_meaning_is_found_for_the_metrics_that_it_moves(
    edits: list[tuple[str, str, str]], expected: list[tuple[str, str]], shop: Shop, gated: Gated
) -> None:
    for path, old, new in edits:
        shop.edit(path, old, new)
    said = gated("--format", "json")
    assert (said.exit_code, _found(said)) == (1, expected)


def test_what_the_register_looks_at_does_not_change_unseen(shop: Shop, gated: Gated) -> None:
    text = (shop.project / "metrics/net_sales.yml").read_text()
    leaf = f"kind: leaf\n{text}".replace("metric: net_sales", "metric: orders")
    (shop.project / "metrics/orders.yml").write_text(
        leaf.replace("model: netSales", "model: orders")
    )
    shop.edit("metrics/buying_customers.yml", "value: customerId", "value: region")
    assert _found(gated("--format", "json")) == [
        ("G001", "buying_customers"),
        ("G001", "net_sales"),
        ("G001", "return_rate"),
        ("G010", LOCK),
    ]


def test_a_cosmetic_change_passes_and_where_the_data_lie_is_one(
    shop: Shop, gated: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOOKSHOP_DATA", "elsewhere")
    shop.edit("layers/core/orders.sql", "-- One row per order that was paid.", "-- Paid orders.")
    shop.edit("layers/core/orders.sql", "AS c ON o.countryCode = c.", "AS c ON c.countryCode = o.")
    shop.edit("layers/core/returns.sql", "SELECT orderId,", "SELECT\n    orderId, COUNT(*) AS n,")
    shop.append("lists/countries.csv", "\n")
    shop.edit("layers/reporting/reporting.yml", "label: Customers who bought", "label: Buyers")
    shop.edit(MACRO, "CAST({{ column }} AS DOUBLE) / 100", "(CAST({{ column }} AS DOUBLE) / 100)")
    (shop.project / "layers/returns").mkdir()
    shop.git("mv", shop.project / "layers/core/returns.sql", shop.project / "layers/returns")
    said = gated("--format", "json")
    assert (said.exit_code, _found(said)) == (0, [])


@pytest.mark.slow
def test_each_kind_of_entry_lets_its_change_through(shop: Shop, gated: Gated, run: Run) -> None:
    told = ["--reason", "Cents are cents", "--decided-by", "shop-council"]
    here = ["--project-dir", shop.project]
    shop.edit("layers/reporting/netSales.sql", "SUM(netAmount)", "ROUND(SUM(netAmount), 2)")
    said = run("metric", "bump", "--moved", "--change", "corrective", *told, *here)
    assert said.exit_code == 0, said
    assert "net_sales version 2: wrote metrics/net_sales.yml" in said.out
    shop.edit("layers/reporting/returnRate.sql", "AVG(CASE", "SUM(1.0) * 0 + AVG(CASE")
    assert run("metric", "bump", "return_rate", "--change", "refactor", *told, *here).exit_code == 0
    ends = ["--change", "deprecated", "--effective-from", "2999-01-01"]
    assert run("metric", "bump", "buying_customers", *ends, *told, *here).exit_code == 0
    assert run("metric", "sync", *here).exit_code == 0
    said = gated("--format", "markdown", "--raw", str(shop.project / "data"))
    assert said.exit_code == 0, said
    assert said.out.startswith("### Metric gate: passed")
    assert "#### net_sales, version 1 to 2:" in said.out
    assert "| where | old | new | change | in % |" in said.out
    assert "- exposures downstream: dashboard monthlyBoard" in said.out
    history = yaml.safe_load((shop.project / "metrics/net_sales.yml").read_text())["versions"]
    assert [(one["version"], one["change"]) for one in history] == [
        (1, "introduced"),
        (2, "corrective"),
    ]


def test_a_breaking_version_needs_both_models(shop: Shop, gated: Gated, run: Run) -> None:
    old = shop.project / "layers/reporting/returnRate.sql"
    new = old.with_name("returnRate_v2.sql")
    new.write_text(old.read_text().replace("LEFT JOIN", "JOIN"))
    told = ["--reason", "Of the returned", "--decided-by", "shop-council"]
    here = ["--project-dir", shop.project]
    done = run(
        "metric", "bump", "return_rate", "--change", "breaking", *told, "--restates", "no", *here
    )
    assert done.exit_code == 0, done
    old.rename(old.with_name("returnRate_v1.sql"))
    versions = "  - name: returnRate\n    latest_version: 2\n    versions: [{v: 1}, {v: 2}]\n"
    shop.edit(
        "layers/reporting/reporting.yml", "models:\n  - name: n", f"models:\n{versions}  - name: n"
    )
    assert run("metric", "sync", *here).exit_code == 0
    said = gated()
    assert said.exit_code == 0, said
    assert "new versions: return_rate 2" in said.out


@pytest.fixture
def young(shop: Shop) -> tuple[Shop, str]:
    """The shop before it had a register, and its commit."""
    shutil.rmtree(shop.project / "metrics")
    shop.git("checkout", "--quiet", "--orphan", "young")
    return shop, shop.commit("never had a register")


def test_the_gate_passes_at_once_after_init(
    young: tuple[Shop, str], gated: Gated, run: Run
) -> None:
    shop, base = young
    here = ["--project-dir", shop.project]
    told = ["--owner", "growth", "--decided-by", "shop-council"]
    said = run("metric", "init", "--tag", "kpi", *told, *here)
    assert (said.exit_code, said.err.count("\n")) == (0, 0), said
    files = {path.stem: path for path in (shop.project / "metrics").glob("[a-z]*[!k].yml")}
    assert sorted(files) == ["buying_customers", "net_sales", "return_rate"]
    proposed = {name: yaml.safe_load(path.read_text()) for name, path in files.items()}
    assert proposed["net_sales"]["model"] == "netSales"
    assert proposed["net_sales"]["question"] == "Sales without VAT, by month and region."
    owners = {name: one["owner"] for name, one in proposed.items()}
    assert owners == {"buying_customers": "growth", "net_sales": "finance", "return_rate": "growth"}
    assert "it was in use before this register" in proposed["net_sales"]["versions"][0]["reason"]
    measured = proposed["buying_customers"]
    assert (measured["model"], measured["title"]) == ("orders", "Customers who bought")
    assert measured["columns"] == {
        "value": "customerId",
        "period": "orderedon",
        "slices": ["region"],
    }
    assert gated("--base", base).exit_code == 0
    assert "nothing to write" in run("metric", "init", "--tag", "kpi", *here).out


def test_init_asks_once_for_what_nobody_says_and_writes_nothing(
    young: tuple[Shop, str], run: Run
) -> None:
    shop, _ = young
    said = run("metric", "init", "--tag", "kpi", "--project-dir", shop.project)
    assert said.exit_code == 2
    assert said.complaint == (
        "buying_customers, net_sales, return_rate: it is not known which team answers for them "
        "(owner) and who decided to register them (decided_by). Say it: --owner NAME "
        "--decided-by NAME"
    )
    assert not (shop.project / "metrics").exists()


@pytest.mark.slow
def test_what_many_lack_is_said_once_but_whole_in_json(
    young: tuple[Shop, str], gated: Gated, run: Run
) -> None:
    shop, base = young
    told = ["--owner", "growth", "--decided-by", "shop-council"]
    run("metric", "init", "--tag", "kpi", *told, "--project-dir", shop.project)
    for path in (shop.project / "metrics").glob("[a-z]*[!k].yml"):
        path.write_text(path.read_text().replace("decided_by: shop-council", "decided_by:"))
    names = ["buying_customers", "net_sales", "return_rate"]
    assert _found(gated("--base", base, "--format", "json")) == [("G002", one) for one in names]
    once = f"3 new entries (introduced) without decided_by: {', '.join(names)}"
    run_once = f"$EDITOR {' '.join(f'metrics/{one}.yml' for one in names)}"
    for form in ("text", "markdown"):
        said = gated("--base", base, "--format", form, "--no-impact").out
        assert (said.count(once), said.count(run_once), said.count("$EDITOR")) == (1, 1, 1)
        assert "failed: 3 findings" in said


def test_diff_shows_both_sides_and_marks_where_they_differ(shop: Shop, run: Run) -> None:
    here = ["--project-dir", shop.project]
    shop.edit("layers/reporting/netSales.sql", "SUM(netAmount)", "MAX(netAmount)")
    said = run("metric", "diff", "net_sales", *here)
    assert said.exit_code == 1
    marked = [line for line in said.out.splitlines() if line.lstrip().startswith("!")]
    assert marked
    assert all("sum(" in line.lower() and "max(" in line.lower() for line in marked), marked


@pytest.mark.slow
def test_impact_prices_a_change_on_raw_data(shop: Shop, run: Run) -> None:
    shop.edit(MACRO, "/ 100", "/ 10")
    said = run(
        "metric",
        "impact",
        "net_sales",
        "--project-dir",
        shop.project,
        "--raw",
        shop.project / "data",
    )
    assert said.exit_code == 0, said
    # By hand from data/orders.csv: order 1 alone is January in the EU with 2, 10 + 20 EUR net.
    assert "net_sales, version 1: 4 of 4 values differ" in said.out
    january = next(line for line in said.out.splitlines() if "2026-01-01" in line)
    assert january.split()[-4:] == ["30", "300", "+270", "+900"]
    assert "targets: not compared because the project has no scorecard" in said.out
    assert "exposures downstream: dashboard monthlyBoard" in said.out


def test_all_formats_say_the_same(shop: Shop, gated: Gated) -> None:
    shop.edit(MACRO, "/ 100", "/ 1000")
    told = json.loads(gated("--format", "json").out)
    assert told["passed"] is False
    assert told["base"] == {"ref": "main", "commit": shop.git("rev-parse", "main")}
    assert told["changed_files"] == [MACRO]
    assert told["moved"] == [{"metric": "net_sales", "version": 1}]
    (finding,) = told["findings"]
    assert finding["file"] == "metrics/net_sales.yml"
    assert finding["command"] == "trustmetrics metric bump net_sales --change corrective"
    text = gated().out
    assert "G001  meaning changed without a new version" in text
    for part in ("what", "why", "mend"):
        assert f"    {part:<4}  {finding[part]}" in text
    assert f"    run   {finding['command']}" in text
    github = gated("--format", "github").out.splitlines()
    assert github[0].startswith("::error file=metrics/net_sales.yml,title=G001 meaning changed")
    assert github[0].count("%0A") == 3
    assert finding["what"].replace("%", "%25") in github[0]
    markdown = gated("--format", "markdown").out
    assert f"| **G001** {finding['title']} | {finding['what']} |" in markdown
    assert "#### net_sales, version 1: 4 of 4 values differ" not in markdown


def test_what_counts_is_where_the_branch_began(shop: Shop, gated: Gated) -> None:
    shop.git("switch", "--quiet", "--create", "branch")
    (shop.project / "README.md").write_text("A shop.")
    shop.commit()
    began = shop.git("rev-parse", "HEAD~1")
    shop.git("switch", "--quiet", "main")
    shop.edit(MACRO, "/ 100", "/ 1000")
    shop.commit("main goes on, ungated")
    shop.git("switch", "--quiet", "branch")
    said = gated("--format", "json")
    assert said.exit_code == 0
    assert json.loads(said.out)["base"] == {"ref": "main", "commit": began}


def test_the_lock_deleted_is_made_again_from_the_base(shop: Shop, gated: Gated) -> None:
    (shop.project / LOCK).unlink()
    shop.commit("no lock")
    shop.edit(MACRO, "/ 100", "/ 1000")
    assert _found(gated("--format", "json")) == [("G001", "net_sales"), ("G010", LOCK)]
