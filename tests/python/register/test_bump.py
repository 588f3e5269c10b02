"""metric bump: the entry it writes, and the version it gives a model laid out like ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trustmetrics.register.bump import Bumped, add_entry, new_entry, take_back, version_model
from trustmetrics.register.load import Registered, parse_register, parse_yaml

REGISTERED = """\
metric: rework_rate
owner: quality  # the team, not a person
model: rework_rate
versions:
  - version: 1
    change: introduced
    reason: >-
      Work done twice.
    decided_on: 2026-01-31
"""
SQL = """\
select
    {{ kpi(metric='rework_rate', version=1, maturity_days=30) }},
    cast(1 as integer) as metric_version,
    1 as other
"""
YAML = """\
version: 2

models:
  - name: rework_rate
    latest_version: 1
    columns:
      - {name: value, data_type: double}
    versions:
      - v: 1
  - name: qa_rate
    latest_version: 1
    versions:
      - {v: 1}

unit_tests:
  - name: twice_is_rework
    model: rework_rate
    versions:
      include: [1]
    given: []
  - name: thrice_is_too
    model: rework_rate
    versions: {include: [1]}
    given: []
  - name: once_is_not
    model: qa_rate
    versions:
      include: [1]
    given: []
"""
UNION = """\
{{ kpi_union([
    ref('qa_rate', v=1),
    ref('rework_rate', v=1),
    ref('rework_rate_7d', v=1),
]) }}
"""
LISTED = """\
{%- set versions = [
    ('qa_rate', 1),
    ('rework_rate', 1)
] %}
"""
A_TEST = "select * from {{ ref('rework_rate', v=1) }} join {{ ref( 'qa_rate', version=1) }}\n"
MODEL = "models/marts/quality/rework_rate_v1.sql"
FILES = {
    "metrics/rework_rate.yml": REGISTERED,
    MODEL: SQL,
    "models/marts/quality/quality.yml": YAML,
    "models/marts/kpi_values.sql": UNION,
    "tests/data/rework.sql": A_TEST,
    "tests/data/listed.sql": LISTED,
    "target/compiled/rework.sql": A_TEST,
    ".venv/rework.sql": A_TEST,
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "models/latin.sql").write_bytes("-- Prüfung\n".encode("latin-1"))
    return tmp_path


def _metric(project: Path) -> Registered:
    text = (project / "metrics/rework_rate.yml").read_text()
    return parse_register({"rework_rate.yml": text}).entries["rework_rate"]


def _versioned(
    project: Path, keep_old: bool, base: Callable[[str], str | None] = FILES.get
) -> Bumped:
    done = Bumped("rework_rate", 2)
    version_model(project, _metric(project), 1, 2, keep_old, base, done)
    return done


def _texts(project: Path) -> dict[str, str]:
    return {path: (project / path).read_text() for path in FILES if (project / path).exists()}


def test_an_entry_is_added_and_the_rest_of_the_file_stays(project: Path) -> None:
    told = {"reason": "Reopened counted: twice", "decided_by": "council"}
    told |= {"decided_on": "2026-03-01", "effective_from": "2026-04-01"}
    done = add_entry(project, _metric(project), new_entry(_metric(project), "corrective", told))
    assert (done.version, done.missing, done.written) == (2, [], ["metrics/rework_rate.yml"])
    text = (project / "metrics/rework_rate.yml").read_text()
    assert text.startswith(REGISTERED)
    assert text.removeprefix(REGISTERED).splitlines() == [
        "  - version: 2",
        "    change: corrective",
        "    reason: 'Reopened counted: twice'",
        "    decided_by: council",
        "    decided_on: 2026-03-01",
        "    effective_from: 2026-04-01",
        "    restates_history: true",
    ]


def test_a_long_reason_is_folded_without_trailing_spaces(project: Path) -> None:
    reason = "Reopened cases were counted twice, " * 6 + "and are counted once."
    add_entry(
        project, _metric(project), new_entry(_metric(project), "refactor", {"reason": reason})
    )
    lines = (project / "metrics/rework_rate.yml").read_text().splitlines()
    assert "    reason: >-" in lines
    assert max(map(len, lines)) <= 110 and not any(line.endswith(" ") for line in lines)
    assert _metric(project).entries[-1].text("reason") == reason


@pytest.mark.parametrize(
    ("change", "version", "missing"),
    [
        ("corrective", 2, ["reason", "decided_by"]),
        ("breaking", 2, ["reason", "decided_by", "restates_history"]),
        ("refactor", 1, ["reason", "decided_by"]),
        ("deprecated", 1, ["reason", "decided_by", "effective_from"]),
    ],
)
def test_what_is_not_told_is_left_to_fill_in(
    change: str, version: int, missing: list[str], project: Path
) -> None:
    done = add_entry(project, _metric(project), new_entry(_metric(project), change, {}))
    assert (done.version, done.missing) == (version, missing)
    added = _metric(project).entries[-1]
    assert (added.change, added.version) == (change, version)
    assert [name for name in missing if added.text(name)] == []


@pytest.mark.parametrize(
    "history",
    ["- version: 1\n  change: introduced\n", "    -   version: 1\n        change: introduced\n"],
)
def test_it_is_indented_as_the_file_is(history: str, project: Path) -> None:
    text = f"metric: rework_rate\nmodel: rework_rate\nversions:\n{history}"
    (project / "metrics/rework_rate.yml").write_text(text)
    add_entry(project, _metric(project), new_entry(_metric(project), "refactor", {}))
    assert [one.change for one in _metric(project).entries] == ["introduced", "refactor"]


@pytest.mark.parametrize(
    "text",
    [
        REGISTERED + "tier: steering  # has a target\n",
        "metric: rework_rate\nversions: [{version: 1, change: introduced}]\ntier: steering\n",
    ],
)
def test_what_comes_after_the_history_stays(text: str, project: Path) -> None:
    (project / "metrics/rework_rate.yml").write_text(text)
    add_entry(project, _metric(project), new_entry(_metric(project), "refactor", {}))
    assert [one.change for one in _metric(project).entries] == ["introduced", "refactor"]
    assert (project / "metrics/rework_rate.yml").read_text().endswith(text.splitlines()[-1] + "\n")


def _yaml(project: Path) -> Any:
    return parse_yaml((project / "models/marts/quality/quality.yml").read_text(), "quality.yml")


def test_a_correction_takes_the_old_one_s_place(project: Path) -> None:
    done = _versioned(project, keep_old=False)
    new = "models/marts/quality/rework_rate_v2.sql"
    assert not (project / MODEL).exists()
    assert (project / new).read_text() == SQL.replace("version=1", "version=2").replace(
        "cast(1 as integer) as metric_version", "cast(2 as integer) as metric_version"
    )
    ours, other = _yaml(project)["models"]
    assert (ours["latest_version"], ours["versions"]) == (2, [{"v": 2}])
    assert (other["latest_version"], other["versions"]) == (1, [{"v": 1}])
    included = [test["versions"]["include"] for test in _yaml(project)["unit_tests"]]
    assert included == [[2], [2], [1]]
    texts = _texts(project)
    assert texts["models/marts/kpi_values.sql"] == UNION.replace(
        "ref('rework_rate', v=1)", "ref('rework_rate', v=2)"
    )
    assert texts["tests/data/rework.sql"] == A_TEST.replace(
        "ref('rework_rate', v=1)", "ref('rework_rate', v=2)"
    )
    assert texts["tests/data/listed.sql"] == LISTED.replace(
        "('rework_rate', 1)", "('rework_rate', 2)"
    )
    for path in ("target/compiled/rework.sql", ".venv/rework.sql", "metrics/rework_rate.yml"):
        assert texts[path] == FILES[path]
    written = {MODEL, new, "tests/data/rework.sql"}
    assert written < set(done.written)
    assert done.advice == []


def test_a_break_stands_beside_the_old_one_which_is_that_of_the_base(project: Path) -> None:
    changed = SQL.replace("1 as other", "2 as other")
    (project / MODEL).write_text(changed)
    done = _versioned(project, keep_old=True)
    assert (project / MODEL).read_text() == SQL
    new = (project / "models/marts/quality/rework_rate_v2.sql").read_text()
    assert "version=2" in new and "2 as other" in new
    ours, other = _yaml(project)["models"]
    assert (ours["latest_version"], ours["versions"]) == (2, [{"v": 1}, {"v": 2}])
    assert (other["latest_version"], other["versions"]) == (1, [{"v": 1}])
    included = [test["versions"]["include"] for test in _yaml(project)["unit_tests"]]
    assert included == [[1], [1], [1]]
    texts = _texts(project)
    assert (
        "    ref('rework_rate', v=1),\n    ref('rework_rate', v=2),\n"
        in (texts["models/marts/kpi_values.sql"])
    )
    assert "    ('rework_rate', 1),\n    ('rework_rate', 2)\n]" in texts["tests/data/listed.sql"]
    assert texts["tests/data/rework.sql"] == A_TEST
    assert done.advice == []


def test_a_version_in_braces_becomes_two(project: Path) -> None:
    file = project / "models/marts/quality/quality.yml"
    file.write_text(
        YAML.replace("qa_rate", "x").replace("- v: 1\n  - name: x", "- {v: 1}\n  - name: x")
    )
    _versioned(project, keep_old=True)
    assert _yaml(project)["models"][0]["versions"] == [{"v": 1}, {"v": 2}]


def test_what_is_made_from_the_register_is_left_to_sync(project: Path) -> None:
    made = project / "models/marts/metrics.yml"
    made.write_text("models:\n  - name: rework_rate\n    versions:\n      - {v: 1}\n")
    before = made.read_text()
    _versioned(project, keep_old=True)
    assert made.read_text() == before


def test_a_break_that_lies_upstream_says_what_is_left_to_do(project: Path) -> None:
    (advice,) = _versioned(project, keep_old=True).advice
    assert "rework_rate_v1.sql itself has not changed" in advice
    assert "let rework_rate_v1.sql read the old one until it goes" in advice


def test_a_model_without_dbt_versions_is_left_alone(project: Path) -> None:
    (project / MODEL).rename(project / "models/marts/quality/rework_rate.sql")
    before = _texts(project)
    done = _versioned(project, keep_old=False)
    assert (done.written, _texts(project)) == ([], before)


def test_it_is_done_once(project: Path) -> None:
    _versioned(project, keep_old=True)
    before = _texts(project)
    assert _versioned(project, keep_old=True).written == []
    assert _texts(project) == before


def test_versions_that_move_along_are_on_one_line(project: Path) -> None:
    told = {"moves_along": (2, 1)}
    add_entry(project, _metric(project), new_entry(_metric(project), "breaking", {}))
    add_entry(project, _metric(project), new_entry(_metric(project), "breaking", {}))
    add_entry(project, _metric(project), new_entry(_metric(project), "refactor", told))
    assert "    moves_along: [1, 2]\n" in (project / "metrics/rework_rate.yml").read_text()
    assert _metric(project).entries[-1].covers == (3, 1, 2)


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([2, 1], []),
        ([2], [(1, ())]),
        ([1], [(2, ())]),
        ([3], [(2, (1,))]),
    ],
)
def test_a_refactor_is_taken_back_for_versions_whose_numbers_change(
    taken: list[int], left: list[tuple], project: Path
) -> None:
    told = {"reason": "The same in other words", "moves_along": (1,)}
    add_entry(project, _metric(project), new_entry(_metric(project), "breaking", {}))
    add_entry(project, _metric(project), new_entry(_metric(project), "refactor", told))
    take_back(project, _metric(project), 2, taken)
    kept = _metric(project).entries[2:]
    assert [(one.version, one.moves_along) for one in kept] == left
    assert [one.text("reason") for one in kept] == ["The same in other words"] * len(left)


def test_what_the_base_has_is_never_taken_back(project: Path) -> None:
    add_entry(project, _metric(project), new_entry(_metric(project), "refactor", {}))
    take_back(project, _metric(project), 2, [1])
    assert [one.change for one in _metric(project).entries] == ["introduced", "refactor"]
