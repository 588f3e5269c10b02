"""What the modules of broken inputs share: a command asked in this process or in one of its own,
and what every answer to a broken input must be."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import duckdb

from tests.python.helpers import Said
from trustmetrics import cli

ROOT = Path(__file__).resolve().parents[2]
# Longer than any command takes on an input this small: then it hangs.
PATIENCE = 120
# A list of faults may be some lines long, never a page.
MOST_LINES = 25
LONGEST_LINE = 1200
# What an engine or Python says by itself.
BARE = (
    "Traceback",
    " Error: ",
    "[Errno",
    "LINE 1",
    "Possible solutions",
    "_duckdb.",
    "duckdb.org",
    "Exception",
    "codec can't",
    "NoneType",
    "INTERNAL",
)
# How a mend begins: each complaint must say what to do.
MENDS = re.compile(
    r"(?i)\b(write|name|correct|restore|build|export|rename|remove|keep|make|create|close|copy|move"
    r"|choose|delete|put|convert|docs/|give|run|see|leave|map|free|add|set|fetch|mend|report|register"
    r"|install|change|begin|unpack|open|read|use|take|allow|fill in|save|state|must)\b"
)


def ask(*arguments: str | Path, **environment: str) -> Said:
    """Run the command in this process, with none of the project's variables but those given."""
    before, argv = dict(os.environ), sys.argv
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    for name in [name for name in os.environ if name.startswith("TRUSTMETRICS_")]:
        del os.environ[name]
    os.environ.update(environment)
    sys.argv = ["trustmetrics", *map(str, arguments)]
    code: object = None
    try:
        with redirect_stdout(out), redirect_stderr(err):
            try:
                cli.main()
            except SystemExit as ended:
                code = ended.code
    finally:
        sys.argv = argv
        os.environ.clear()
        os.environ.update(before)
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8", "replace"))
    return Said(code if isinstance(code, int) else int(code is not None), *texts)


def ask_process(
    *arguments: str | Path,
    cwd: Path = ROOT,
    variables: Mapping[str, str] = {},
    shell: str | None = None,
    patience: float = PATIENCE,
) -> Said:
    """Run the command as a process of its own.

    Args:
        arguments: of the command.
        cwd: where it runs.
        variables: of its environment, beside this process's own without the project's.
        shell: a line of bash instead, in which "$@" is the command with its arguments.
        patience: the seconds after which it hangs.
    """
    kept = {name: text for name, text in os.environ.items() if not name.startswith("TRUSTMETRICS_")}
    kept |= {"PYTHONPATH": str(ROOT / "src")}
    words = [sys.executable, "-m", "trustmetrics", *map(str, arguments)]
    done = subprocess.run(
        ["bash", "-c", shell, "bash", *words] if shell else words,
        cwd=cwd,
        env=kept | dict(variables),
        capture_output=True,
        timeout=patience,
        check=False,
    )
    out, err = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
    return Said(done.returncode, out, err)


def must_tell(
    said: Said, *says: str | Path, codes: Sequence[int] = (2,), in_output: bool = False
) -> None:
    """Hold the answer to a broken input against what every such answer must be.

    Args:
        said: the answer.
        says: what it must name: a file, an option, a column.
        codes: the exit codes that are right.
        in_output: whether standard output tells it, as that of validate does.
    """
    told = said.out + said.err
    assert said.exit_code in codes, said
    for bare in BARE:
        assert bare not in told, (bare, said)
    lines = said.complaints or (told.splitlines() if in_output else [])
    assert 0 < len(lines) <= MOST_LINES, said
    assert all(len(line) <= LONGEST_LINE for line in lines), said
    if not in_output:
        assert all(line.startswith("trustmetrics: ") for line in lines), said
    assert MENDS.search(" ".join(lines)), said
    for one in says:
        assert str(one) in told, (one, said)


def write_parquet(path: Path, select: str) -> None:
    """Write what a SELECT gives as a Parquet file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    target = str(path).replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"copy ({select}) to '{target}' (format parquet)")
