"""The commands gate and metric: options in, what they print out.

What loads duckdb or sqlglot is imported inside the command that needs it, for a quick start.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from trustmetrics.errors import UserError
from trustmetrics.extras import require
from trustmetrics.gate.bump_vocabulary import Extended, bump_vocabulary
from trustmetrics.gate.bumping import bump as write_bumps
from trustmetrics.gate.dbt_run import OnNode
from trustmetrics.gate.gate import Gate, Progress
from trustmetrics.gate.render import FORMS, rendered, rendered_impact
from trustmetrics.gate.state import register_of
from trustmetrics.options import A_PATH
from trustmetrics.progress import counted
from trustmetrics.project import project_root

NARROWEST = 160
A_DATE = click.DateTime(formats=["%Y-%m-%d"])


def _project(folder: Path | None) -> Path:
    """The folder given, else the current one if it is a dbt project, else this package's own."""
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
    help="Branch, tag or commit; what counts is its common ancestor with HEAD.  "
    "[default: the pull request's target, else origin/main, origin/master, main, master]",
)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Yield a function that begins a named step and ends the one before it."""
    with ExitStack() as stack:

        def begin(title: str) -> OnNode:
            stack.close()
            return stack.enter_context(counted(title))

        yield begin


@click.command("gate", epilog="Example: trustmetrics gate --base origin/main --format markdown")
@project_option
@base_option
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True)
@click.option(
    "--results",
    type=click.Choice(["moved", "all", "none"]),
    default="moved",
    show_default=True,
    help="Metrics whose result fingerprints are made on the frozen sample.",
)
@click.option(
    "--impact/--no-impact",
    "with_impact",
    default=None,
    help="Price each change of meaning, old value beside new.  [default: only in markdown]",
)
@click.option(
    "--raw", type=A_PATH, help="Raw data to price changes on.  [default: the frozen sample]"
)
def gate(
    project: Path,
    base_ref: str | None,
    form: str,
    results: str,
    with_impact: bool | None,
    raw: Path | None,
) -> None:
    """Stop any change to what a number means that the register does not declare.

    Compares the working tree with its base. Exit 0: passed; 1: something was found; 2: it could
    not run.
    """
    require("gate")
    with _progress() as progress:
        held = Gate(project, base_ref, results, progress)
        report = held.run()
        impacts = []
        is_priced = form == "markdown" if with_impact is None else with_impact
        if is_priced and (report.moved or report.new_versions):
            from trustmetrics.gate.impact import price_of_report

            impacts = price_of_report(held, report, raw)
    click.echo(rendered(form, report, impacts))
    if report.findings:
        raise click.exceptions.Exit(1)


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
    """Regenerate the files that follow from the register and the models, the lock included."""
    require("gate")
    from trustmetrics.gate.sync import sync as run

    with _progress() as progress:
        synced = run(project, progress, with_results)
    for path in synced.written:
        click.echo(f"wrote {path}")
    made = len(synced.results)
    click.echo(f"result fingerprints made: {made}" if made else "result fingerprints: unchanged")
    if not synced.written:
        click.echo("nothing to write: the files match the register and the models")


@metric.command(
    epilog="Example: trustmetrics metric bump rework_rate --change corrective "
    "--reason 'Reopened cases counted twice' --decided-by metrics-council"
)
@click.argument("name", metavar="[ID]", required=False)
@project_option
@base_option
@click.option("--moved", is_flag=True, help="Every metric whose meaning changed, with one reason.")
@click.option(
    "--change",
    type=click.Choice(["corrective", "breaking", "amended", "refactor", "deprecated"]),
    help="corrective: the old number was wrong. breaking: we now mean something else. amended: an "
    "older version, or one that goes, has other numbers. refactor: the numbers stay the same. "
    "deprecated: the version ends on --effective-from.",
)
@click.option("--reason", help="Why.")
@click.option("--decided-by", help="Who decided.")
@click.option("--decided-on", type=A_DATE, help="When.  [default: today]")
@click.option("--effective-from", type=A_DATE, help="When it takes effect.  [default: today]")
@click.option("--restates", help="Whether earlier periods change: no, yes, or from a date.")
@click.option(
    "--version",
    type=int,
    help="The version that the entry is about.  [default: the newest that moved; of a deprecation "
    "the newest]",
)
@click.option(
    "--moves-along",
    type=int,
    multiple=True,
    help="An older version that the change moves too; repeatable.  [default: those that moved]",
)
@click.option(
    "--same-sql",
    is_flag=True,
    help="Write the entry although the SQL is the same: the result changed (G013), or the edit "
    "comes later.",
)
@click.option("--replaced-by", help="The version or metric to read instead of a deprecated one.")
@click.option(
    "--models-only", is_flag=True, help="Write no entry, only give the model its version."
)
def bump(name: str | None, project: Path, base_ref: str | None, **given: Any) -> None:
    """Write the entry of a new version, to be filled in, and give the model that version.

    Of a vocabulary (metrics/vocabularies): write what changed in its seed, and what that can move.
    """
    require("gate")
    with _progress() as progress:
        held = Gate(project, base_ref, "none", progress)
        if name in held.head.vocabularies:
            _print_vocabulary(bump_vocabulary(held, str(name), given))
            return
        bumps = write_bumps(held, name, given)
    for one in bumps:
        click.echo(f"{one.metric} version {one.version}: wrote {', '.join(one.written)}")
        if one.missing:
            click.echo(f"    fill in {', '.join(one.missing)}")
        for line in one.advice:
            click.echo(f"    {line}")
    click.echo("next: trustmetrics metric sync, then trustmetrics gate")


def _print_vocabulary(done: Extended) -> None:
    for line in done.entries:
        click.echo(f"{done.name} {line}")
    for number in done.completed:
        click.echo(f"{done.name} entry {number}: moves completed")
    click.echo(f"wrote {done.path}")
    if done.missing:
        click.echo(f"    fill in {', '.join(done.missing)}")
    click.echo("next: trustmetrics metric sync, then trustmetrics gate")


@metric.command(epilog="Example: trustmetrics metric diff rework_rate --base origin/main")
@click.argument("name", metavar="ID")
@project_option
@base_option
@click.option("--full", is_flag=True, help="Every line, not only those near a difference.")
def diff(name: str, project: Path, base_ref: str | None, full: bool) -> None:
    """Show the canonical SQL of base and working tree side by side. Exit 1 if they differ."""
    require("gate")
    from trustmetrics.gate.diff import side_by_side

    with _progress() as progress:
        shown, differ = side_by_side(Gate(project, base_ref, "none", progress), name, full)
    for one in shown:
        console = Console(highlight=False, markup=False)
        if not isinstance(one, str):
            console.width = max(console.width, NARROWEST)
        console.print(one)
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
    """Compute both meanings on the same data and price the change.

    Versions whose values stay are left out.
    """
    require("gate")
    from trustmetrics.gate.impact import price_of_metric

    if not raw.is_dir():
        raise UserError(f"the raw folder '{raw}' does not exist. Name the raw tables' folder")
    with _progress() as progress:
        found = price_of_metric(Gate(project, base_ref, "none", progress), name, raw)
    if not found:
        click.echo(f"{name}: no value differs from the base's on this data")
    for one in found:
        click.echo(rendered_impact(form, one))


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
    require("gate")
    from trustmetrics.gate.sync import write_generated
    from trustmetrics.register.load import PLACE
    from trustmetrics.register.new import write_new_metric

    written = write_new_metric(project, register_of(project), name, kind, family)
    for path in [*written, *write_generated(project, register_of(project))]:
        click.echo(f"wrote {path}")
    click.echo(f"next: fill in what says '{PLACE}', run trustmetrics metric sync, then make check")


@metric.command(
    epilog="Example: trustmetrics metric init --tag kpi --owner sales --decided-by data-council"
)
@project_option
@click.option("--tag", default="metric", show_default=True, help="Tag of models that are metrics.")
@click.option("--only", multiple=True, help="A model or metric; repeatable.  [default: all]")
@click.option("--owner", help="The team that answers for a metric whose model names none.")
@click.option("--decided-by", help="Who decided to register them.")
@click.option("--reason", help="Why.  [default: they were in use before this register began]")
def init(project: Path, tag: str, only: tuple[str, ...], **given: str | None) -> None:
    """Register a dbt project's metrics as they stand; existing files stay as they are.

    Asks for what neither the options nor the models say, in a terminal.
    """
    require("gate")
    from trustmetrics.gate.initialising import initialise

    done = initialise(project, tag, only, given, _progress, _asked)
    for path in done.written:
        click.echo(f"wrote {path}")
    if not done.written:
        click.echo("nothing to write: every metric has its entry")
    click.echo(f"next: {done.next}")


def _asked(question: str) -> str | None:
    """What somebody at a terminal answers; None where nobody is there."""
    is_terminal = click.get_text_stream("stdin").isatty()
    return str(click.prompt(question, err=True)) if is_terminal else None
