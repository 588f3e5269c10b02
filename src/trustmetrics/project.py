"""Where the dbt project lies."""

from pathlib import Path

from trustmetrics.errors import UserError


def project_root() -> Path:
    """Return the folder that holds dbt_project.yml: the clone that this package is installed from.

    Raises:
        UserError: the package was installed away from its clone.
    """
    root = Path(__file__).resolve().parents[2]
    if not (root / "dbt_project.yml").is_file():
        raise UserError(
            f"no dbt project in '{root}'. Install the command from its clone: pip install -e ."
        )
    return root
