"""What the workflows may do, and which code of others they run; the guides' snippets likewise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.python.helpers import ROOT

# An action of another repository: name, the 40 digits of a commit, and the release as a comment.
PINNED = re.compile(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
USES = re.compile(r"^\s*(?:- )?(uses:.*)$", re.M)
REVISION = re.compile(r"[0-9a-f]{40}")
FENCE = re.compile(r"^ *```ya?ml\n(.*?)^ *```$", re.M | re.S)
WRITES = {("ci.yml", "comment"): {"pull-requests": "write"}}
HELD_BACK = {"pull_request_target", "workflow_run", "issue_comment"}


def workflow_files() -> list[Path]:
    return sorted((ROOT / ".github").rglob("*.y*ml"))


def snippets() -> Iterator[tuple[str, str]]:
    """Every YAML block of the documents that has to do with a workflow or with pre-commit."""
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")]:
        for block in FENCE.findall(page.read_text(encoding="utf-8")):
            if re.search(r"\buses:|\bruns-on:|^\s*rev:", block, re.M):
                yield page.relative_to(ROOT).as_posix(), block


def texts() -> list[tuple[str, str]]:
    return [(path.name, path.read_text(encoding="utf-8")) for path in workflow_files()] + list(
        snippets()
    )


def jobs() -> list[Any]:
    return [
        pytest.param(path.name, name, job, id=f"{path.name}-{name}")
        for path in workflow_files()
        for name, job in yaml.safe_load(path.read_text(encoding="utf-8")).get("jobs", {}).items()
    ]


def test_there_are_workflows_to_judge() -> None:
    assert [path.name for path in workflow_files()] == ["ci.yml"]


@pytest.mark.parametrize(("where", "text"), texts())
def test_every_action_is_pinned_by_commit_with_its_release(where: str, text: str) -> None:
    used = [line.strip() for line in USES.findall(text)]
    assert [line for line in used if not PINNED.fullmatch(line)] == []


def test_one_commit_per_action_and_release() -> None:
    pins: dict[str, set[str]] = {}
    for _, text in texts():
        for line in USES.findall(text):
            action, _, commit = line.removeprefix("uses: ").partition("@")
            pins.setdefault(action, set()).add(commit)
    assert {action: commits for action, commits in pins.items() if len(commits) > 1} == {}
    assert "actions/checkout" in pins


@pytest.mark.parametrize(("where", "text"), texts())
def test_no_expression_stands_in_a_shell(where: str, text: str) -> None:
    """An expression is pasted into the script before the shell reads it: a branch may be named
    `$(curl ...)`. What a step needs comes through env, where it is a value and nothing else."""
    assert [script for script in scripts(yaml.safe_load(text)) if "${{" in script] == []


def scripts(node: Any) -> Iterator[str]:
    """Every `run:` below a node, and the scripts that an action is given."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"run", "script"} and isinstance(value, str):
                yield value
            yield from scripts(value)
    elif isinstance(node, list):
        for one in node:
            yield from scripts(one)


@pytest.mark.parametrize("path", workflow_files(), ids=lambda path: path.name)
def test_a_workflow_has_no_rights_of_its_own_and_no_trigger_with_secrets(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {}
    # YAML 1.1 reads the key `on` as true.
    assert not HELD_BACK.intersection(workflow.get("on") or workflow[True])
    assert "secrets." not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("workflow", "name", "job"), jobs())
def test_a_job_may_do_what_it_needs_and_ends(workflow: str, name: str, job: dict[str, Any]) -> None:
    assert job["permissions"] == WRITES.get((workflow, name), {"contents": "read"})
    assert 0 < job["timeout-minutes"] <= 90


@pytest.mark.parametrize(("workflow", "name", "job"), jobs())
def test_code_of_a_change_never_runs_beside_a_right_to_write(
    workflow: str, name: str, job: dict[str, Any]
) -> None:
    used = [step.get("uses", "").partition("@")[0] for step in job["steps"]]
    if "write" in job["permissions"].values():
        assert used == ["actions/download-artifact", ""]
        assert not re.search(
            r"\bmake\b|python|\.venv|\bsh\b|\beval\b|source ", job["steps"][1]["run"]
        )
    for step in job["steps"]:
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False
        # Only the step that comments is given the token, and no action is.
        assert ("GH_TOKEN" in step.get("env", {})) == (name == "comment" and "run" in step)
        assert "token" not in step.get("with", {})


def test_the_report_is_only_ever_a_file_in_the_comment() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    script = workflow["jobs"]["comment"]["steps"][-1]["run"]
    assert "$(cat" not in script and "$(<" not in script
    assert set(re.findall(r"\S*gate\.md", script)) == {"report/gate.md"}
    assert script.count("body=@comment.md") == script.count("body=") == 2


def test_hooks_of_other_repositories_are_pinned_by_commit() -> None:
    found = [(ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")]
    found += [text for _, text in snippets() if "repos:" in text]
    for text in found:
        for repository in yaml.safe_load(text)["repos"]:
            if repository["repo"] not in {"local", "meta"}:
                assert REVISION.fullmatch(str(repository["rev"])), repository
