"""What is made from the register: dbt's macro, properties and seeds, and the tables of the docs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import FoldedScalarString

from trustmetrics.errors import UserError
from trustmetrics.register.load import FOLDER, SETTINGS, Register, Registered, parse_yaml
from trustmetrics.register.seeds import (
    register_seeds,
    said_of_versions,
    slices_in_words,
    vocabulary_seeds,
)
from trustmetrics.register.semantic_layer import SEMANTIC_LAYER, semantic_layer
from trustmetrics.register.yaml_file import yaml_text

MARTS = "models/marts"
PUBLISHED = f"{MARTS}/kpi_values.yml"
FACTS = "macros/kpi/metric_facts.sql"
PROPERTIES = f"{MARTS}/metrics.yml"
README = "README.md"
DOCS = "docs/README.md"
TABLES = "docs/metrics_and_tables.md"
BEGIN = "<!-- made from metrics/ by trustmetrics metric sync: edit those files, not this part -->"
END = "<!-- end of what is made from metrics/ -->"
BETTER = {"up": "higher", "down": "lower", "none": "neither"}

templates = Environment(
    loader=PackageLoader("trustmetrics.register"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True)
class Computed:
    """A metric that has a model.

    Attributes:
        entry: its entry in the register.
        versions: the versions that have a model, ascending.
    """

    entry: Registered
    versions: list[int]

    @property
    def name(self) -> str:
        """Its id."""
        return self.entry.name

    @property
    def data(self) -> Mapping[str, Any]:
        """The fields of its entry."""
        return self.entry.data

    @property
    def extra_columns(self) -> list[Mapping[str, str]]:
        """The columns of its mart beside those of the published table."""
        return self.data.get("extra_columns", [])

    @property
    def page(self) -> str:
        """Its page, from the project's folder."""
        return page_of(self.name)


def page_of(metric: str) -> str:
    """Return the path of a metric's page, from the project's folder."""
    return f"docs/metrics/{metric}.md"


def generated_files(project: Path, register: Register, docs: bool = True) -> dict[str, str]:
    """Return the text of each file that the register decides, by path from the project's folder.

    Of a page or a README only the part between its two marks is made anew. Nothing, where the
    register's settings do not ask for it (`generates`).

    Args:
        project: the dbt project's folder.
        register: its register.
        docs: whether the pages and READMEs are wanted too, beside what dbt reads.

    Raises:
        UserError: a file to take a part of is missing, or has no marks; or a metric's models do not
            lie in the folder of its family.
    """
    if not register.settings.get("generates"):
        return {}
    metrics = computed_metrics(project, register)
    made = {
        FACTS: templates.get_template("metric_facts.sql.j2").render(metrics=metrics),
        PROPERTIES: _properties(project, metrics),
    }
    if any(metric.data.get("additive") for metric in metrics):
        made[SEMANTIC_LAYER] = semantic_layer(templates, metrics)
    entries = [one.data for one in register.entries.values()]
    seeds = register_seeds(entries, register.settings.get("families", ()))
    seeds |= vocabulary_seeds(register.vocabularies.values())
    made |= {f"seeds/{name}": text for name, text in seeds.items()}
    if docs:
        made[README] = _between_marks(project, README, _families(register, metrics))
        made[DOCS] = _between_marks(project, DOCS, _one_line_each(register, metrics))
        made[TABLES] = _between_marks(project, TABLES, _by_table(register, metrics))
        for metric in metrics:
            made[metric.page] = _between_marks(project, metric.page, _page(metric))
    return made


def computed_metrics(project: Path, register: Register) -> list[Computed]:
    """Return the metrics of the register that have a model, by name.

    Raises:
        UserError: a metric's models do not lie in the folder of its family.
    """
    found: list[Computed] = []
    for entry in register.entries.values():
        paths = sorted(project.glob(f"{MARTS}/*/{entry.model}_v*.sql"))
        strays = [path for path in paths if path.parent.name != entry.data.get("family")]
        if strays:
            raise UserError(
                f"{strays[0].relative_to(project)} does not lie in the folder of its family, "
                f"'{entry.data.get('family')}' ({entry.path}). Move it, or change the family"
            )
        if paths and not entry.is_leaf:
            versions = sorted(int(path.stem.rpartition("_v")[2]) for path in paths)
            found.append(Computed(entry, versions))
    return found


def stale_files(project: Path, register: Register, docs: bool = True) -> list[str]:
    """Return the files that are not what the register makes of them, from the project's folder."""
    return [
        path
        for path, text in generated_files(project, register, docs).items()
        if not (project / path).is_file() or (project / path).read_bytes() != text.encode()
    ]


def _properties(project: Path, metrics: Sequence[Computed]) -> str:
    """dbt's properties of the metrics' models, the columns written once and referred to."""
    published = parse_yaml((project / PUBLISHED).read_text(encoding="utf-8"), PUBLISHED)
    columns = CommentedSeq(_flow(column) for column in published["models"][0]["columns"])
    columns.yaml_set_anchor("columns", always_dump=True)
    models = []
    for metric in metrics:
        extra = [_flow(column) for column in metric.extra_columns]
        models.append(
            {
                "name": metric.entry.model,
                "latest_version": metric.versions[-1],
                "description": FoldedScalarString(
                    f"{metric.data['description']} Defined in {metric.page}."
                ),
                "config": _flow({"tags": ["metric"]}),
                "versions": [_flow({"v": version}) for version in metric.versions],
                "columns": [*map(_flow, columns), *extra] if extra else columns,
            }
        )
    header = (
        f"# Made from {FOLDER}/ and the columns of {PUBLISHED} by `trustmetrics metric sync`:\n"
        "# edit those files, not this one.\n"
    )
    return header + yaml_text({"version": 2, "models": models})


def _flow(mapping: Mapping[str, Any]) -> CommentedMap:
    written = CommentedMap(mapping)
    written.fa.set_flow_style()
    return written


def _in_families(
    register: Register, metrics: Sequence[Computed]
) -> list[tuple[str, list[Computed]]]:
    order = register.settings.get("families", [])
    strange = sorted({one.data["family"] for one in metrics} - set(order))
    if strange:
        raise UserError(
            f"{FOLDER}/{SETTINGS} does not list the family '{strange[0]}' under families. Add it"
        )
    return [(name, [one for one in metrics if one.data["family"] == name]) for name in order]


def _families(register: Register, metrics: Sequence[Computed]) -> str:
    lines = ["| family | metrics |", "|---|---|"]
    for family, members in _in_families(register, metrics):
        links = ", ".join(f"[{one.name}]({one.page})" for one in members)
        lines.append(f"| {family} | {links} |")
    return "\n".join(lines) + "\n"


def _one_line_each(register: Register, metrics: Sequence[Computed]) -> str:
    lines = ["| metric | in one line | unit | family |", "|---|---|---|---|"]
    for family, members in _in_families(register, metrics):
        for one in members:
            link = f"[{one.name}](metrics/{one.name}.md)"
            cells = (
                link,
                _on_one_line(one.data["description"]),
                _on_one_line(one.data["unit"]),
                family,
            )
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _by_table(register: Register, metrics: Sequence[Computed]) -> str:
    """A matrix for each family: its metrics by the raw tables that one of them requires."""
    parts: list[str] = []
    for family, members in _in_families(register, metrics):
        tables = sorted({table for one in members for table in one.data.get("requires", ())})
        lines = [f"| {family} | {' | '.join(tables)} |", f"|---|{':-:|' * len(tables)}"]
        for one in members:
            marks = " | ".join(
                "x" if table in one.data.get("requires", ()) else " " for table in tables
            )
            lines.append(f"| [{one.name}](metrics/{one.name}.md) | {marks} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _page(metric: Computed) -> str:
    data = {key: _on_one_line(value) for key, value in metric.data.items()}
    days = metric.data["maturity_days"]
    return templates.get_template("page.md.j2").render(
        metric={"data": data},
        better=BETTER[metric.data["direction"]],
        targets=[_target(target) for target in metric.data.get("targets", [])],
        slices=slices_in_words(metric.data),
        models=[
            f"`{MARTS}/{metric.data['family']}/{metric.entry.model}_v{version}.sql`"
            for version in metric.versions
        ],
        mature=f"{days} days after the period's end" if days else "when the period is complete",
        versions=[
            f"{version}, {change} {one.text('effective_from')}"
            for one in metric.entry.entries
            for version, change in said_of_versions(one.data)
            if change != "refactor"
        ],
    )


def _target(target: Mapping[str, Any]) -> str:
    kinds = {
        "level": "",
        "change": "change on the period before ",
        "relative_change": "relative change on the period before ",
        "guardrail": "",
    }
    aim = "the experiment's guardrail" if target["kind"] == "guardrail" else target["value"]
    said = f"{kinds[target['kind']]}{target['comparator']} {aim}"
    if "slice_value" in target:
        said += f", {target['slice']} {target['slice_value']}"
    return said + (f", by {target['grain']}" if "grain" in target else "")


def _on_one_line(value: Any) -> Any:
    """Texts without line breaks, their pipes escaped: they stand in tables and lists."""
    if isinstance(value, list):
        return [_on_one_line(item) for item in value]
    return " ".join(value.split()).replace("|", "\\|") if isinstance(value, str) else value


def _between_marks(project: Path, path: str, made: str) -> str:
    """A file's text with what stands between its marks made anew."""
    file = project / path
    if not file.is_file():
        raise UserError(
            f"{path} does not exist, and a part of it is made from {FOLDER}/. Restore it"
        )
    text = file.read_text(encoding="utf-8")
    parts = re.split(f"({re.escape(BEGIN)}|{re.escape(END)})", text)
    if [part for part in parts if part in (BEGIN, END)] != [BEGIN, END]:
        raise UserError(
            f"{path} does not have the two marks between which it is made from {FOLDER}/, once "
            f"each and in order:\n{BEGIN}\n{END}"
        )
    return f"{parts[0]}{BEGIN}\n\n{made}\n{END}{parts[4]}"
