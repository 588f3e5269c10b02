"""Lets dbt read the project from the file that DBT_PARTIAL_PARSE_FILE_PATH names.

Parsing the project takes three quarters of a small build's time, and dbt parses anew wherever the
path of the database differs, which it does in each build. Everything else of dbt is as it is.
"""

import importlib.abc
import importlib.machinery
import os
import sys
from types import ModuleType

MODULE = "dbt.parser.manifest"


class _Loader(importlib.abc.Loader):
    def __init__(self, usual: importlib.abc.Loader) -> None:
        self._usual = usual

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._usual.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._usual.exec_module(module)
        check = module.ManifestLoader.build_manifest_state_check

        def same_profile(self):  # type: ignore[no-untyped-def]
            state = check(self)
            state.profile_hash = type(state.profile_hash).from_contents("any")
            return state

        module.ManifestLoader.build_manifest_state_check = same_profile


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):  # type: ignore[no-untyped-def]
        if name != MODULE:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


if "DBT_PARTIAL_PARSE_FILE_PATH" in os.environ:
    sys.meta_path.insert(0, _Finder())
