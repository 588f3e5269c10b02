"""What a change is held against, and what of the repository counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.python.gate.foreign_shop import INSIDE, Shop, new_shop
from trustmetrics.errors import UserError
from trustmetrics.gate.git import Repository
from trustmetrics.gate.state import register_files

MODEL = "layers/core/orders.sql"
inside = pytest.mark.parametrize("inside", [INSIDE, Path()], ids=["subfolder", "top"])


def _changed(shop: Shop, *paths: str) -> list[str]:
    repository = Repository.around(shop.project)
    return repository.changed(repository.base(None), paths)


@inside
def test_changes_are_seen_whatever_git_knows_of_them(inside: Path, tmp_path: Path) -> None:
    shop = new_shop(tmp_path / "repository", inside)
    assert _changed(shop) == []
    shop.append(MODEL, "-- uncommitted\n")
    shop.append("dbt_project.yml", "# staged\n")
    shop.git("add", shop.project / "dbt_project.yml")
    (shop.project / "layers/new.sql").write_text("select 1")
    (shop.project / "layers/core/returns.sql").unlink()
    (shop.repository / "elsewhere.txt").write_text("of no concern but at the top")
    seen = ["dbt_project.yml", MODEL, "layers/core/returns.sql", "layers/new.sql"]
    top = ["elsewhere.txt"] if inside == Path() else []
    assert _changed(shop) == sorted(seen + top)
    shop.git("switch", "--quiet", "--create", "branch")
    shop.commit()
    assert _changed(shop) == sorted(seen + top)
    shop.git("checkout", "--quiet", "--detach")
    assert _changed(shop) == sorted(seen + top)


def test_the_ancestor_counts_on_a_branch_behind_main(shop: Shop) -> None:
    began = shop.git("rev-parse", "HEAD")
    shop.git("switch", "--quiet", "--create", "branch")
    shop.git("switch", "--quiet", "main")
    shop.append(MODEL, "-- main goes on\n")
    shop.commit()
    shop.git("switch", "--quiet", "branch")
    assert Repository.around(shop.project).base(None).commit == began
    assert _changed(shop) == []


def test_a_pull_request_is_held_against_its_target(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.git("update-ref", "refs/remotes/origin/release", "HEAD~1")
    monkeypatch.setenv("GITHUB_BASE_REF", "release")
    base = Repository.around(shop.project).base(None)
    assert (base.ref, base.commit) == ("origin/release", shop.git("rev-parse", "HEAD~1"))


@pytest.mark.parametrize("named", [None, "origin/main"])
def test_a_tag_called_as_the_base_is_not_the_base(shop: Shop, named: str | None) -> None:
    main = shop.git("rev-parse", "HEAD")
    shop.git("update-ref", "refs/remotes/origin/main", main)
    shop.append(MODEL, "-- mine\n")
    shop.git("tag", "origin/main", shop.commit())
    assert Repository.around(shop.project).base(named).commit == main


def test_a_hook_s_variables_lead_nowhere_else(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = new_shop(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other.repository / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", "index.lock")
    assert _changed(shop) == []


def _no_repository(shop: Shop) -> Path:
    lonely = shop.repository.parent / "lonely"
    lonely.mkdir()
    return lonely


def _no_commit(shop: Shop) -> Path:
    empty = _no_repository(shop)
    Shop(empty, empty).git("init", "--quiet")
    return empty


def _shallow(shop: Shop) -> Path:
    clone = shop.repository.parent / "clone"
    shop.git("clone", "--quiet", "--depth", "1", f"file://{shop.repository}", clone)
    return clone / INSIDE


def _no_base(shop: Shop) -> Path:
    shop.git("branch", "--move", "trunk")
    return shop.project


def _no_ancestor(shop: Shop) -> Path:
    shop.git("checkout", "--quiet", "--orphan", "fresh")
    shop.commit()
    return shop.project


@pytest.mark.parametrize(
    ("made", "complaint"),
    [
        (
            _no_repository,
            "is not in a git repository. The gate compares with a commit. Begin one: git init",
        ),
        (_no_commit, "has no commit to compare with"),
        (_shallow, "this is a shallow clone, which may not hold the base. Fetch the history: git "),
        (_no_base, "no base to compare with: origin/main, origin/master, main, master not found"),
        (_no_ancestor, "HEAD and the base 'main' have no common commit. Name the branch"),
        (lambda shop: shop.project / "nowhere", "nowhere'. Name that of a dbt project"),
    ],
)
def test_without_a_base_it_does_not_run(made, complaint: str, shop: Shop) -> None:
    project = made(shop)
    with pytest.raises(UserError) as raised:
        Repository.around(project).base(None)
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("attributes", ["metrics export-ignore\n", "* export-ignore\n"])
def test_attributes_hide_nothing_of_the_base(shop: Shop, attributes: str, tmp_path: Path) -> None:
    (shop.project / ".gitattributes").write_text(attributes)
    shop.commit()
    repository = Repository.around(shop.project)
    base = repository.base(None)
    assert dict(repository.files_at(base, "metrics")) == dict(register_files(shop.project))
    exported = tmp_path / "exported"
    exported.mkdir()
    repository.export(base, exported)
    for path in (MODEL, "metrics/net_sales.yml", "dbt_project.yml"):
        assert (exported / path).read_text() == (shop.project / path).read_text()


def test_a_seed_is_found_where_it_was(shop: Shop) -> None:
    text = (shop.project / "lists/countries.csv").read_text()
    shop.edit("lists/countries.csv", "DE,EU", "DE,Europe")
    repository = Repository.around(shop.project)
    base = repository.base(None)
    assert repository.text_at(base, "lists/countries.csv") == text
    assert repository.text_at(base, "lists/eu/countries.csv") == text
    assert repository.text_at(base, "lists/currencies.csv") is None
    (shop.project / "old").mkdir()
    (shop.project / "old/countries.csv").write_text("another one")
    shop.commit("two of one name")
    base = repository.base(None)
    assert repository.text_at(base, "old/countries.csv") == "another one"
    with pytest.raises(UserError, match=r"several files of its name: lists/countries\.csv, old"):
        repository.text_at(base, "lists/eu/countries.csv")


def test_a_project_moved_is_held_against_where_it_was(shop: Shop, tmp_path: Path) -> None:
    before = dict(register_files(shop.project))
    shop.git("mv", shop.project, shop.repository / "bookshop")
    moved = Shop(shop.repository, shop.repository / "bookshop")
    (moved.project / "metrics/net_sales.yml").unlink()
    repository = Repository.around(moved.project)
    base = repository.base(None)
    assert repository.prefix_at(base) == "analytics/bookshop/"
    assert dict(repository.files_at(base, "metrics")) == before
    exported = tmp_path / "exported"
    exported.mkdir()
    repository.export(base, exported)
    assert (exported / MODEL).read_text() == (moved.project / MODEL).read_text()


def test_a_second_project_is_no_move_of_the_first(shop: Shop) -> None:
    second = new_shop(shop.repository.parent / "scratch").project
    second.rename(shop.repository / "second")
    repository = Repository.around(shop.repository / "second")
    assert repository.files_at(repository.base(None), "metrics") == {}


def test_two_projects_moved_at_once_are_not_guessed_at(shop: Shop) -> None:
    twin = shop.repository / "twin"
    shop.git("clone", "--quiet", shop.repository, twin)
    (twin / ".git").rename(shop.repository.parent / "unused")
    shop.commit("two projects")
    shop.git("mv", shop.project, shop.repository / "bookshop")
    shop.git("rm", "-r", "--quiet", "twin")
    repository = Repository.around(shop.repository / "bookshop")
    with pytest.raises(UserError, match="Move one project in one change"):
        repository.files_at(repository.base(None), "metrics")


@pytest.mark.parametrize("link", ["metrics", "metrics/net_sales.yml"])
def test_a_register_behind_a_link_is_refused(shop: Shop, link: str) -> None:
    there = shop.project / link
    aside = there.rename(shop.repository / f"aside{there.suffix}")
    there.symlink_to(aside)
    with pytest.raises(UserError, match="symbolic link"):
        register_files(shop.project)


def test_a_name_is_taken_if_the_base_s_history_deleted_it_and_not_if_a_branch_did(
    shop: Shop,
) -> None:
    file = shop.project / "metrics/net_sales.yml"
    text = file.read_text()
    file.rename(file.with_name("sales.yaml"))
    shop.commit("renamed on main")
    shop.git("switch", "--quiet", "--create", "branch")
    tried = shop.project / "metrics/tried.yml"
    tried.write_text(text)
    shop.commit("tried")
    tried.unlink()
    shop.commit("thought better of it")
    repository = Repository.around(shop.project)
    base = repository.base(None)
    assert repository.deleted_before(base, "net_sales")
    assert not repository.deleted_before(base, "tried")
    assert not repository.deleted_before(base, "return_rate")
