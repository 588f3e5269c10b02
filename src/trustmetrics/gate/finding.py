"""What the gate can find: each kind once, with why it matters and how it is mended."""

from __future__ import annotations

from dataclasses import dataclass


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
        subject: the metric, leaf or model that it is about.
        what: what was found, with names and numbers.
        command: the one command that mends it, or the first step of it.
        file: the file that it is mended in, from the project's folder.
        version: the metric's version, where it is about one.
    """

    id: str
    subject: str
    what: str
    command: str
    file: str = ""
    version: int | None = None

    @property
    def kind(self) -> Kind:
        """What it stands for."""
        return KINDS[self.id]


KINDS = {
    "G001": Kind(
        "meaning changed without a new version",
        "Everyone who reads the number goes on believing that it means what it meant.",
        "Undo the change, or say that it is meant: a corrective version (the old number was "
        "wrong), a breaking one (we now mean something else), or a refactor (the numbers stay).",
    ),
    "G002": Kind(
        "new entry without reason, decision or date",
        "In two years somebody asks why the number changed and who said so.",
        "Fill in reason, decided_by, decided_on, effective_from and restates_history.",
    ),
    "G003": Kind(
        "entry without a change",
        "A change log that reports changes which were none teaches people not to read it.",
        "Take the entry out; the fingerprint is what it was.",
    ),
    "G004": Kind(
        "history edited",
        "The change log is evidence: what was decided stands as it was written then.",
        "Restore what stood on the base branch, and add an entry at the end instead.",
    ),
    "G005": Kind(
        "metric or version removed without deprecation",
        "Whoever reads it finds nothing, and no word of what to read instead.",
        "Bring it back and add a deprecation with the date on which it goes; remove it from then.",
    ),
    "G006": Kind(
        "name of a retired metric used again",
        "Old reports and new ones would show different things under one name.",
        "Give the new metric another name.",
    ),
    "G007": Kind(
        "metric without an owner",
        "Nobody answers for the number.",
        "Name the team that answers for it.",
    ),
    "G008": Kind(
        "version of the model and of the register disagree",
        "A reader cannot tell which definition a row was computed by.",
        "Give the model the versions that the register has open, and each its number.",
    ),
    "G009": Kind(
        "contract changed: column dropped, renamed or retyped",
        "Dashboards and exports that read the column break.",
        "Restore the column, or change it in a new version of the model.",
    ),
    "G010": Kind(
        "register out of step with the models",
        "What the register says is not what is computed.",
        "Make the generated files again and commit them.",
    ),
    "G011": Kind(
        "seed changed and its metrics not re-versioned",
        "A row of a vocabulary is part of what the number means.",
        "Undo the change of the seed, or write a new version of every metric that reads it.",
    ),
    "G012": Kind(
        "leaf changed without a new version",
        "Every metric reads it: all of them look from another instant.",
        "Undo the change, or write the leaf's new version.",
    ),
    "G013": Kind(
        "result changed though the SQL compares as the same",
        "Something outside the SQL moved the number: a library, an engine, a macro at run time.",
        "Find the cause; if the new number is right, write a corrective version.",
    ),
    "G014": Kind(
        "refactor that changes results",
        "A refactor promises that every number stays.",
        "Undo what moved the numbers, or make the entry a corrective or breaking version.",
    ),
    "G015": Kind(
        "register entry with a field missing",
        "A reader of the catalogue cannot tell what the number is.",
        "Fill in the field; metrics/_settings.yml lists those that this register asks for.",
    ),
    "G016": Kind(
        "published table does not pass the metric on as it is",
        "Dashboards and reports read that table, not the metric's own model.",
        "Stack the metric's model into it, each column as it is; compute in the metric's model.",
    ),
}
