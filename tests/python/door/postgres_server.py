"""A private Postgres server for the tests, where Postgres is installed."""

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psycopg2
import psycopg2.extensions

TYPES = {
    "VARCHAR": "text",
    "BIGINT": "bigint",
    "DOUBLE": "double precision",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
}


def server_programs() -> Path | None:
    """The folder of initdb and pg_ctl; None where Postgres is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders else None


@contextmanager
def postgres_server(programs: Path) -> Iterator[dict[str, str]]:
    """Start a server on a free port of this machine alone; yield the environment for dbt."""
    home = Path(tempfile.mkdtemp(prefix="trustmetrics-postgres-"))
    user = _server_user()
    os.chown(home, pwd.getpwnam(user).pw_uid, -1)
    port = _free_port()
    options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off"
    try:
        _run(user, programs / "initdb", "-D", home / "data", "-A", "trust", "-U", "postgres",
             "-E", "UTF8", "--locale=C.UTF-8")  # fmt: skip
        _run(user, programs / "pg_ctl", "-D", home / "data", "-o", options,
             "-l", home / "log", "-w", "start")  # fmt: skip
        yield {
            "TRUSTMETRICS_TARGET": "postgres",
            "TRUSTMETRICS_PG_HOST": "127.0.0.1",
            "TRUSTMETRICS_PG_PORT": str(port),
            "TRUSTMETRICS_PG_USER": "postgres",
            "TRUSTMETRICS_PG_DATABASE": "postgres",
        }
    finally:
        _run(user, programs / "pg_ctl", "-D", home / "data", "-m", "immediate", "stop", check=False)
        shutil.rmtree(home, ignore_errors=True)


def connect(environment: dict[str, str]) -> psycopg2.extensions.connection:
    """A connection to the server of an environment."""
    return psycopg2.connect(
        host=environment["TRUSTMETRICS_PG_HOST"],
        port=environment["TRUSTMETRICS_PG_PORT"],
        user=environment["TRUSTMETRICS_PG_USER"],
        dbname=environment["TRUSTMETRICS_PG_DATABASE"],
    )


def load_raw(database: Path, environment: dict[str, str], workshop: Path) -> None:
    """Copy what the views raw.* of a DuckDB file show into the schema raw_input."""
    with (
        duckdb.connect(str(database), read_only=True) as source,
        connect(environment) as target,
        target.cursor() as cursor,
    ):
        source.execute("set timezone = 'UTC'")
        cursor.execute("create schema raw_input")
        views = source.execute("select view_name from duckdb_views() where schema_name = 'raw'")
        for (table,) in views.fetchall():
            described = source.execute(f"describe raw.{table}").fetchall()
            columns = {name: TYPES[kind] for name, kind, *_ in described if name[:4] != "raw_"}
            names = ", ".join(columns)
            types = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            cursor.execute(f"create table raw_input.{table} ({types})")
            part = workshop / f"{table}.csv"
            source.execute(
                f"copy (select {names} from raw.{table}) to '{part}' "
                "(header false, force_quote *, nullstr '\\N')"
            )
            with part.open() as lines:
                cursor.copy_expert(
                    f"copy raw_input.{table} from stdin "
                    f"(format csv, null '\\N', force_null ({names}))",
                    lines,
                )


def _server_user() -> str:
    """Postgres refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else getpass.getuser()


def _run(user: str, *command: str | Path, check: bool = True) -> None:
    switch = {"user": user} if os.geteuid() == 0 else {}
    subprocess.run(
        [str(part) for part in command], check=check, stdout=subprocess.DEVNULL, cwd="/", **switch
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
