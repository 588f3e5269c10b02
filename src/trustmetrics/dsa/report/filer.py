"""Reads the filer's file: what a report needs and the data do not hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from trustmetrics.dsa.template import CATEGORY_PARTS, part, the_template
from trustmetrics.errors import UserError
from trustmetrics.register.load import parse_yaml

GUIDE = "docs/guides/file_a_dsa_report.md"
SKELETON = "filer_skeleton.yml"
LONGEST_SEEN = 60
# The audiences of the template whose rows apply to a kind of provider. A search engine hosts
# nothing for its recipients, and is no online platform.
APPLIES = {
    "intermediary": {"all"},
    "hosting": {"all", "hosting"},
    "platform": {"all", "hosting", "platform"},
    "vlop": {"all", "hosting", "platform", "vlop", "vlop_vlose"},
    "vlose": {"all", "vlop_vlose"},
}
HALVES_ALONE = ("vlop", "vlose")


@dataclass(frozen=True)
class Filer:
    """What a filer says.

    Attributes:
        path: the file, for messages.
        data: its content, as the schema has it.
    """

    path: str
    data: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The kind of provider, a key of APPLIES."""
        kind: str = self.data["provider"]["kind"]
        return kind

    @property
    def region(self) -> str:
        """The region of the data to report on, or all."""
        region: str = self.data.get("region", "all")
        return region

    def applies(self, audience: str) -> bool:
        """Whether rows for an audience of the template apply to the provider."""
        return audience in APPLIES[self.kind]

    def about(self, key: str) -> Mapping[str, Any]:
        """Return a section that may be left out."""
        section: Mapping[str, Any] = self.data.get(key) or {}
        return section


def read_filer(path: Path) -> Filer:
    """Read and check a filer's file.

    Raises:
        UserError: it is not there, not YAML, or breaks the schema; every fault on a line of its
            own, with where it stands and what is expected.
    """
    if not path.is_file():
        raise UserError(
            f"the file '{path}' does not exist. Begin one: trustmetrics report dsa --init {path}"
        )
    data = parse_yaml(path.read_text(encoding="utf-8"), str(path))
    errors = sorted(_schema().iter_errors(data), key=lambda error: list(map(str, error.path)))
    faults = [f"{path}: {line}" for error in errors for line in _told(error)]
    if not faults:
        faults = [f"{path}: {line}" for line in _unknown(data)]
    if faults:
        raise UserError("\n".join(faults))
    return Filer(str(path), data)


def skeleton() -> str:
    """Return a commented file to begin from."""
    return resources.files(__package__).joinpath(SKELETON).read_text(encoding="utf-8")


@cache
def _schema() -> Draft202012Validator:
    text = resources.files(__package__).joinpath("filer.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text), format_checker=FormatChecker(["date"]))


def _told(error: ValidationError) -> list[str]:
    """A fault in words: where, what was seen, what is expected."""
    place = ".".join(str(step) for step in error.absolute_path) or "the file"
    schema: Mapping[str, Any] = error.schema
    known = list(schema.get("properties", ()))
    if error.validator == "additionalProperties":
        surplus = [key for key in error.instance if key not in known]
        return [
            f"{place}: unknown key '{key}'. Known: {', '.join(known)}" for key in map(str, surplus)
        ]
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        told = []
        for key in missing:
            expected = schema["properties"][key].get("description", "a value")
            told.append(f"{place}: '{key}' is missing. Add it: {expected}")
        # jsonschema has an error for each missing key; one of them says all.
        return told if error.message.startswith(f"'{missing[0]}'") else []
    seen = repr(error.instance)
    shown = seen if len(seen) <= LONGEST_SEEN else f"{seen[:LONGEST_SEEN]}..."
    if error.validator == "maxLength":
        size, most = len(error.instance), error.validator_value
        return [f"{place}: {size:,} characters. Shorten it to {most:,} at most"]
    expected = schema.get("description") or error.message
    return [f"{place}: {shown} cannot stand here. Expected: {expected}"]


def _unknown(data: Mapping[str, Any]) -> list[str]:
    """Names that the templates do not have: of categories, rows, scopes and columns."""
    told = []
    labels = the_template().categories
    for label in data.get("categories") or {}:
        if label not in labels:
            told.append(
                f"categories: unknown label '{label}'. Write TOTAL, 1, 1a, ... as in part 2"
            )
    codes = {it.code for it in labels.values() if not it.parent}
    for code in data.get("other_sub_categories") or {}:
        if code not in codes:
            told.append(
                f"other_sub_categories: unknown category '{code}'. "
                "Write its code, such as STATEMENT_CATEGORY_VIOLENCE"
            )
    for key in ("context", "figures"):
        for at, one in enumerate(data.get(key) or ()):
            told += [f"{key}.{at}: {fault}" for fault in _row_faults(one)]
    return told


def _row_faults(one: Mapping[str, Any]) -> list[str]:
    number, row, scope = one["part"], one["row"], one.get("scope", "total")
    template = part(number)
    if number in CATEGORY_PARTS:
        faults = []
        if row not in {it.label for it in template.categories}:
            faults.append(f"part {number} has no category '{row}'. Write TOTAL, 1, 1a, ...")
        columns = [it.id for it in template.columns if it.is_number]
        if one.get("column") not in columns:
            faults.append(f"column must be one of {', '.join(columns)}")
        return faults
    scopes = {
        it.key.scope
        for it in template.lines(languages=the_template().languages)
        if it.key.line == row
    }
    if row not in template.indicators:
        return [f"part {number} has no row '{row}'. Known: {', '.join(template.indicators)}"]
    if scope not in scopes:
        return [f"'{row}' has no scope '{scope}'. Known: {', '.join(sorted(scopes))}"]
    if one.get("value", 0) > 1 and row in ("accuracy", "precision", "recall"):
        return [f"the value {one['value']} is not a share. Write it from 0 to 1"]
    if scope == "implemented" and one.get("value", 0) > 1:
        return [f"the value {one['value']} is not a share. Write it from 0 to 1"]
    return []
