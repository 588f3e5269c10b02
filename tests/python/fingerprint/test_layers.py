"""The package has layers: imports stand at the top and go one way."""

import ast
from graphlib import TopologicalSorter
from importlib import resources

PACKAGE = "trustmetrics.fingerprint"


def _imported(nodes: list[ast.stmt]) -> set[str]:
    """The modules of the package that these statements import."""
    walked = [node for one in nodes for node in ast.walk(one)]
    names = [node.module or "" for node in walked if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in walked if isinstance(node, ast.Import) for alias in node.names]
    return {name.removeprefix(f"{PACKAGE}.") for name in names if name.startswith(PACKAGE)}


def test_imports_go_one_way_and_stand_at_the_top() -> None:
    graph: dict[str, set[str]] = {}
    for file in resources.files(PACKAGE).iterdir():
        if file.name.endswith(".py"):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
            graph[file.name.removesuffix(".py")] = _imported(top)
            assert _imported(tree.body) == _imported(top), file.name
    assert graph["project"]
    # Raises CycleError where there is a circle.
    TopologicalSorter(graph).prepare()
