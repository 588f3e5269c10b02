"""The limits of the checks, read from expectations.yml beside this file."""

from dataclasses import dataclass
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("expectations.yml")


@dataclass(frozen=True)
class Check:
    """One kind of check.

    Attributes:
        title: what it looks at, for the report.
        limits: its numbers by name; expectations.yml says what they are for.
        reason: why these numbers.
        next_step: what to do where it fails.
    """

    title: str
    limits: dict[str, float]
    reason: str
    next_step: str


@dataclass(frozen=True)
class Settings:
    """What expectations.yml says.

    Attributes:
        numbers: the settings that several checks share, by name.
        vocabularies: names of columns without an enum that hold one of a few values.
        models: per raw table the column that names the model behind its bounded numbers.
        campaigns: raw tables that are filled in campaigns, and which.
        checks: the kinds of check by name.
    """

    numbers: dict[str, int]
    vocabularies: frozenset[str]
    models: dict[str, str]
    campaigns: dict[str, str]
    checks: dict[str, Check]


def read_settings() -> Settings:
    """Read expectations.yml."""
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return Settings(
        numbers={name: setting["value"] for name, setting in content["settings"].items()},
        vocabularies=frozenset(content["vocabularies"]),
        models=content["models"],
        campaigns=content["campaigns"],
        checks={name: Check(**check) for name, check in content["checks"].items()},
    )
