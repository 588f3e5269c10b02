"""What a report is held to, and what was found; rules.yml says it in words, each rule once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

BREACH = "breach"
WARNING = "warning"


@dataclass(frozen=True)
class Rule:
    """A rule.

    Attributes:
        id: DSA-<part, 0 for any>.<number>-<name>.
        severity: breach or warning.
        source: what it rests on, the part and point of Annex II first.
        says: what must hold, and why.
    """

    id: str
    severity: str
    source: str
    says: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that breaks a rule.

    Attributes:
        rule: the id.
        part: 1 to 11; 0 where it is about the report, or no part could be told.
        file: the file, from the folder's or archive's top; with its sheet, where it has sheets.
        row: as a spreadsheet numbers it, the header's being 1; in JSON the number of the record;
            None for the file as a whole.
        column: the template's name of the column; '' for the row as a whole.
        seen: what stands there.
        expected: what should.
    """

    rule: str
    part: int
    file: str
    row: int | None
    column: str
    seen: str
    expected: str

    @property
    def severity(self) -> str:
        """The rule's."""
        return rules()[self.rule].severity


@cache
def rules() -> dict[str, Rule]:
    """Return all rules by id, in their order."""
    text = resources.files(__package__).joinpath("rules.yml").read_text(encoding="utf-8")
    return {identity: Rule(identity, **said) for identity, said in yaml.safe_load(text).items()}


@cache
def _ids() -> dict[str, str]:
    return {identity.split("-")[1]: identity for identity in rules()}


def rule_id(number: str) -> str:
    """Return the whole id of a rule from its number, '0.32'.

    Raises:
        KeyError: no rule has it.
    """
    return _ids()[number]
