"""What a filer says that the raw contract cannot know, as one YAML file."""

from __future__ import annotations

import json
from pathlib import Path
from string import Formatter
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from trustmetrics.errors import UserError
from trustmetrics.texts import read_text

SCHEMA = Path(__file__).with_name("filer.schema.json")
GUIDE = "docs/guides/export_statements_of_reasons.md"
# What a text of facts may name in braces.
PLACEHOLDERS = (
    "action",
    "surface",
    "policy",
    "applied_on",
    "content_on",
    "found",
    "decided",
)


class _Loader(yaml.SafeLoader):
    """Yes and No are what the database writes, not booleans."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_filer(path: Path) -> dict[str, Any]:
    """Read a filer's file.

    Raises:
        UserError: it is missing or breaks its schema. All faults, a line each.
    """
    if not path.is_file():
        raise UserError(f"'{path}' does not exist. Write it as in {GUIDE}")
    try:
        # The loader is a safe one, without booleans.
        content = yaml.load(read_text(path), _Loader)
    except yaml.YAMLError as error:
        raise UserError(f"'{path}' is not valid YAML ({' '.join(str(error).split())})") from error
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    faults = [
        f"'{path}': {'.'.join(map(str, fault.absolute_path)) or 'the file'}: {fault.message}"
        for fault in sorted(Draft202012Validator(schema).iter_errors(content), key=str)
    ]
    if not faults:
        faults = [
            f"'{path}': {where}: {fault}"
            for where, text in _texts(content)
            if (fault := _template_fault(text))
        ]
    if faults:
        raise UserError("\n".join([*faults[:20], f"Correct it as {GUIDE} says"]))
    return dict(content)


def _texts(content: dict[str, Any]) -> list[tuple[str, str]]:
    own = [
        (f"policies.{code}.facts", policy["facts"])
        for code, policy in content["policies"].items()
        if "facts" in policy
    ]
    return [("facts", content["facts"]), *own]


def _template_fault(text: str) -> str:
    """What is wrong with a text with names in braces; empty where nothing is."""
    try:
        parsed = list(Formatter().parse(text))
    except ValueError as error:
        return f"{error}. Write a brace that is meant as one twice"
    for _, name, form, how in parsed:
        if name is not None and (name not in PLACEHOLDERS or form or how):
            return f"'{{{name}}}' is not known. Write one of {', '.join(PLACEHOLDERS)} in braces"
    return ""
