"""The gate's modules import in one direction, those inside functions included."""

from __future__ import annotations

import re
from pathlib import Path

from trustmetrics import gate

FOLDER = Path(gate.__file__).parent
LINES = [line.split() for line in re.findall(r"(?m)^    (.+)$", gate.__doc__ or "")]
LAYER_OF = {module: number for number, line in enumerate(LINES) for module in line}
IMPORT = re.compile(r"(?m)^ *from trustmetrics\.gate(?:\.| import )(\w+)")


def test_every_module_has_its_place() -> None:
    assert LAYER_OF.keys() == {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}


def test_no_module_imports_from_its_own_line_or_below() -> None:
    assert [
        f"{module} imports {imported}"
        for module, layer in LAYER_OF.items()
        for imported in IMPORT.findall((FOLDER / f"{module}.py").read_text(encoding="utf-8"))
        if LAYER_OF[imported] >= layer
    ] == []
