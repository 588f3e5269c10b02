"""What a command needs beyond `trustmetrics build`: the extras of pyproject.toml."""

from importlib.util import find_spec

from trustmetrics.errors import UserError
from trustmetrics.project import project_root

# The modules that this package imports from each extra. Whatever needs one is imported late.
MODULES = {
    "check": ("great_expectations", "pandas"),
    "gate": ("sqlglot",),
    "map": ("sqlglot",),
    "postgres": ("psycopg2",),
    "privacy": ("scipy",),
    "report": ("altair", "vl_convert"),
    "sample": ("numpy",),
    "xlsx": ("openpyxl",),
}


def require(extra: str) -> None:
    """Say which extra to install before any work begins, rather than fail in the midst of it.

    Args:
        extra: a name of MODULES.

    Raises:
        UserError: a module of the extra is not installed; the message gives the command.
    """
    missing = [module for module in MODULES[extra] if find_spec(module) is None]
    if missing:
        raise UserError(
            f"this needs {' and '.join(missing)}, from the extra '{extra}'. "
            f"Run: pip install -e '{project_root()}[{extra}]'"
        )
