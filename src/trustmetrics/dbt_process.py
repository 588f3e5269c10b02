"""Runs dbt as a process of its own and follows its log.

A process of its own, because dbt keeps the DuckDB file open until it ends, and a file may be moved
into place only once it is closed.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# What colours a terminal.
CODES = re.compile(r"\x1b\[[\d;]*m")
NODE_STARTED = "LogStartLine"
MACRO_MESSAGE = "JinjaLogInfo"
NOTHING_SELECTED = "NoNodesForSelectionCriteria"


@dataclass
class DbtOutcome:
    """What a run of dbt came to: its exit code (0 fine, 1 a node failed, 2 could not run), its
    error messages, what the project's own macros had to say, the selectors that match nothing, and
    the names of the nodes that were started."""

    exit_code: int
    errors: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    started: list[str] = field(default_factory=list)


def run_dbt(
    arguments: Sequence[str],
    project: Path,
    environment: Mapping[str, str],
    on_node: Callable[[int, int, str], None],
) -> DbtOutcome:
    """Run dbt and wait for it.

    Args:
        arguments: subcommand and options.
        project: the dbt project's folder; its own profiles.yml is used where it has one.
        environment: variables to set in addition to this process's own.
        on_node: called as a node starts, with its number (from 1), the number of nodes and its
            description.

    Returns:
        The outcome; a run that fails raises nothing, the outcome says so.
    """
    command = [sys.executable, "-W", "ignore", "-m", "trustmetrics.dbt_child"]
    command += ["--log-format", "json", "--no-use-colors", "--log-level-file", "none", *arguments]
    command += ["--project-dir", str(project)]
    if (project / "profiles.yml").is_file():
        command += ["--profiles-dir", str(project)]
    process = subprocess.Popen(
        command,
        cwd=project,
        env={**os.environ, **environment},
        # It ends when this pipe does; a signal to the terminal's programs is for this one alone.
        stdin=subprocess.PIPE,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    outcome = DbtOutcome(exit_code=0)
    stray: list[str] = []
    assert process.stdin is not None and process.stdout is not None
    try:
        for line in process.stdout:
            event = _event(line)
            if event is None:
                stray.append(line.rstrip())
            else:
                _follow(event, outcome, on_node)
        outcome.exit_code = process.wait()
    except BaseException:
        # What it builds is a draft: nothing in it needs to be ended in an orderly way.
        process.kill()
        process.wait()
        raise
    finally:
        process.stdin.close()
        process.stdout.close()
    if outcome.exit_code and not outcome.errors:
        outcome.errors = _plain_error(stray) or [_silent_end(outcome.exit_code)]
    return outcome


def _plain_error(stray: list[str]) -> list[str]:
    """The error among the lines that dbt wrote before it knew how to write; else the last line."""
    text = CODES.sub("", "\n".join(stray))
    if found := re.search(r"Encountered an error:\n(.+)", text, re.DOTALL):
        return [re.split(r"\n.*Error uploading artifacts", found[1])[0]]
    return text.splitlines()[-1:]


def _silent_end(exit_code: int) -> str:
    if exit_code >= 0:
        return f"dbt ended with exit code {exit_code}"
    return (
        f"dbt was killed ({signal.Signals(-exit_code).name}), as the system does where memory runs "
        "out. Let DuckDB take less of it: TRUSTMETRICS_MEMORY=2GB"
    )


def _event(line: str) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "info" in event else None


def _follow(
    event: dict[str, Any], outcome: DbtOutcome, on_node: Callable[[int, int, str], None]
) -> None:
    info, data = event["info"], event.get("data", {})
    if info["name"] == NODE_STARTED:
        outcome.started.append(data["node_info"]["node_name"])
        on_node(data["index"], data["total"], data["description"])
    elif info["name"] == MACRO_MESSAGE:
        outcome.messages.append(data["msg"])
    elif info["name"] == NOTHING_SELECTED:
        outcome.unmatched.append(data["spec_raw"])
    elif info["level"] == "error" and info["msg"].strip():
        outcome.errors.append(info["msg"].strip())
