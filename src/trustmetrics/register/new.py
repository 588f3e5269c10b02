"""Writes the files of a new metric, ready to build, with the places to fill in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from trustmetrics.errors import UserError
from trustmetrics.register.generated import BEGIN, END, MARTS, page_of
from trustmetrics.register.load import FOLDER, Register

# The files hold Jinja of dbt, so what is filled in here has marks of its own.
_templates = Environment(
    loader=PackageLoader("trustmetrics.register", "templates/new"),
    undefined=StrictUndefined,
    variable_start_string="<<",
    variable_end_string=">>",
    block_start_string="<%",
    block_end_string="%>",
    comment_start_string="<#",
    comment_end_string="#>",
    trim_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True)
class Kind:
    """A kind of metric, by the macro that estimates it.

    Attributes:
        unit: the unit of its value.
        interval: the interval that it has, in a sentence of its page.
        source: where the interval comes from.
    """

    unit: str
    interval: str
    source: str


WILSON = (
    '"Interval: Wilson EB (1927), Probable inference, the law of succession, and statistical '
    'inference, *Journal of the American Statistical Association* 22: 209-212."'
)
KINDS = {
    "proportion": Kind(
        "proportion, 0 to 1",
        "[Wilson](../methodology.md#wilson-a-proportion-kn), 95 %, with n = the denominator.",
        WILSON,
    ),
    "rate": Kind(
        '"FILL IN: events per 1,000 of what"',
        "[Byar](../methodology.md#byar-a-rate-de), 95 %.",
        '"Interval: Breslow NE, Day NE (1987), *Statistical Methods in Cancer Research*, vol. II, '
        'IARC, chapter 2."',
    ),
    "quantile": Kind(
        "hours",
        "[Kaplan-Meier](../methodology.md#kaplan-meier-quantile), 95 %.",
        '"Quantile and interval: Brookmeyer R, Crowley J (1982), *Biometrics* 38: 29-41."',
    ),
    "probability": Kind(
        "probability, 0 to 1",
        "[Kaplan-Meier](../methodology.md#kaplan-meier-probability), 95 %.",
        '"Interval: Dorey FJ, Korn EL (1987), *Statistics in Medicine* 6: 679-687."',
    ),
    "mean": Kind(
        '"FILL IN: the unit of what is averaged"',
        "[The mean's](../methodology.md#mean), 95 %.",
        '"FILL IN: where the scale comes from"',
    ),
    "count": Kind(
        '"FILL IN: what is counted"', "None: it is a count.", '"FILL IN: where the term comes from"'
    ),
}


def write_new_metric(
    project: Path, register: Register, metric: str, kind: str, family: str
) -> list[str]:
    """Write SQL, unit tests, entry and page of a new metric; return their paths in the project.

    Args:
        project: the dbt project's folder.
        register: its register.
        metric: the new metric's id.
        kind: one of KINDS.
        family: one of the families that the register's settings list.

    Raises:
        UserError: the id is not one, or is taken; or the settings do not list the family.
    """
    families = register.settings.get("families", [])
    if not register.settings.get("generates"):
        raise UserError(
            "this register makes no dbt files, so there is nothing to write them like. Write the "
            "model, then run: trustmetrics metric init"
        )
    if not re.fullmatch(r"[a-z][a-z0-9_]*", metric):
        raise UserError(f"'{metric}' is not an id. Use lower-case letters, digits and _")
    if metric in register.entries:
        raise UserError(f"the register has the metric '{metric}' already: {FOLDER}/{metric}.yml")
    if family not in families:
        raise UserError(f"there is no family '{family}'. Choose one of {', '.join(families)}")
    values = _values(metric, kind, family)
    made = {
        f"{MARTS}/{family}/{metric}_v1.sql": f"{kind}.sql",
        f"{MARTS}/{family}/{metric}.yml": f"{kind}.yml",
        f"{FOLDER}/{metric}.yml": "entry.yml",
        page_of(metric): "page.md",
    }
    taken = [path for path in made if (project / path).exists()]
    if taken:
        raise UserError(f"{taken[0]} exists already. Choose another id, or move the file away")
    for path, template in made.items():
        text = _templates.get_template(template).render(values)
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    return list(made)


def _values(metric: str, kind: str, family: str) -> dict[str, str]:
    """What the templates are filled with. The unit test's month is July 2023; 30 days to mature."""
    is_survey = kind == "mean"
    return {
        "metric": metric,
        "kind": kind,
        "family": family,
        "title": metric.replace("_", " ").capitalize(),
        "unit": KINDS[kind].unit,
        "interval": KINDS[kind].interval,
        "interval_source": KINDS[kind].source,
        "slice": "segment" if is_survey else "severity",
        "segment": "stakeholder_group" if is_survey else "",
        "mature_at": f"{date(2023, 8, 1) + timedelta(days=30)} 00:00:00",
        "today": date.today().isoformat(),
        "begin": BEGIN,
        "end": END,
    }
