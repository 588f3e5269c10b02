"""What the gate can find; findings.yml says it in words, each kind once."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

import yaml

from trustmetrics.register.load import Registered
from trustmetrics.register.vocabulary import Vocabulary


@dataclass(frozen=True)
class Kind:
    """A kind of finding.

    Attributes:
        title: what is wrong, in general.
        why: why it matters.
        mend: how it is mended.
    """

    title: str
    why: str
    mend: str


@dataclass(frozen=True)
class Finding:
    """One finding.

    Attributes:
        id: G001 and so on; KINDS says what it stands for.
        subject: the metric, leaf, model or file that it is about.
        what: what was found, with names and numbers.
        command: the one command that mends it, or the first step of it.
        file: the file to mend it in, from the project's folder.
        version: the metric's version, where it is about one.
        shared: what it says, without its subject, where several can be said as one: "metrics
            without an owner".
    """

    id: str
    subject: str
    what: str
    command: str
    file: str = ""
    version: int | None = None
    shared: str = ""

    @property
    def kind(self) -> Kind:
        """What it stands for."""
        return KINDS[self.id]


def about(
    identity: str,
    metric: Registered | Vocabulary,
    what: str,
    command: str,
    version: int | None = None,
    shared: str = "",
) -> Finding:
    """Return a finding that is mended in a metric's or vocabulary's own file."""
    return Finding(identity, metric.name, what, command, metric.path, version, shared)


_TEXT = resources.files(__package__).joinpath("findings.yml").read_text(encoding="utf-8")
KINDS = {identity: Kind(**said) for identity, said in yaml.safe_load(_TEXT).items()}
