"""The commands gate and metric: thin."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from trustmetrics.errors import UserError
from trustmetrics.gate.gate import Gate, Report
from trustmetrics.gate.state import OnNode, register_of
from trustmetrics.progress import counted
from trustmetrics.project import project_root

A_PATH = click.Path(path_type=Path)
A_DATE = click.DateTime(formats=["%Y-%m-%d"])


def _project(folder: Path | None) -> Path:
    """The folder named; else the current one if it is a dbt project; else this package's own."""
    if folder is not None:
        # dbt runs in that folder, where a relative path leads elsewhere.
        return folder.resolve()
    here = Path.cwd()
    return here if (here / "dbt_project.yml").is_file() else project_root()


project_option = click.option(
    "--project-dir",
    "project",
    type=A_PATH,
    callback=lambda context, parameter, value: _project(value),
    help="The dbt project.  [default: the current folder, else trustmetrics itself]",
)
base_option = click.option(
    "--base",
    "base_ref",
    metavar="REF",
    help="Branch, tag or commit to compare with; the common ancestor with HEAD counts.  "
    "[default: the pull request's target, else origin/main, origin/master, main, master]",
)


class _Progress:
    """Progress of one named step after the other."""

    def __init__(self) -> None:
        self.stack = ExitStack()

    def __call__(self, title: str) -> OnNode:
        self.stack.close()
        return self.stack.enter_context(counted(title))


@click.command(
    "gate",
    epilog="Example: trustmetrics gate --base origin/main --format markdown",
)
@project_option
@base_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json", "github"]),
    default="text",
    show_default=True,
)
@click.option(
    "--results",
    type=click.Choice(["moved", "all", "none"]),
    default="moved",
    show_default=True,
    help="Whose result fingerprints to make on the frozen sample.",
)
@click.option(
    "--impact/--no-impact",
    "with_impact",
    default=None,
    help="Price each change of meaning on both builds.  [default: for markdown]",
)
@click.option(
    "--raw",
    type=A_PATH,
    help="Raw data to price changes on.  [default: the frozen sample]",
)
def gate(
    project: Path,
    base_ref: str | None,
    form: str,
    results: str,
    with_impact: bool | None,
    raw: Path | None,
) -> None:
    """Stop a change of what a number means that the register does not tell.

    Holds the working tree against its base. Exit 0: it passes; 1: it found something; 2: it could
    not run.
    """
    progress = _Progress()
    with progress.stack:
        held = Gate(project, base_ref, results, progress)
        report = held.run()
        wanted = form == "markdown" if with_impact is None else with_impact
        impacts = _impacts(held, report, raw, wanted)
    from trustmetrics.gate.render import RENDERERS

    click.echo(RENDERERS[form](report, impacts).rstrip("\n"))
    if report.findings:
        raise click.exceptions.Exit(1)


def _impacts(held: Gate, report: Report, raw: Path | None, wanted: bool) -> Sequence[Any]:
    if not wanted or not (report.moved or report.new_versions):
        return []
    from trustmetrics.gate.price import moved_pairs, price
    from trustmetrics.gate.results import sample_of

    pairs = moved_pairs(report)
    assert report.comparison is not None
    data = raw or sample_of(held.project, report.comparison.head)
    return price(held, pairs, data) if pairs and data is not None else []


@click.group()
def metric() -> None:
    """The register: new versions, what they change, what they cost."""


@metric.command(epilog="Example: trustmetrics metric sync")
@project_option
@click.option(
    "--results/--no-results",
    "with_results",
    default=True,
    help="Build the frozen sample where a result fingerprint is missing or too old.",
)
def sync(project: Path, with_results: bool) -> None:
    """Make again what is made from the register: lock, dbt's files, the docs' tables."""
    from trustmetrics.gate.sync import sync as run

    progress = _Progress()
    with progress.stack:
        synced = run(project, progress, with_results)
    for path in synced.written:
        click.echo(f"wrote {path}")
    made = len(synced.results)
    click.echo(f"result fingerprints made: {made}" if made else "result fingerprints: unchanged")
    if not synced.written:
        click.echo("nothing to write: the files are what the register and the models give")


@metric.command(
    epilog="Example: trustmetrics metric bump rework_rate --change corrective "
    "--reason 'Reopened cases counted twice' --decided-by metrics-council"
)
@click.argument("name", metavar="[ID]", required=False)
@project_option
@base_option
@click.option("--moved", is_flag=True, help="Every metric whose meaning moved, with one reason.")
@click.option(
    "--change",
    type=click.Choice(["corrective", "breaking", "refactor", "deprecated"]),
    help="corrective: the old number was wrong. breaking: we now mean something else. refactor: "
    "the numbers stay. deprecated: the version goes on --effective-from.",
)
@click.option("--reason", help="Why.")
@click.option("--decided-by", help="Who decided.")
@click.option("--decided-on", type=A_DATE, help="When.  [default: today]")
@click.option("--effective-from", type=A_DATE, help="From when it holds.  [default: today]")
@click.option("--restates", help="Whether earlier periods change: no, yes, or a date.")
@click.option("--version", type=int, help="The version, of a deprecation.  [default: the latest]")
@click.option("--replaced-by", help="Of a deprecation: the version or metric to read instead.")
@click.option("--models-only", is_flag=True, help="Write no entry; give the models its version.")
def bump(name: str | None, project: Path, base_ref: str | None, **given: Any) -> None:
    """Write a new version's entry, to fill in, and give the model its version."""
    from trustmetrics.gate.bumping import bump as run

    progress = _Progress()
    with progress.stack:
        bumps = run(Gate(project, base_ref, "none", progress), name, given)
    for one in bumps:
        click.echo(f"{one.metric} version {one.version}: wrote {', '.join(one.written)}")
        if one.missing:
            click.echo(f"    fill in {', '.join(one.missing)}")
        for line in one.advice:
            click.echo(f"    {line}")
    click.echo("next: trustmetrics metric sync, then trustmetrics gate")


@metric.command(epilog="Example: trustmetrics metric diff rework_rate --base origin/main")
@click.argument("name", metavar="ID")
@project_option
@base_option
@click.option("--full", is_flag=True, help="All lines, not only those near a difference.")
def diff(name: str, project: Path, base_ref: str | None, full: bool) -> None:
    """Show the canonical SQL of base and working tree side by side. Exit 1 where they differ."""
    from trustmetrics.gate.diff import side_by_side

    progress = _Progress()
    with progress.stack:
        shown, differ = side_by_side(Gate(project, base_ref, "none", progress), name, full)
    shown()
    if differ:
        raise click.exceptions.Exit(1)


@metric.command(
    epilog="Example: trustmetrics metric impact rework_rate --base origin/main --raw data/raw"
)
@click.argument("name", metavar="ID")
@project_option
@base_option
@click.option("--raw", type=A_PATH, required=True, help="Folder of the raw tables.")
@click.option(
    "--format", "form", type=click.Choice(["text", "markdown"]), default="text", show_default=True
)
def impact(name: str, project: Path, base_ref: str | None, raw: Path, form: str) -> None:
    """Compute both meanings on the same data and price the change."""
    from trustmetrics.gate.price import price
    from trustmetrics.gate.render import impact_markdown, impact_text

    if not raw.is_dir():
        raise UserError(f"the raw folder '{raw}' does not exist. Name the raw tables' folder")
    progress = _Progress()
    with progress.stack:
        found = price(Gate(project, base_ref, "none", progress), None, raw, name)
    for one in found:
        click.echo("\n".join(impact_text(one) if form == "text" else impact_markdown(one)))


@metric.command(
    epilog="Example: trustmetrics metric new escalation_rate --kind proportion --family quality"
)
@click.argument("name", metavar="ID")
@project_option
@click.option(
    "--kind",
    type=click.Choice(["proportion", "rate", "quantile", "probability", "mean", "count"]),
    required=True,
    help="How it is estimated, which decides its interval.",
)
@click.option("--family", required=True, help="The metrics it is read with, such as quality.")
def new(name: str, project: Path, kind: str, family: str) -> None:
    """Write the files of a new metric, ready to build, with the places to fill in."""
    from trustmetrics.gate.sync import write_generated
    from trustmetrics.register.new import PLACE, write_new_metric

    written = write_new_metric(project, register_of(project), name, kind, family)
    for path in [*written, *write_generated(project, register_of(project))]:
        click.echo(f"wrote {path}")
    click.echo(f"next: fill in what says '{PLACE}', run trustmetrics metric sync, then make check")


@metric.command(epilog="Example: trustmetrics metric init --project-dir ../shop --tag kpi")
@project_option
@click.option("--tag", default="metric", show_default=True, help="Tag of models that are metrics.")
@click.option("--only", multiple=True, help="A model or metric; repeatable.  [default: all]")
def init(project: Path, tag: str, only: tuple[str, ...]) -> None:
    """Propose a register for a dbt project from its manifest; files that are there stay."""
    from trustmetrics.gate.compiled import compiled_project
    from trustmetrics.register.init import proposed, write_register
    from trustmetrics.register.load import Register

    progress = _Progress()
    with progress.stack:
        compiled = compiled_project(project, Register({}), progress("compiling"))
    written = write_register(project, proposed(compiled.manifest, tag, only))
    for path in written:
        click.echo(f"wrote {path}")
    if not written:
        click.echo("nothing to write: every metric has its entry")
    click.echo("next: fill in owner, reason and decided_by, then trustmetrics metric sync")
