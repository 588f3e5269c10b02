"""Makes the ZIP file that Superset imports: a dashboard, its charts, datasets and database.

What lies in bundle/ is in Superset's own format but for three things, which are filled in here so
that each is written once: the database's URI, the datasets' columns with their descriptions (from
the models' contracts), and each chart's query (from its own parameters), for Superset's API.

Example: python -m dashboards.superset.bundle --database data/demo/public.duckdb --out trust.zip
"""

import argparse
import json
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import duckdb
import yaml

HERE = Path(__file__).resolve().parent
MODELS = HERE.parents[1] / "models"
# Read only, and no way to other files or the network: neither for a chart nor for SQL Lab.
OPTIONS = "access_mode=read_only&enable_external_access=false"
DOCS = re.compile(r"{%\s*docs (\w+)\s*%}(.*?){%\s*enddocs\s*%}", re.S)
DOC = re.compile(r"{{\s*doc\('(\w+)'\)\s*}}")
Content = dict[str, Any]


class BundleError(Exception):
    """The bundle cannot be made: the message says in one line why, and how to mend it."""


def duckdb_uri(database: Path) -> str:
    """Return the SQLAlchemy URI with which a BI tool reads a file that holds the marts alone.

    Raises:
        BundleError: it is not there, is not a DuckDB file, has a name that does not work, lacks the
            marts or holds more than them.
    """
    path = database.resolve()
    if "?" in path.as_posix():
        raise BundleError(f"{path}: a path with a question mark cannot stand in a URI. Rename it")
    if path.name.partition(".")[0] == "marts":
        # DuckDB calls an open file by its name, and the schema is called so, too.
        raise BundleError(
            f"{path}: in a file of this name, marts.kpi_trends has two readings. Rename it"
        )
    if not path.is_file():
        raise BundleError(f"{path} is not there. Run: trustmetrics build --marts-only {path}")
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            found = connection.execute("select schema_name, table_name from duckdb_tables()")
            tables = set(found.fetchall())
    except duckdb.Error as error:
        raise BundleError(f"{path} cannot be read: {str(error).splitlines()[0]}") from error
    if ("marts", "kpi_trends") not in tables:
        raise BundleError(f"{path} has no table marts.kpi_trends. Build it again")
    beyond = sorted({schema for schema, _ in tables} - {"marts"})
    if beyond:
        raise BundleError(
            f"{path} holds single cases, too (schemas {', '.join(beyond)}), which everybody with "
            "SQL Lab could read. Give the file that trustmetrics build --marts-only writes; if "
            f"this one is meant: --uri 'duckdb:///{path.as_posix()}?{OPTIONS}'"
        )
    return f"duckdb:///{path.as_posix()}?{OPTIONS}"


def contents(uri: str) -> dict[str, Content]:
    """Return the files of the bundle by their name in it, for a database's SQLAlchemy URI."""
    files = {
        path.relative_to(HERE / "bundle").as_posix(): yaml.safe_load(path.read_text("utf-8"))
        for path in sorted((HERE / "bundle").rglob("*.yaml"))
    }
    for name, one in files.items():
        if name.startswith("databases/"):
            one["sqlalchemy_uri"] = one["sqlalchemy_uri"].format(sqlalchemy_uri=uri)
        elif name.startswith("datasets/"):
            one["columns"] = columns(one["table_name"], one.get("main_dttm_col"))
        elif name.startswith("charts/"):
            one["params"]["viz_type"] = one["viz_type"]
            one["query_context"] = json.dumps(query_context(one["params"]))
    return files


def columns(table: str, time_column: str | None) -> list[Content]:
    """Return a mart's columns as Superset has them, from the contract of its model."""
    text = (MODELS / f"marts/{table}.yml").read_text("utf-8")
    (model,) = yaml.safe_load(text)["models"]
    return [
        {
            "column_name": one["name"],
            "type": one["data_type"].upper(),
            "is_dttm": one["data_type"] in {"date", "timestamp"},
            "description": DOC.sub(lambda found: docs()[found[1]], one["description"]),
            "groupby": True,
            "filterable": True,
        }
        for one in model["columns"]
    ]


@cache
def docs() -> dict[str, str]:
    """Return the texts that descriptions of columns refer to, by name."""
    texts = (path.read_text("utf-8") for path in sorted(MODELS.rglob("*.md")))
    return {name: " ".join(body.split()) for text in texts for name, body in DOCS.findall(text)}


def query_context(params: Content) -> Content:
    """Return the query of a chart with these parameters, as Superset's own editor would save it."""
    raw = params.get("query_mode") == "raw"
    columns = list(params["all_columns"]) if raw else [params["x_axis"], *params["groupby"]]
    query = {
        "columns": columns,
        "metrics": None if raw else params["metrics"],
        "filters": [
            {"col": one["subject"], "op": one["operator"], "val": one.get("comparator")}
            for one in params["adhoc_filters"]
        ],
        "orderby": [json.loads(one) for one in params.get("order_by_cols", [])],
        "row_limit": params["row_limit"],
        "extras": {},
    }
    if not raw:
        query["orderby"] = [[column, True] for column in columns]
    # The import puts the dataset's id in place of this one.
    return {
        "datasource": {"id": 0, "type": "table"},
        "force": False,
        "queries": [query],
        "form_data": {**params, "datasource": "0__table"},
        "result_format": "json",
        "result_type": "full",
    }


def write(files: dict[str, Content], out: Path) -> None:
    """Write the bundle."""
    with ZipFile(out, "w", ZIP_DEFLATED) as bundle:
        for name, content in files.items():
            text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
            bundle.writestr(f"trustmetrics/{name}", text)


def arguments(module: str, doc: str) -> argparse.ArgumentParser:
    """Return a parser for a module of this folder that asks which database to show.

    Args:
        module: its name.
        doc: its docstring: a summary, then more, then an example.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m dashboards.superset.{module}",
        description=doc.partition("\n")[0],
        epilog=doc[doc.index("Example:") :],
    )
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--database", type=Path, help="the file of trustmetrics build --marts-only")
    where.add_argument("--uri", help="SQLAlchemy URI of another database, such as Postgres")
    return parser


def main() -> int:
    """Write a bundle for a database; 2 where it cannot be made."""
    parser = arguments("bundle", __doc__ or "")
    parser.add_argument("--out", type=Path, required=True, help="the ZIP file to write")
    said = parser.parse_args()
    try:
        uri = said.uri or duckdb_uri(said.database)
        write(contents(uri), said.out)
    except (BundleError, OSError) as error:
        print(f"bundle: {error}", file=sys.stderr)
        return 2
    print(f"{said.out}: in Superset, Dashboards > Import dashboard")
    return 0


if __name__ == "__main__":
    sys.exit(main())
