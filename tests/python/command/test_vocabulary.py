"""Vocabularies of one's own: what is refused, what dbt gets; and which codes vocabularies lack."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from tests.python.helpers import ROOT, Run
from trustmetrics import build as build_module
from trustmetrics.dbt_process import DbtOutcome
from trustmetrics.errors import UserError
from trustmetrics.gate.state import register_of
from trustmetrics.vocabulary import FAULTS_SHOWN, assembled_seeds, unmapped_lines

HEADER = "policy_code,harm_type,dsa_category,valid_from,valid_to\n"
REGISTER = register_of(ROOT)


def _assembled(folder: Path, **files: str | bytes) -> Path:
    own = folder / "own"
    own.mkdir()
    for name, text in files.items():
        content = text.encode() if isinstance(text, str) else text
        (own / f"{name}.csv").write_bytes(content)
    return assembled_seeds(ROOT, REGISTER, own, folder / "seeds")


def _faults(folder: Path, **files: str | bytes) -> list[str]:
    with pytest.raises(UserError) as raised:
        _assembled(folder, **files)
    assert not (folder / "seeds").exists()
    return [line.replace(f"{folder}/own/", "") for line in str(raised.value).splitlines()]


TAXONOMY_FAULTS = {
    "A,spam,,2020-01-01\n": "row 2: 4 cells instead of 5",
    "A,,,2020-01-01,\n": "row 2: harm_type is empty",
    ",spam,,2020-01-01,\n": "row 2: policy_code is empty",
    "A,spam,,,\n": "row 2: valid_from is empty",
    "A,spam,,01/02/2020,\n": "row 2: valid_from '01/02/2020' is not of the type date",
    "A ,spam,,2020-01-01,\n": "row 2: policy_code 'A ' has blanks around it, so that it would",
    "A,spam,,2020-01-02,2020-01-01\n": "row 2: valid_to 2020-01-01 lies before valid_from 2020",
    "A,spam,,2020-01-01,\nA,scam,,2021-01-01,\n": "rows 2 and 3: A stands twice for the same day",
    "A,x,,2020-01-01,2020-01-05\nB,x,,2020-01-01,\nA,y,,2020-01-05,\n": "rows 2 and 4: A stands",
}
SOUND = HEADER + (
    'A,spam,,2020-01-01,2020-01-05\n\nA,scam,"a, b",2020-01-06,\nB,spam,x,2020-01-01,\n'
)


@pytest.mark.parametrize("rows", TAXONOMY_FAULTS)
def test_a_fault_of_a_row_is_named_with_file_and_row(rows: str, tmp_path: Path) -> None:
    (line,) = _faults(tmp_path, policy_taxonomy=HEADER + rows)
    assert line.startswith(f"'policy_taxonomy.csv', {TAXONOMY_FAULTS[rows]}")


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        (
            "action_sla",
            "severity\nlow\n",
            "the first line lacks 'sla_hours'. It must be: severity,",
        ),
        (
            "action_sla",
            "severity,sla_hours,x\n",
            "the first line has besides 'x'. It must be: seve",
        ),
        (
            "action_sla",
            "severity;sla_hours\n",
            "lacks 'severity', 'sla_hours' and has besides 'sev",
        ),
        (
            "action_sla",
            "severity,sla_hours,severity\n",
            "the first line repeats 'severity'. It must",
        ),
        ("action_sla", "", "the first line lacks 'severity', 'sla_hours'. It must be"),
        ("action_sla", b"\xff\xfes\x00", "is not CSV in UTF-8: "),
        (
            "action_sla",
            "severity,sla_hours\nlow,1.5\n",
            "sla_hours '1.5' is not of the type integer",
        ),
        ("action_sla", "severity,sla_hours\nlow,1\nlow,2\n", "rows 2 and 3: low stands twice"),
        (
            "case_complexity",
            "queue,severity,weight\na,low,nan\n",
            "weight 'nan' is not of the type",
        ),
        (
            "case_complexity",
            "queue,severity,weight\na,b,1\na,b,2\n",
            "rows 2 and 3: a/b stands twi",
        ),
        ("taxonomy", "x\n", "is not a vocabulary. Name it one of action_sla.csv, case_compl"),
        ("kpi_targets", "x\n", "is not a vocabulary. Name it one of"),
    ],
)
def test_a_fault_of_a_file_is_named(
    name: str, text: str | bytes, complaint: str, tmp_path: Path
) -> None:
    (line,) = _faults(tmp_path, **{name: text})
    assert line.startswith(f"'{name}.csv'")
    assert complaint in line


def test_all_faults_of_all_files_are_named_at_once(tmp_path: Path) -> None:
    rows = "".join(f"A{n},,,2020-01-01,\n" for n in range(FAULTS_SHOWN + 5))
    lines = _faults(tmp_path, policy_taxonomy=HEADER + rows, action_sla="x\n", other="")
    assert [line.split("'")[1] for line in lines] == [
        "action_sla.csv",
        "other.csv",
        *["policy_taxonomy.csv"] * (FAULTS_SHOWN + 1),
    ]
    assert lines[-1] == "'policy_taxonomy.csv': 5 more faults"


def test_a_folder_that_holds_none(tmp_path: Path) -> None:
    (line,) = _faults(tmp_path)
    assert line.endswith(
        "has no vocabulary. Put any of action_sla.csv, case_complexity.csv, dsa_keywords.csv, "
        "policy_taxonomy.csv into it"
    )
    with pytest.raises(UserError, match="does not exist"):
        assembled_seeds(ROOT, REGISTER, tmp_path / "none", tmp_path / "seeds")


def test_the_other_seeds_stay_as_they_are(tmp_path: Path) -> None:
    seeds = _assembled(tmp_path, policy_taxonomy="\ufeff" + SOUND)
    assert (seeds / "policy_taxonomy.csv").read_text(encoding="utf-8-sig") == SOUND
    for path in (ROOT / "seeds").iterdir():
        if path.name != "policy_taxonomy.csv":
            assert (seeds / path.name).read_bytes() == path.read_bytes()


def test_the_project_s_own_vocabularies_are_sound(tmp_path: Path) -> None:
    own = {name: (ROOT / "seeds" / f"{name}.csv").read_bytes() for name in REGISTER.vocabularies}
    assert sorted(own) == ["action_sla", "case_complexity", "dsa_keywords", "policy_taxonomy"]
    _assembled(tmp_path, **own)


@pytest.mark.parametrize("option", [True, False])
def test_dbt_is_led_to_them(
    option: bool, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str | None] = []

    def run_dbt(_: Sequence[str], __: Path, changes: dict[str, str], ___: object) -> DbtOutcome:
        seeds = changes.get("TRUSTMETRICS_SEEDS")
        taken.append(seeds and (Path(seeds) / "policy_taxonomy.csv").read_text())
        return DbtOutcome(2, ["stopped\nhere"])

    monkeypatch.setattr(build_module, "run_dbt", run_dbt)
    (tmp_path / "own").mkdir()
    (tmp_path / "raw").mkdir()
    (tmp_path / "own/policy_taxonomy.csv").write_text(SOUND)
    arguments = ["--raw", tmp_path / "raw", "--database", tmp_path / "x.duckdb"]
    said = run("build", *arguments, *(["--vocabulary", tmp_path / "own"] if option else []))
    assert (said.exit_code, taken) == (2, [SOUND if option else None])


def test_a_fault_ends_with_exit_2_before_the_work(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(build_module, "run_dbt")
    (tmp_path / "own").mkdir()
    said = run(
        "build",
        "--raw",
        tmp_path,
        "--database",
        tmp_path / "x.duckdb",
        "--vocabulary",
        tmp_path / "own",
    )
    assert said.exit_code == 2
    assert "has no vocabulary" in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["own"]


def _lacking(*rows: tuple[str, str, str, int]) -> list[str]:
    with duckdb.connect() as connection:
        connection.execute("create schema restricted")
        connection.execute(
            "create table restricted.unmapped_codes "
            "(vocabulary varchar, table_name varchar, code varchar, row_count bigint)"
        )
        for row in rows:
            connection.execute("insert into restricted.unmapped_codes values (?, ?, ?, ?)", row)
        return unmapped_lines(connection)


def test_what_a_vocabulary_lacks_is_one_line() -> None:
    assert _lacking(
        ("policy_taxonomy", "reports", "X-1", 300),
        ("policy_taxonomy", "cases", "X-1", 900),
        ("policy_taxonomy", "cases", "X-2", 4),
        ("action_sla", "cases", "low", 1),
    ) == [
        "2 policy codes that policy_taxonomy lacks, in 1,204 rows: X-1 (900 in cases), X-1 (300 in "
        "reports), X-2 (4 in cases); metrics count them as harm type unmapped. Add them: "
        "docs/guides/vocabularies.md",
        "1 severity that action_sla lacks, in 1 row: low (1 in cases); metrics of the SLA leave "
        "these cases out. Add them: docs/guides/vocabularies.md",
    ]


def test_few_codes_are_shown_the_commonest_first() -> None:
    (line,) = _lacking(*(("policy_taxonomy", "cases", f"X-{n}", n) for n in range(1, 9)))
    assert "8 policy codes that policy_taxonomy lacks, in 36 rows: X-8 (8 in cases), X-7" in line
    assert "X-4 (4 in cases), ...; metrics" in line
    assert "X-3" not in line


def test_nothing_is_said_where_nothing_is_lacking_or_known() -> None:
    assert _lacking() == []
    with duckdb.connect() as connection:
        assert unmapped_lines(connection) == []
