"""If the gate cannot run, it says so in one line and exits with 2: never a pass."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.python.gate.foreign_shop import INSIDE, LOCK, Shop
from tests.python.helpers import Run

SALES = "metrics/net_sales.yml"
YAML = "layers/reporting/reporting.yml"


@pytest.fixture
def shop(unlocked_shop: Shop) -> Shop:
    """The shop on main, without a lock."""
    return unlocked_shop


def _shallow(shop: Shop) -> Path:
    shop.commit()
    clone = shop.repository.parent / "clone"
    shop.git("clone", "--quiet", "--depth", "1", f"file://{shop.repository}", clone)
    return clone / INSIDE


def _no_base(shop: Shop) -> None:
    shop.git("branch", "--move", "trunk")


def _no_ancestor(shop: Shop) -> None:
    shop.git("checkout", "--quiet", "--orphan", "fresh")
    shop.commit()


def _no_repository(shop: Shop) -> None:
    (shop.repository / ".git").rename(shop.repository.parent / "unused")


def _no_register(shop: Shop) -> None:
    (shop.project / "metrics").rename(shop.project / "registry")


def _empty_register(shop: Shop) -> None:
    for path in (shop.project / "metrics").glob("[a-z]*.yml"):
        path.unlink()


def _no_project(shop: Shop) -> None:
    (shop.project / "dbt_project.yml").unlink()


def _bad_project(shop: Shop) -> None:
    shop.append("dbt_project.yml", "a: [\n")


def _bad_yaml(shop: Shop) -> None:
    shop.edit(SALES, "owner: finance", "owner: [finance")


def _twice(shop: Shop) -> None:
    shop.append(SALES, "model: orders\n")


def _breach(shop: Shop) -> None:
    shop.edit(SALES, "owner: finance", "ownr: finance")


def _not_utf8(shop: Shop) -> None:
    (shop.project / SALES).write_bytes("metric: Zürich".encode("latin-1"))


def _no_lock(shop: Shop) -> None:
    (shop.project / LOCK).write_text("- this\n- that\n")


def _base_no_lock(shop: Shop) -> None:
    _no_lock(shop)
    shop.commit()
    (shop.project / LOCK).unlink()


def _base_bad_yaml(shop: Shop) -> None:
    _bad_yaml(shop)
    shop.commit()
    shop.edit(SALES, "owner: [finance", "owner: finance")


CHEAP = [
    (
        _shallow,
        "this is a shallow clone, which may not hold the base. Fetch the history: git fetch",
    ),
    (
        _no_base,
        "no base to compare with: origin/main, origin/master, main, master not found. Fetch",
    ),
    (_no_ancestor, "HEAD and the base 'main' have no common commit. Name the branch that this one"),
    (
        _no_repository,
        "bookshop' is not in a git repository. The gate compares with a commit. Begin one: git",
    ),
    (_no_register, "bookshop/metrics' does not exist. Make one: trustmetrics metric init"),
    (_empty_register, "bookshop/metrics' is empty. Make one: trustmetrics metric init"),
    (_no_project, "no dbt_project.yml in '"),
    (_bad_project, "bookshop/dbt_project.yml' is not valid YAML: "),
    (_bad_yaml, "metrics/net_sales.yml, line 3 is not valid YAML: "),
    (_twice, "metrics/net_sales.yml, line 1 is not valid YAML: the key 'model' stands twice"),
    (_breach, "metrics/net_sales.yml: the file: Additional properties are not allowed ('ownr'"),
    (_not_utf8, "is not UTF-8. Save it as UTF-8"),
    (_no_lock, f"{LOCK} is not what trustmetrics metric sync writes. Restore it: git checkout"),
    (_base_bad_yaml, "metrics/net_sales.yml at main at "),
]


def _no_model(shop: Shop) -> None:
    shop.edit(SALES, "model: netSales", "model: grossSales")


def _no_column(shop: Shop) -> None:
    shop.edit(SALES, "value: netSales", "value: grossSales")


def _head_does_not_compile(shop: Shop) -> None:
    shop.edit("layers/core/orders.sql", "ref('rawOrders')", "ref('rawOrder')")


def _base_does_not_compile(shop: Shop) -> None:
    _head_does_not_compile(shop)
    shop.commit()
    shop.edit("layers/core/orders.sql", "ref('rawOrder')", "ref('rawOrders')")


COMPILED = [
    (_no_model, f"{SALES} names the model 'grossSales', which the project does not have. Correct"),
    (_no_column, f"{SALES} names the column grossSales, which the model netSales does not have"),
    (_head_does_not_compile, "dbt cannot compile 'bookshop': Model 'model.bookshop.orders'"),
    (
        _base_does_not_compile,
        "cannot be fingerprinted: dbt cannot compile 'bookshop': Model 'model",
    ),
    (_base_no_lock, "is not what trustmetrics metric sync writes"),
]


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(("made", "complaint"), CHEAP)
def test_what_stops_it_before_dbt(
    made: Callable[[Shop], Path | None], complaint: str, form: str, shop: Shop, run: Run
) -> None:
    project = made(shop) or shop.project
    said = run("gate", "--project-dir", project, "--format", form)
    assert (said.exit_code, said.out) == (2, "")
    assert complaint in said.complaint


@pytest.mark.parametrize(("made", "complaint"), COMPILED)
def test_what_stops_it_with_dbt(
    made: Callable[[Shop], None], complaint: str, shop: Shop, run: Run
) -> None:
    made(shop)
    said = run("gate", "--project-dir", shop.project)
    assert (said.exit_code, said.out) == (2, "")
    assert complaint in said.complaint


def test_a_base_named_that_is_not_there(shop: Shop, run: Run) -> None:
    said = run("gate", "--project-dir", shop.project, "--base", "nowhere")
    assert said.exit_code == 2
    assert said.complaint.startswith("no base to compare with: nowhere not found. Fetch it (git ")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["bump", "net_sales"], "say what kind of change it is: --change corrective, breaking,"),
        (["bump", "--change", "refactor"], "name one metric, or all that moved: --moved"),
        (["bump", "profit", "--change", "refactor"], "there is no metric 'profit' in the register"),
        (
            ["bump", "--moved", "--change", "deprecated"],
            "a deprecation is about one metric: name it",
        ),
        (
            ["bump", "net_sales", "--change", "breaking", "--restates", "maybe"],
            "--restates 'maybe' is none of yes, no and a date",
        ),
        (["bump", "net_sales", "--models-only"], "no file netSales_v<version>.sql to give the ver"),
        (["impact", "net_sales", "--raw", "nowhere"], "the raw folder 'nowhere' does not exist. "),
        (
            ["bump", "net_sales", "--change", "corrective"],
            ": edit its SQL first, then bump. If the entry is right all the same",
        ),
        (["diff", "profit"], "there is no metric 'profit' in the register"),
    ],
)
def test_a_slip_in_the_other_commands(
    arguments: list[str], complaint: str, shop: Shop, run: Run
) -> None:
    said = run("metric", *arguments, "--project-dir", shop.project)
    assert (said.exit_code, said.out) == (2, "")
    assert complaint in said.complaint


@pytest.mark.slow
def test_a_project_named_from_the_folder_above(
    shop: Shop, run: Run, own_dbt: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _no_model(shop)
    monkeypatch.chdir(shop.repository)
    said = run("gate", "--project-dir", INSIDE)
    assert said.complaint.startswith(f"{SALES} names the model 'grossSales'")
