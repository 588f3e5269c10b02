"""Other code or another sqlglot makes fingerprints incomparable; another word about it does not."""

import shutil
from importlib import metadata, resources
from pathlib import Path

import pytest

from trustmetrics.fingerprint.identity import _syntax, identity
from trustmetrics.gate.state import canonicaliser

COMMENT = "# Long conditions are deep trees."
DOCSTRING = '"""Return the canonical form of a model as lines of SQL, for people."""'
CODE = "RECURSION_LIMIT = 20_000"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the code."""
    copy = tmp_path / "fingerprint"
    shutil.copytree(str(resources.files("trustmetrics.fingerprint")), copy)
    return copy


def _edit(package: Path, old: str, new: str) -> None:
    path = package / "project.py"
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def test_the_gate_goes_by_it(package: Path) -> None:
    assert canonicaliser() == identity() == identity(package)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (COMMENT, "# Another word."),
        (COMMENT, ""),
        (DOCSTRING, '"""Another word."""'),
        (CODE, f"{CODE}  # another word\n\n"),
    ],
)
def test_a_comment_or_a_docstring_changes_nothing(package: Path, old: str, new: str) -> None:
    _edit(package, old, new)
    assert identity(package) == identity()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (CODE, "RECURSION_LIMIT = 20_001"),
        (CODE, f'{CODE}\n"not a docstring"'),
        (CODE, f"if True:\n    {CODE}"),
    ],
)
def test_a_line_of_code_makes_another_one(package: Path, old: str, new: str) -> None:
    _edit(package, old, new)
    assert identity(package) != identity()


def test_a_file_more_makes_another_one(package: Path) -> None:
    (package / "rule.py").write_text("")
    assert identity(package) != identity()


def test_another_sqlglot_makes_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    before = identity()
    monkeypatch.setattr(metadata, "version", lambda name: f"another {name}")
    assert identity() == f"{before.split(' ')[0]} (sqlglot another sqlglot)"


def test_the_python_version_is_no_part_of_it() -> None:
    """Python 3.12 gave functions a field type_params; 3.13 no longer writes what is empty."""
    assert _syntax("def double(x=None):\n    return [x, 2]") == (
        "Module(body=[FunctionDef(name='double', args=arguments(args=[arg(arg='x')], "
        "defaults=[Constant()]), body=[Return(value=List(elts=[Name(id='x', ctx=Load()), "
        "Constant(value=2)], ctx=Load()))])])"
    )
