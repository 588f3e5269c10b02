"""Which metrics read a raw table, and which are not measured without it."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from trustmetrics.gate.state import register_of

REF = re.compile(r"""\bref\(\s*['"](\w+)['"]""")
STAGED = "stg_"


@dataclass
class Readers:
    """The metrics that read a raw table.

    Attributes:
        required: those that are not measured without it, as the register says.
        others: those whose number lacks a part without it, or that have no denominator.
    """

    required: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """In words; empty where no metric reads the table."""
        if self.required:
            return f"not measured without it: {', '.join(self.required)}"
        return f"read by: {', '.join(self.others)}" if self.others else ""


def readers(project: Path) -> dict[str, Readers]:
    """The metrics that read each raw table, by following ref() from the metrics' models.

    Args:
        project: the folder that holds dbt_project.yml.
    """
    refs = {
        path.stem: set(REF.findall(path.read_text(encoding="utf-8")))
        for path in (project / "models").rglob("*.sql")
    }
    found: dict[str, Readers] = defaultdict(Readers)
    for name, metric in register_of(project).entries.items():
        if metric.is_leaf:
            continue
        required = set(metric.data.get("requires", ()))
        for table in sorted(_staged(refs, f"{metric.model}_v{metric.latest}") | required):
            kind = found[table].required if table in required else found[table].others
            kind.append(name)
    return found


def _staged(refs: dict[str, set[str]], model: str) -> set[str]:
    """The raw tables whose staging models a model reads, directly or through others."""
    seen, ahead = {model}, [model]
    while ahead:
        for other in refs.get(ahead.pop(), set()) - seen:
            seen.add(other)
            if not other.startswith(STAGED):
                ahead.append(other)
    return {one.removeprefix(STAGED) for one in seen if one.startswith(STAGED)}
