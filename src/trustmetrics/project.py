"""Finds the dbt project."""

from pathlib import Path

from trustmetrics.errors import UserError


def project_root() -> Path:
    """Return the folder that holds dbt_project.yml: the clone that this package is installed from.

    Raises:
        UserError: the package was not installed from a clone.
    """
    root = Path(__file__).resolve().parents[2]
    if not (root / "dbt_project.yml").is_file():
        raise UserError(
            f"there is no dbt project in '{root}'. Install the command from a clone: "
            "pip install -e ."
        )
    return root
