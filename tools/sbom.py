"""Writes the bill of materials of what runs beside the project, in CycloneDX's JSON.

Run by `make sbom`, with the packages of tools/requirements.lock. cyclonedx-py describes what is
installed; what stays in is what the project and its extras require, without the tools of
development. The same installed set gives the same bytes: no serial number, no time, no path.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.utils import canonicalize_name

from tools.closure import ROOT, Installed, MissingError, declared


def described(python: Path) -> dict[str, Any]:
    """Return what cyclonedx-py says of the environment of an interpreter."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible"]
    command += ["--pyproject", str(ROOT / "pyproject.toml"), str(python)]
    # Either would put something of this run into the bill.
    left_out = {"PYTHONPATH", "SOURCE_DATE_EPOCH"}
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment, cwd=ROOT)
    return json.loads(done.stdout)


def pruned(bom: dict[str, Any], installed: Installed) -> dict[str, Any]:
    """Leave in a bill what the project needs: required for a build, optional for an extra.

    cyclonedx-py takes every extra of a package for a dependency; these are the ones in use.
    """
    direct = declared("all")
    required, edges = installed.closure(declared()), installed.closure(direct)
    ref_of = {canonicalize_name(one["name"]): one["bom-ref"] for one in bom["components"]}
    needed_by = {bom["metadata"]["component"]["bom-ref"]: {one.name for one in direct}}
    needed_by |= {ref_of[name]: edges[name] for name in sorted(edges)}
    bom["components"] = [
        one | {"scope": "required" if canonicalize_name(one["name"]) in required else "optional"}
        for one in bom["components"]
        if canonicalize_name(one["name"]) in edges
    ]
    bom["dependencies"] = [
        {"ref": ref, "dependsOn": sorted({ref_of[canonicalize_name(name)] for name in names})}
        for ref, names in needed_by.items()
    ]
    return bom


def main() -> None:
    """Write the bill; exit 2 where it cannot be made, or is not valid by CycloneDX's schema."""
    parser = argparse.ArgumentParser(description="Writes a CycloneDX bill of materials.")
    parser.add_argument("--environment", type=Path, default=ROOT / ".venv")
    parser.add_argument("--out", type=Path, default=ROOT / "data/sbom.json")
    given = parser.parse_args()
    (packages,) = given.environment.glob("lib/python3.*/site-packages")
    try:
        bom = pruned(described(given.environment / "bin/python"), Installed(packages))
    except MissingError as error:
        print(f"sbom: {error}", file=sys.stderr)
        sys.exit(2)
    text = json.dumps(bom, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if fault:
        print(f"sbom: not valid by CycloneDX's schema: {fault}", file=sys.stderr)
        sys.exit(2)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(text, encoding="utf-8")
    scopes = [one["scope"] for one in bom["components"]]
    print(
        f"{scopes.count('required')} packages that a build requires, {scopes.count('optional')} "
        f"more of the extras, valid by CycloneDX 1.6: {given.out}"
    )


if __name__ == "__main__":
    main()
