"""Which files count: all that the models are made of, and no others."""

from __future__ import annotations

import pytest

from tests.python.gate.foreign_shop import Shop
from trustmetrics.errors import UserError
from trustmetrics.gate.gate import Gate
from trustmetrics.gate.git import Repository
from trustmetrics.gate.paths import has_links, is_part, project_paths
from trustmetrics.gate.state import _key, register_files
from trustmetrics.register.load import parse_register

MODEL = "layers/core/orders.sql"


def _is_gated(shop: Shop) -> bool:
    """Whether the gate looks any further than at which files changed."""
    repository = Repository.around(shop.project)
    paths = [*project_paths(shop.project), "metrics/"]
    changed = repository.changed(repository.base(None), paths)
    return any(is_part(path, paths) for path in changed) or has_links(shop.project, paths)


def _linked_model(shop: Shop) -> None:
    (shop.project / "elsewhere").mkdir()
    model = shop.project / MODEL
    model.symlink_to(model.rename(shop.project / "elsewhere/orders.sql"))
    shop.commit("a link")
    shop.append("elsewhere/orders.sql", "-- changed\n")


def _dotted_path(shop: Shop) -> None:
    shop.edit("dbt_project.yml", '["layers"]', '["./layers/"]')
    shop.commit("the same folder")
    shop.append(MODEL, "-- changed\n")


def _whole_project(shop: Shop) -> None:
    shop.edit("dbt_project.yml", '["layers"]', '["."]')
    shop.commit("the same folder and more")
    shop.append(MODEL, "-- changed\n")


def _local_package(shop: Shop) -> None:
    (shop.repository / "shared/macros").mkdir(parents=True)
    (shop.repository / "shared/macros/rate.sql").write_text("{% macro rate() %}1{% endmacro %}")
    (shop.project / "packages.yml").write_text("packages:\n  - local: ../../shared\n")
    shop.commit("a package")
    (shop.repository / "shared/macros/rate.sql").write_text("{% macro rate() %}2{% endmacro %}")


def _vendored_package(shop: Shop) -> None:
    (shop.project / "dbt_packages/rates").mkdir(parents=True)
    (shop.project / "dbt_packages/rates/rate.sql").write_text("{% macro rate() %}1{% endmacro %}")
    shop.commit("a package")
    (shop.project / "dbt_packages/rates/rate.sql").write_text("{% macro rate() %}2{% endmacro %}")


def _function(shop: Shop) -> None:
    (shop.project / "functions").mkdir()
    (shop.project / "functions/rate.sql").write_text("select 1")


def _plain_model(shop: Shop) -> None:
    shop.append(MODEL, "-- changed\n")


@pytest.mark.parametrize(
    "change",
    [
        _plain_model,
        _linked_model,
        _dotted_path,
        _whole_project,
        _local_package,
        _vendored_package,
        _function,
    ],
)
def test_whatever_the_models_are_made_of_counts(change, shop: Shop) -> None:
    shop.git("branch", "--move", "main", "old")
    change(shop)
    shop.git("branch", "main")
    assert _is_gated(shop)


@pytest.mark.parametrize("path", ["README.md", "layers/README.md", "notes/a.sql", ".gitignore"])
def test_whatever_they_are_not_made_of_does_not(shop: Shop, path: str) -> None:
    (shop.project / path).parent.mkdir(exist_ok=True)
    (shop.project / path).write_text("of no concern")
    assert not _is_gated(shop)
    report = Gate(shop.project).run()
    assert (report.findings, report.changed_files) == ([], [])


def test_what_is_remembered_is_of_the_same_files_and_variables(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.append(MODEL, "-- {{ env_var('SHOP_CURRENCY', 'EUR') }}\n")

    def key() -> str:
        return _key(shop.project, parse_register(register_files(shop.project)))

    keys = [key()]
    monkeypatch.setenv("UNRELATED", "1")
    monkeypatch.setenv("BOOKSHOP_DATA", "elsewhere")
    assert key() == keys[0]
    monkeypatch.setenv("SHOP_CURRENCY", "USD")
    keys.append(key())
    shop.append("helpers/money.sql", "{# changed #}")
    keys.append(key())
    shop.edit("metrics/net_sales.yml", "value: netSales", "value: orderCount")
    keys.append(key())
    (shop.project / "metrics/vocabularies").mkdir()
    (shop.project / "metrics/vocabularies/countries.yml").write_text(
        "{vocabulary: countries, code: [countryCode], changes: [{change: introduced}]}"
    )
    keys.append(key())
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_folder_that_a_variable_names(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, quote: str
) -> None:
    asked = f"{{{{ env_var({quote}SHOP_LISTS{quote}, {quote}lists{quote}) }}}}"
    settings = (shop.project / "dbt_project.yml").read_text()
    settings = settings.replace('seed-paths: ["lists"]', f"seed-paths: ['{asked}']")
    if quote == "'":
        settings = settings.replace(f"'{asked}'", f'"{asked}"')
    (shop.project / "dbt_project.yml").write_text(settings)
    assert "lists/" in project_paths(shop.project)
    monkeypatch.setenv("SHOP_LISTS", "other")
    assert "other/" in project_paths(shop.project)
    for outside in ("/elsewhere/lists", "../lists"):
        monkeypatch.setenv("SHOP_LISTS", outside)
        with pytest.raises(UserError, match="SHOP_LISTS leads out of the project"):
            project_paths(shop.project)
