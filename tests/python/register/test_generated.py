"""What is made from the register: which versions, which part of a file, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from trustmetrics.errors import UserError
from trustmetrics.register.generated import BEGIN, END, FACTS, PROPERTIES, generated_files
from trustmetrics.register.load import Register, parse_register, parse_yaml

SETTINGS = "generates: true\nfamilies: [quality]\n"
ENTRY = """\
metric: rework_rate
description: Share of cases | reworked.
question: How often?
family: quality
indicator: lagging
statistic: proportion
unit: proportion
direction: down
numerator: reworked cases
denominator: closed cases
included: [errors]
excluded: [others]
confirmed: not used
period_by: the closing
grains: [month]
slices: [queue]
maturity_days: 30
misuse: [Errors that nobody looks for]
source: [Wilson]
extra_columns:
  - {name: covered, data_type: double, description: Share covered.}
versions:
  - {version: 1, change: introduced, effective_from: 2026-01-01}
  - {version: 2, change: breaking, effective_from: 2026-02-01}
"""
MARKED = f"before\n{BEGIN}\nold\n{END}\nafter\n"
PUBLISHED = "models: [{name: kpi_values, columns: [{name: value, data_type: double}]}]\n"
FILES = {
    "README.md": MARKED,
    "docs/README.md": MARKED,
    "docs/metrics_and_tables.md": MARKED,
    "docs/metrics/rework_rate.md": MARKED,
    "models/marts/kpi_values.yml": PUBLISHED,
    "models/marts/quality/rework_rate_v2.sql": "select 1",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def _register(entry: str = ENTRY) -> Register:
    return parse_register({"_settings.yml": SETTINGS, "rework_rate.yml": entry})


def test_only_versions_that_have_a_model_are_computed(project: Path) -> None:
    made = generated_files(project, _register())
    assert "'versions': [2]," in made[FACTS]
    (model,) = parse_yaml(made[PROPERTIES], PROPERTIES)["models"]
    assert (model["latest_version"], model["versions"]) == (2, [{"v": 2}])
    (project / "models/marts/quality/rework_rate_v1.sql").write_text("select 1")
    assert "'versions': [1, 2]," in generated_files(project, _register())[FACTS]


def test_the_columns_are_those_of_the_published_table_and_its_own(project: Path) -> None:
    (model,) = parse_yaml(generated_files(project, _register())[PROPERTIES], "")["models"]
    assert [column["name"] for column in model["columns"]] == ["value", "covered"]


def test_only_the_part_between_the_marks_is_made_anew(project: Path) -> None:
    for path in ("README.md", "docs/README.md", "docs/metrics/rework_rate.md"):
        made = generated_files(project, _register())[path]
        assert made.startswith(f"before\n{BEGIN}\n") and made.endswith(f"\n{END}\nafter\n")
        assert "old" not in made


def test_a_page_says_the_facts_and_a_pipe_does_not_break_its_table(project: Path) -> None:
    made = generated_files(project, _register())
    assert "| mature | 30 days after the period's end |" in made["docs/metrics/rework_rate.md"]
    assert "Share of cases \\| reworked." in made["docs/README.md"]


def test_a_metric_without_a_model_is_in_the_history_alone(project: Path) -> None:
    (project / "models/marts/quality/rework_rate_v2.sql").unlink()
    made = generated_files(project, _register())
    assert "rework_rate" not in made[FACTS] + made[PROPERTIES] + made["README.md"]
    assert "rework_rate" in made["seeds/metric_versions.csv"]


def test_a_register_that_generates_nothing(project: Path) -> None:
    assert generated_files(project, parse_register({"rework_rate.yml": ENTRY})) == {}


@pytest.mark.parametrize(
    ("path", "text", "complaint"),
    [
        ("README.md", f"{END}\n{BEGIN}\n", "README.md does not have the two marks"),
        ("README.md", MARKED + MARKED, "README.md does not have the two marks"),
        ("docs/metrics/rework_rate.md", None, "docs/metrics/rework_rate.md does not exist"),
    ],
)
def test_a_file_that_lacks_its_marks_is_named(
    path: str, text: str | None, complaint: str, project: Path
) -> None:
    (project / path).unlink()
    if text is not None:
        (project / path).write_text(text)
    with pytest.raises(UserError, match=complaint):
        generated_files(project, _register())


def test_a_model_outside_the_folder_of_its_family_is_named(project: Path) -> None:
    with pytest.raises(UserError, match="not lie in the folder of its family, 'harm'"):
        generated_files(project, _register(ENTRY.replace("family: quality", "family: harm")))


def test_a_family_that_the_settings_do_not_list_is_named(project: Path) -> None:
    (project / "models/marts/quality").rename(project / "models/marts/harm")
    with pytest.raises(UserError, match="does not list the family 'harm'"):
        generated_files(project, _register(ENTRY.replace("family: quality", "family: harm")))
