"""The corpus of edits still fits the project: each applies and names metrics that exist."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb
import pytest

from tests.python.corpus.apply import (
    ROOT,
    VERSIONS,
    CorpusError,
    Edit,
    Replacement,
    apply,
    copy_project,
    judged_metrics,
    load,
    metric_of,
    restore,
)
from tests.python.corpus.compiled import seed_query

EDITS = load()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_project(tmp_path_factory.mktemp("corpus") / "project")


@pytest.mark.parametrize("edit", EDITS, ids=[edit.id for edit in EDITS])
def test_edit_applies_and_changes_the_project(edit: Edit, project: Path) -> None:
    try:
        touched = apply(edit, project)
        assert touched
        assert [name for name in touched if _text(project / name) == _text(ROOT / name)] == []
    finally:
        restore(edit, project)


def test_restore_leaves_the_project_as_it_was(project: Path) -> None:
    edit = Edit(
        "all of it",
        "x",
        "x",
        False,
        move=(("macros/kpi/ratio.sql", "macros/new/ratio.sql"),),
        replacements=(Replacement("models/staging/as_of.sql", "as_of_instant", "now"),),
        create={"models/new.sql": "select 1"},
        delete=("seeds/action_sla.csv",),
    )
    before = {path: _text(path) for path in project.rglob("*") if path.is_file()}
    touched = apply(edit, project)
    assert touched == {
        "macros/kpi/ratio.sql",
        "macros/new/ratio.sql",
        "models/staging/as_of.sql",
        "models/new.sql",
        "seeds/action_sla.csv",
    }
    restore(edit, project)
    assert {path: _text(path) for path in project.rglob("*") if path.is_file()} == before


def _text(path: Path) -> str | None:
    return path.read_text() if path.is_file() else None


def test_ids_are_unique() -> None:
    assert [name for name, count in Counter(edit.id for edit in EDITS).items() if count > 1] == []


def test_moves_and_tolerated_name_real_metrics() -> None:
    unknown = {edit.id: (edit.moves | edit.tolerated) - set(VERSIONS) for edit in EDITS}
    assert {name: metrics for name, metrics in unknown.items() if metrics} == {}


def test_nothing_is_both_moved_and_tolerated() -> None:
    assert [edit.id for edit in EDITS if edit.moves & edit.tolerated] == []


def test_an_edit_of_meaning_moves_something() -> None:
    idle = [e.id for e in EDITS if not e.is_cosmetic and not e.moves and not e.as_of]
    assert idle == []


def test_there_are_enough_edits() -> None:
    assert sum(not edit.is_cosmetic for edit in EDITS) >= 60
    assert sum(edit.is_cosmetic for edit in EDITS) >= 40


def test_every_judged_metric_is_moved_by_an_edit_of_its_own() -> None:
    """An edit that moves every metric says nothing about any of them."""
    few = [edit for edit in EDITS if len(set(map(metric_of, edit.moves))) <= 4]
    alone = {version for edit in few for version in edit.moves}
    judged = judged_metrics(EDITS)
    assert len(set(map(metric_of, judged))) >= 37
    assert judged - alone == set()


def test_a_text_that_does_not_occur_once_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.sql").write_text("select 1, 1")
    for old in ("1", "2"):
        edit = Edit("twice", "x", "x", False, replacements=(Replacement("model.sql", old, "3"),))
        with pytest.raises(CorpusError, match="not once"):
            apply(edit, tmp_path)


@pytest.mark.parametrize(("text", "rows"), [("", []), ("x,1\n,2\n", [("x", 1), (None, 2)])])
def test_a_seed_is_the_query_of_its_rows_and_may_have_none(
    tmp_path: Path, text: str, rows: list[tuple[str | None, int]]
) -> None:
    (tmp_path / "seed.csv").write_text("name,size\n" + text)
    node = {"config": {"column_types": {"name": "varchar", "size": "integer"}}}
    query = seed_query(tmp_path / "seed.csv", node)
    with duckdb.connect() as connection:
        assert connection.execute(query).fetchall() == rows
