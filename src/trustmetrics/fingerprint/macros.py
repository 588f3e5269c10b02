"""What belongs to a number's meaning but is not in any query: how the raw data are opened at the
start of a run, what hooks do to a model's table, and the macros of other engines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from trustmetrics.fingerprint.canonical import digest_of

JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
SQL_COMMENT = re.compile(r"(?m)^\s*--.*$")
SPACE = re.compile(r"\s+")
# What a macro says to people: an error that ends the run, or a line of the log.
SPEECH = re.compile(r"\{%-?\s*do\s+(?:exceptions\.raise_compiler_error|log)\(.*?%\}", re.DOTALL)
# What does something to the database or to the run, besides speaking.
ACTS = re.compile(r"run_query|statement|adapter|context|load_result|builtins")
# Settings that say how an incremental model or a snapshot grows.
INCREMENTAL = ("unique_key", "incremental_strategy", "strategy", "updated_at", "check_cols")


class Macros:
    """The macros of a manifest, as text without comments and with single spaces."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        """Look into a manifest.json, read."""
        self.manifest = manifest
        self.package = manifest["metadata"]["project_name"]

    @cached_property
    def start_hooks(self) -> str:
        """The digest of what is in place before any model runs: hooks at the start of each run, and
        the project's own database functions; empty where there are none."""
        hooks = [
            node
            for _, node in sorted(self.manifest["nodes"].items())
            if node["resource_type"] == "operation" and "on-run-start" in node.get("tags", ())
        ]
        # A query calls a function that the project defines in the database by its name only.
        functions = sorted(
            f"{node['name']} {bare(node.get('raw_code') or '')}"
            for node in self.manifest.get("functions", {}).values()
        )
        if not hooks and not functions:
            return ""
        calls = [bare(node["raw_code"]) for node in hooks] + functions
        reached = self._reached(one for node in hooks for one in node["depends_on"]["macros"])
        texts = [mute(self.manifest["macros"][one]["macro_sql"]) for one in reached]
        return digest_of("start", *calls, *texts)

    def beyond_the_query(self, node: Mapping[str, Any]) -> str:
        """Return what a model's table depends on besides its query: hooks and increments."""
        config = node["config"]
        hooks = [
            bare(hook["sql"] if isinstance(hook, dict) else hook)
            for hook in [*(config.get("pre-hook") or ()), *(config.get("post-hook") or ())]
        ]
        kind = config.get("materialized")
        if kind in ("incremental", "snapshot", "microbatch"):
            hooks += [f"{name}={config[name]}" for name in INCREMENTAL if config.get(name)]
            hooks.append(bare(node["raw_code"]))
        return "\n".join(hooks)

    def of_other_engines(self, nodes: Iterable[Mapping[str, Any]]) -> dict[str, str]:
        """Return the digest of each macro that replaces one of the models' own on another engine.

        These are the project's macros called <engine>__<name> whose <name> the models reach.
        """
        own = self.manifest["metadata"]["adapter_type"]
        reached = self._reached(one for node in nodes for one in node["depends_on"]["macros"])
        names = {self.manifest["macros"][one]["name"].split("__")[-1] for one in reached}
        return {
            macro["name"]: digest_of(mute(macro["macro_sql"]))
            for macro in self.manifest["macros"].values()
            if macro["package_name"] == self.package
            and "__" in macro["name"]
            and macro["name"].split("__")[0] not in (own, "default")
            and macro["name"].split("__")[-1] in names
        }

    def _reached(self, start: Iterable[str]) -> list[str]:
        """The project's own macros that these call, directly or not, by id."""
        found: set[str] = set()
        stack = list(start)
        while stack:
            unique_id = stack.pop()
            macro = self.manifest["macros"].get(unique_id)
            if macro and macro["package_name"] == self.package and unique_id not in found:
                found.add(unique_id)
                said = mute(macro["macro_sql"])
                stack += (one for one in macro["depends_on"]["macros"] if self._acts(one, said))
        return sorted(found)

    def _acts(self, unique_id: str, said: str) -> bool:
        """Whether a macro does more for another one, whose mute text is given, than word what it
        tells people."""
        macro = self.manifest["macros"].get(unique_id)
        if (
            macro is None
            or macro["name"].split("__")[-1] in said
            or ACTS.search(macro["macro_sql"])
        ):
            return True
        return any(self._acts(one, "") for one in macro["depends_on"]["macros"])


def mute(code: str) -> str:
    """Return a macro's text without comments and without what it says to people, so that an error
    can be put into better words while every number stays what it is."""
    return bare(SPEECH.sub(lambda tag: tag[0] if ACTS.search(tag[0]) else "{% do speak() %}", code))


def bare(code: str) -> str:
    """Return Jinja or SQL text without comments and with single spaces."""
    return SPACE.sub(" ", SQL_COMMENT.sub(" ", JINJA_COMMENT.sub(" ", code))).strip()
