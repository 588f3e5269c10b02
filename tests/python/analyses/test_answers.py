"""investigate threshold, offenders, disagreement and case: what they say, on data made by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.python import check_build
from tests.python.analyses.made import Made
from tests.python.helpers import Run
from trustmetrics.investigate.database import opened

AS_OF = datetime(2026, 4, 1)
Ask = Callable[..., str]


@pytest.fixture
def ask(tmp_path: Path, run: Run) -> Ask:
    """What is said of a database filled so: each sentence in a line, then all as it was printed."""

    def call(fill: Callable[[Made], None], *arguments: str) -> str:
        path = tmp_path / "made.duckdb"
        path.unlink(missing_ok=True)
        with Made(path, AS_OF) as made:
            fill(made)
        said = run("investigate", *arguments, "--database", path)
        assert said.exit_code == 0, said
        assert max(map(len, said.out.splitlines())) <= 100
        return re.sub(r"\n(?!- |\n)(?:  )?", " ", said.out.partition("\n\n")[0]) + said.out

    return call


# threshold


def flags(made: Made, score: float, count: int, right: int, detector: str = "det") -> None:
    """Flags of one score, all decided, the first of them right."""
    name = f"{detector}{score}"
    made.run(
        f"""
        insert into staging.stg_detections
        select '{name}_' || i, '2026-03-01', '{detector}', 'v1', 'feed', {score}
        from range({count}) as c (i)
        """
    )
    made.run(
        f"""
        insert into intermediate.int_reviewed_detections
        select '{name}_' || i, 1, i < {right} from range({count}) as c (i)
        """
    )


def test_a_threshold_that_helps_is_advised(ask: Ask) -> None:
    """40 weak flags, a tenth of them right; 100 strong ones, nine in ten right."""

    def fill(made: Made, detector: str = "det") -> None:
        flags(made, 0.62, 40, 4, detector)
        flags(made, 0.91, 100, 90, detector)

    said = ask(fill, "threshold", "--detector", "det")
    # Wilson: 94 / 140, 90 / 100 and 4 / 40.
    assert "det: raise the threshold to 0.9. Today 67 % (59 to 74 %) of its 140 flags" in said
    assert "there 90 % (83 to 94 %) would be" in said
    assert "no longer raise 40 flags, of which 10 % are right (4 to 23 %)" in said
    assert "keep 96 % of what it finds" in said
    assert "How sure: 140 of 140 flags are decided" in said
    kept = ask(fill, "threshold", "--detector", "det", "--keep", "0.97")
    assert "det: leave the threshold, or accept a loss." in kept
    assert "would make it 90 % (83 to 94 %), but keep only 96 %" in kept
    every = ask(lambda made: fill(made, "det_profile_match"), "threshold")
    assert "Of 1 detector with flags from 2026-01-01 to 2026-04-01, raise the threshold" in every
    assert "of det_profile_match to 0.9." in every
    assert re.search(r"to 0\.9: 90 % \(83 to 94 %\), keeps 96 %$", every, re.MULTILINE), every


def test_a_threshold_that_does_not_help_is_not(ask: Ask) -> None:
    def fill(made: Made) -> None:
        flags(made, 0.62, 40, 30)
        flags(made, 0.91, 100, 80)

    said = ask(fill, "threshold", "--detector", "det")
    assert "det: no higher threshold helps. Today 79 %" in said
    assert "none has a higher threshold that clearly helps" in ask(fill, "threshold")


def test_of_few_decided_flags_nothing_is_said(ask: Ask) -> None:
    def fill(made: Made) -> None:
        flags(made, 0.62, 4, 0)
        flags(made, 0.91, 5, 5)

    said = ask(fill, "threshold", "--detector", "det")
    assert "too few of its flags from 2026-01-01 to 2026-04-01 are decided" in said
    assert "9 of 9 flags" in said


def test_flags_before_the_last_days_are_left_out(ask: Ask) -> None:
    def fill(made: Made) -> None:
        flags(made, 0.62, 40, 4)
        made.run("update staging.stg_detections set detected_at = '2025-12-01'")
        flags(made, 0.91, 100, 90)

    assert "of its 100 flags" in ask(fill, "threshold", "--detector", "det")
    early = ask(fill, "threshold", "--detector", "det", "--since", "2025-11-01")
    assert "of its 140 flags" in early


# offenders


def violations(made: Made, account: str, days: list[date]) -> None:
    for number, day in enumerate(days):
        made.run(
            f"""
            insert into intermediate.int_cases values
                ('{account}{number}', '{account}', 'standard', 'scam', '{day}', '{day}', true, true)
            """
        )


def ring(made: Made) -> None:
    """Three accounts with a device; a lone offender; one with a single violation."""
    for account in ("a1", "a2", "a3"):
        violations(made, account, [date(2026, 3, 1), date(2026, 3, 5), date(2026, 3, 9)])
        made.run(f"insert into staging.stg_account_identifiers values ('{account}', 'device', 'h')")
    violations(made, "b", [date(2025, 1, 1), date(2025, 4, 11)])
    violations(made, "c", [date(2026, 3, 1)])
    made.run(
        "insert into staging.stg_enforcement_actions values "
        "('a1', 'warning', '2026-03-02'), ('b', 'account_terminated', '2025-12-01')"
    )
    made.run(
        "insert into intermediate.int_cases values "
        "('open', 'c', 'standard', 'scam', '2026-03-20', '2026-03-20', false, false)"
    )


def test_offenders_and_their_rings(ask: Ask) -> None:
    said = ask(ring, "offenders")
    assert said.startswith("4 accounts with 2 or more confirmed violations in all the data: 11")
    assert "11 together, 3 by the worst." in said
    assert "2 of the 11 violations (18 %) came after an action on the account" in said
    assert "3 of the accounts were never terminated" in said
    assert "Rings: 3 of them share a device, payment, phone or email with another account, " in said
    assert "in 1 group; median days between violations: theirs 4 days, the others' 100 days" in said
    # In the last 28 days, from 2026-03-04 on: two violations each of the ring, and the open case.
    assert "Of the 7 cases of the last 28 days, 1 are undecided" in said
    assert re.search(r"^a1 +3 +3 +9 +2 +2026-03-09$", said, re.MULTILINE), said
    assert "Restricted: " in said


def test_offenders_of_some_days(ask: Ask) -> None:
    said = ask(ring, "offenders", "--days", "60", "--identifier", "phone")
    assert said.startswith("3 accounts with 2 or more confirmed violations in the last 60 days: 9")
    assert "none of them shares a phone with another account" in said
    none = ask(ring, "offenders", "--min-violations", "4")
    assert none.startswith("No account has 4 or more confirmed violations in all the data.")


# disagreement


def reviews(made: Made, moderator: str, count: int, incorrect: int) -> None:
    made.run(
        f"""
        insert into staging.stg_decisions
        select '{moderator}' || i, 'none', '2026-03-01', 'human', '{moderator}'
        from range({count}) as c (i)
        """
    )
    made.run(
        f"""
        insert into staging.stg_qa_reviews
        select '{moderator}' || i, case when i < {incorrect} then 'incorrect' else 'correct' end, 1
        from range({count}) as c (i)
        """
    )


def test_a_moderator_who_differs_is_named(ask: Ask) -> None:
    def fill(made: Made) -> None:
        reviews(made, "m_usual", 200, 10)
        reviews(made, "m_other", 50, 20)

    said = ask(fill, "disagreement")
    # Wilson of 30 / 250 and of 20 / 50.
    assert "; of 2 moderators 2 do: m_other (qa, above) and m_usual (qa, below)." in said
    assert "automated" not in said
    assert "Quality review: 12 % (9 to 17 %) of the reviewed decisions were found" in said
    assert "clearly above: decider m_other 40 % (28 to 54 %)." in said
    assert "Restricted: " in said


def test_moderators_who_do_not_differ_are_not(ask: Ask) -> None:
    def fill(made: Made) -> None:
        reviews(made, "m_usual", 60, 6)
        reviews(made, "m_other", 20, 4)

    said = ask(fill, "disagreement")
    assert said.startswith("0 of ")
    assert "as a whole; of 2 moderators none does." in said
    assert "nothing is clearly above that" in said


def test_a_decider_who_is_not_known_is_no_moderator(ask: Ask) -> None:
    """Neither is a machine, which can set a moderator apart from the whole."""

    def fill(made: Made) -> None:
        for name, incorrect in (("m_1", 5), ("m_2", 5), ("machine", 80), ("nobody", 5)):
            reviews(made, name, 100, incorrect)
        made.run(
            """
            update staging.stg_decisions
            set
                moderator_id = null,
                decided_by = case moderator_id when 'machine' then 'automated' else 'human' end
            where moderator_id in ('machine', 'nobody')
            """
        )

    said = ask(fill, "disagreement")
    # 5 of 100, by Wilson 2 to 11 %, against 95 of 400.
    assert "; of 2 moderators 2 do: m_1 (qa, below) and m_2 (qa, below)." in said
    assert "automated decisions are part of the whole, so a moderator who differs" in said


def test_of_many_who_differ_a_few_are_named(ask: Ask) -> None:
    def fill(made: Made) -> None:
        for number in range(6):
            reviews(made, f"m_{number}", 200, 10)
        reviews(made, "m_other", 200, 100)

    said = ask(fill, "disagreement")
    assert "of 7 moderators 7 do: m_other (qa, above), " in said
    assert re.search(r"\(qa, below\) and 3 more\.", said), said


# case, which reads the raw files: on the build of sample data


def test_the_course_of_a_case(run: Run) -> None:
    check_build.ensure()
    with opened(check_build.DATABASE) as source:
        [case] = source.rows(
            """
            select cases.*, count(*) as versions
            from intermediate.int_cases as cases
            inner join raw.decisions as decisions using (case_id)
            where first_actioned_at is not null and closed_at is not null
            group by all having versions > 1 order by versions desc, case_id limit 1
            """
        )
        lines = source.analyse("case_file", case_id=case["case_id"])
    said = run("investigate", "case", case["case_id"], "--database", check_build.DATABASE)
    assert said.exit_code == 0, said
    text = said.out.replace("\n  ", " ").replace("\n", " ")
    assert text.startswith(f"Case {case['case_id']} ({case['harm_type'].replace('_', ' ')} on ")
    assert f"first signal {case['first_signal_at']:%Y-%m-%d %H:%M}; opened " in text
    rows = [line for line in lines if line["row_status"] != "derived"]
    moments = [line["moment"].replace("_", " ") for line in rows]
    assert all(moment in said.out for moment in moments)
    assert "Restricted: " in said.out
    out = {(line["table_name"], line["row_id"], line["ingested_at"]) for line in rows}
    assert f" {len(out)} raw rows count" in text


def test_an_unknown_case(run: Run) -> None:
    check_build.ensure()
    said = run("investigate", "case", "' or true --", "--database", check_build.DATABASE)
    assert said.exit_code == 2
    assert said.complaint.startswith("no row names a case '' or true --'.")
