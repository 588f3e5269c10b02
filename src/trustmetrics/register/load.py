"""Reads the register: metrics/<metric>.yml, vocabularies/<seed>.yml in it, and _settings.yml."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker

from trustmetrics.errors import UserError
from trustmetrics.register.vocabulary import SUBFOLDER, Vocabulary, vocabulary_of

FOLDER = "metrics"
SETTINGS = "_settings.yml"
LOCK = "fingerprints.lock.yml"
# What stands in a file where somebody has something to write.
PLACE = "FILL IN"
OPENING = ("introduced", "corrective", "breaking")
# A version goes on under its number, and is computed in another way.
KEEPING = ("amended", "refactor")


@dataclass(frozen=True)
class Entry:
    """One entry of a metric's history.

    Attributes:
        number: its place in the history, from 1.
        version: the version it begins or is about.
        change: introduced, corrective, breaking, amended, refactor or deprecated.
        data: all of its fields.
    """

    number: int
    version: int
    change: str
    data: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return a field as text; empty where it is missing."""
        value = self.data.get(name)
        return "" if value is None else str(value).strip()

    @property
    def moves_along(self) -> tuple[int, ...]:
        """The older versions that this change moves too."""
        return tuple(self.data.get("moves_along") or ())

    @property
    def covers(self) -> tuple[int, ...]:
        """The versions that it says go on under their number, and are computed in another way."""
        own = (self.version,) if self.change in KEEPING else ()
        return (*own, *self.moves_along)


@dataclass(frozen=True)
class Registered:
    """One entry of the register: a metric, or a leaf.

    Attributes:
        name: its id.
        path: its file, from the project's folder.
        data: all of its fields.
        entries: its history, oldest first.
    """

    name: str
    path: str
    data: Mapping[str, Any]
    entries: tuple[Entry, ...]

    @property
    def is_leaf(self) -> bool:
        """Whether it is a leaf rather than a metric."""
        return self.data.get("kind") == "leaf"

    @property
    def model(self) -> str:
        """The dbt model that computes it."""
        return self.data.get("model", self.name)

    @property
    def opened(self) -> list[int]:
        """The versions that were ever begun, oldest first."""
        return [entry.version for entry in self.entries if entry.change in OPENING]

    @property
    def latest(self) -> int:
        """The newest version."""
        return self.opened[-1]

    def deprecation(self, version: int) -> Entry | None:
        """Return the entry that deprecates a version, if there is one."""
        found = [e for e in self.entries if e.version == version and e.change == "deprecated"]
        return found[-1] if found else None

    def can_be_amended(self, version: int) -> bool:
        """Whether a version is kept for those who read it already: an older one, or one that goes.

        A change of any other begins a version of its own.
        """
        return version < self.latest or self.deprecation(version) is not None

    def amendment(self, version: int) -> int | None:
        """Return the number of the last entry that gives a version other numbers in place."""
        found = [e.number for e in self.entries if version in e.covers and e.change != "refactor"]
        return found[-1] if found else None

    def replaced_by_correction(self, version: int) -> bool:
        """Whether a corrective version has taken this one's place."""
        later = (e for e in self.entries if e.change in OPENING and e.version > version)
        successor = next(later, None)
        return successor is not None and successor.change == "corrective"

    def number_columns(self, all_columns: list[str], version_column: str | None) -> list[str]:
        """Return the model's columns that are the number: those named, or all but the version.

        Of a leaf all: a metric may read any of them. A column is found in whatever case it is
        named; one that the model does not have stays as it is named.
        """
        if self.is_leaf:
            return list(all_columns)
        named = self.data.get("columns")
        if not named:
            version = (version_column or "").lower()
            return [name for name in all_columns if name.lower() != version]
        single = [named[key] for key in ("value", "period", "grain") if key in named]
        listed = [*single, *named.get("slices", ()), *named.get("others", ())]
        there = {name.lower(): name for name in all_columns}
        return [there.get(name.lower(), name) for name in listed]


@dataclass(frozen=True)
class Register:
    """A project's register.

    Attributes:
        entries: by id, sorted.
        settings: metrics/_settings.yml.
        vocabularies: the seeds that have a history of their own, by name, sorted.
    """

    entries: Mapping[str, Registered]
    settings: Mapping[str, Any] = field(default_factory=dict)
    vocabularies: Mapping[str, Vocabulary] = field(default_factory=dict)

    @property
    def leaves(self) -> list[str]:
        """The models that are leaves."""
        return [one.model for one in self.entries.values() if one.is_leaf]


def version_pairs(name: str, before: Register, now: Register, where: str) -> list[tuple[int, int]]:
    """Return the versions of a metric to compare: each with itself, a new one with the one before.

    Args:
        name: the metric.
        before: the register on the base.
        now: the register in the working tree.
        where: what the base is called, for an error.

    Raises:
        UserError: a register does not have the metric.
    """
    for register, place in ((now, "the register"), (before, f"the register at {where}")):
        if name not in register.entries:
            raise UserError(f"there is no metric '{name}' in {place}")
    sides = [
        [v for v in metric.opened if not metric.replaced_by_correction(v)]
        for metric in (before.entries[name], now.entries[name])
    ]
    both = [(version, version) for version in sides[1] if version in sides[0]]
    new = [(v - 1, v) for v in sides[1] if v not in sides[0] and v - 1 in sides[0]]
    return [*both, *new]


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML in which a date stays text and a key that stands twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return the mapping; raises where a key stands twice."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = next((key for place, key in enumerate(keys) if key in keys[:place]), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key '{twice}' stands twice", node.start_mark
            )
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def metric_id(name: str) -> str:
    """Return a dbt name as a metric's id: netSales and "Net sales" become net_sales."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"\W+", "_", parted).strip("_").lower()


def parse_yaml(text: str, path: str) -> Any:
    """Return a YAML file's content, its dates as text.

    Raises:
        UserError: it is no YAML; the message names file and line.
    """
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise UserError(f"{path}{line} is not valid YAML: {error.problem}. Correct it") from error
    except yaml.YAMLError as error:
        raise UserError(f"{path} is not valid YAML: {error}. Correct it") from error


def parse_register(files: Mapping[str, str], where: str = "") -> Register:
    """Return the register that these files are.

    Args:
        files: text by file name, of everything in metrics/; a name in metrics/vocabularies/ begins
            with "vocabularies/".
        where: said with an error, where the files are not the working tree's.

    Raises:
        UserError: a file is no YAML, breaks the schema, or its history has no order.
    """
    settings: Mapping[str, Any] = {}
    entries: dict[str, Registered] = {}
    vocabularies: dict[str, Vocabulary] = {}
    for name in sorted(files):
        path = f"{FOLDER}/{name}{where}"
        if name == LOCK or not name.endswith((".yml", ".yaml")):
            continue
        data = parse_yaml(files[name], path)
        if name == SETTINGS:
            _check(data, "settings.schema.json", path)
            settings = data
            continue
        if name.startswith(f"{SUBFOLDER}/"):
            vocabulary = _vocabulary(f"{FOLDER}/{name}", where, data)
            vocabularies[vocabulary.name] = vocabulary
            continue
        _check(data, "schema.json", path)
        if data["metric"] in entries:
            raise UserError(
                f"{path} registers '{data['metric']}', and so does "
                f"{entries[data['metric']].path}. Keep one of them"
            )
        entries[data["metric"]] = _registered(f"{FOLDER}/{name}", where, data)
    return Register(entries, settings, vocabularies)


def _vocabulary(path: str, where: str, data: Any) -> Vocabulary:
    _check(data, "vocabulary.schema.json", f"{path}{where}", "docs/guides/vocabularies.md")
    name = data["vocabulary"]
    if path not in (f"{FOLDER}/{SUBFOLDER}/{name}.yml", f"{FOLDER}/{SUBFOLDER}/{name}.yaml"):
        raise UserError(
            f"{path}{where} registers '{name}'. A file is called as its seed: "
            f"{FOLDER}/{SUBFOLDER}/{name}.yml"
        )
    try:
        return vocabulary_of(path, data)
    except ValueError as error:
        raise UserError(f"{path}{where}: {error}") from error


def _registered(path: str, where: str, data: Mapping[str, Any]) -> Registered:
    if path not in (f"{FOLDER}/{data['metric']}.yml", f"{FOLDER}/{data['metric']}.yaml"):
        raise UserError(
            f"{path}{where} registers '{data['metric']}'. A file is called as its metric: "
            f"{FOLDER}/{data['metric']}.yml"
        )
    entries = tuple(
        Entry(number, item["version"], item["change"], item)
        for number, item in enumerate(data["versions"], 1)
    )
    opened = 0
    for entry in entries:
        if entry.change not in OPENING:
            if entry.version > opened or opened == 0:
                raise UserError(
                    f"{path}{where}: entry {entry.number} of versions is about version "
                    f"{entry.version}, which no entry before it begins"
                )
            _check_covered(f"{path}{where}", entry, entries)
            continue
        if entry.version != opened + 1 or (entry.change == "introduced") != (opened == 0):
            raise UserError(
                f"{path}{where}: entry {entry.number} of versions begins version {entry.version} "
                f"as {entry.change}. The first entry is version 1, introduced; then each one that "
                "is corrective or breaking begins the next number"
            )
        opened = entry.version
        _check_covered(f"{path}{where}", entry, entries)
    return Registered(data["metric"], path, data, entries)


def _check_covered(path: str, entry: Entry, entries: tuple[Entry, ...]) -> None:
    """Which versions an entry may say are computed in another way under their number."""
    place = f"{path}: entry {entry.number} of versions"
    before = entries[: entry.number - 1]
    goes = any((e.version, e.change) == (entry.version, "deprecated") for e in before)
    is_newest = not any(e.change in OPENING and e.version > entry.version for e in before)
    if entry.change == "amended" and is_newest and not goes:
        raise UserError(
            f"{place} amends version {entry.version}, which is the newest. A change of it begins "
            "a version: corrective or breaking"
        )
    replaced = entry.version - 1 if entry.change == "corrective" else None
    for version in entry.moves_along:
        if version >= entry.version or version == replaced or entry.change == "deprecated":
            raise UserError(
                f"{place} ({entry.change}, version {entry.version}) moves version {version} along. "
                "That is for a version older than its own which it does not replace; a deprecation "
                "moves none"
            )


@cache
def _validator(schema: str) -> Draft202012Validator:
    text = resources.files(__package__).joinpath(schema).read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text), format_checker=FormatChecker())


def _check(
    data: Any, schema: str, path: str, guide: str = "docs/guides/change_a_metric.md"
) -> None:
    errors = sorted(_validator(schema).iter_errors(data), key=lambda error: list(error.path))
    if errors:
        error = errors[0]
        place = ".".join(str(part) for part in error.absolute_path) or "the file"
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise UserError(f"{path}: {place}: {error.message}{more}. The fields stand in {guide}")
