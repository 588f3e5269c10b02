"""A small build, its Postgres twin, and a Superset that serves the dashboard on the first."""

from __future__ import annotations

import datetime
import os
import queue
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboards.superset.client import Client
from dashboards.superset.start import USER
from tests.python.door.postgres_server import (
    connect,
    load_raw,
    postgres_server,
    server_programs,
)
from trustmetrics.dbt_process import run_dbt

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv-superset"
GUIDE = ROOT / "docs/guides/bi_tools.md"
AS_OF = datetime.datetime(2026, 7, 2)
START_SECONDS = 900

# Loaded by every Python process of Superset's: what it asks for beyond this machine. A local
# socket is no network.
WATCH = """
import os
import sys

ASKING = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}
OURS = {"localhost", "127.0.0.1", "::1", "0.0.0.0", "", None}


def watch(event, arguments):
    if event not in ASKING:
        return
    place = arguments[0] if isinstance(arguments[0], (str, bytes, type(None))) else arguments[-1]
    if isinstance(place, tuple):
        place = place[0]
    elif event in {"socket.connect", "socket.sendto"}:
        return
    if isinstance(place, bytes):
        place = place.decode()
    if place not in OURS:
        with open(os.environ["ASKED"], "a") as asked:
            asked.write(f"{event} {place}\\n")
        raise OSError("this process may not use the network")


sys.addaudithook(watch)
"""


def statements(start: str) -> list[str]:
    """The SQL of the guide that begins so, as it stands there."""
    blocks = re.findall(r"```sql\n(.*?)```", GUIDE.read_text("utf-8"), re.S)
    return [block for block in blocks if block.startswith(start)]


@dataclass
class Built:
    """A build: the file for those who may see cases, and the one of the marts alone."""

    whole: Path
    marts: Path

    def one(self, query: str) -> Any:
        """The one value of a query on the marts."""
        with duckdb.connect(str(self.marts), read_only=True) as connection:
            ((value,),) = connection.execute(query).fetchall()
        return value


@dataclass
class Superset:
    """A Superset that serves, its client, and what its processes asked of other hosts."""

    address: str
    client: Client
    asked: Path
    datasets: dict[str, int] = field(default_factory=dict)

    def ask(self, **query: Any) -> list[dict[str, Any]]:
        """The rows that the API gives for a query on the dataset kpi_trends."""
        if not self.datasets:
            listed = self.client.get("dataset/")["result"]
            self.datasets = {one["table_name"]: one["id"] for one in listed}
        body = {
            "datasource": {"id": self.datasets["kpi_trends"], "type": "table"},
            "queries": [query],
            "force": True,
        }
        (result,) = self.client.post("chart/data", body)["result"]
        return result["data"]


@pytest.fixture(scope="session")
def superset_python() -> Path:
    """The interpreter of Superset's environment."""
    if not (VENV / ".ready").exists():
        pytest.skip("Superset is not installed here: make superset-venv, which needs an index")
    return VENV / "bin/python"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A build of a small sample, in a folder whose name tries the URI."""
    folder = tmp_path_factory.mktemp("built files & more")
    command = [sys.executable, "-m", "trustmetrics"]
    raw, made = folder / "raw", Built(folder / "whole.duckdb", folder / "public.duckdb")
    subprocess.run(
        [*command, "sample", "--out", str(raw), "--seed", "1", "--size", "3000"], check=True
    )
    subprocess.run(
        [*command, "build", "--raw", str(raw), "--database", str(made.whole),
         "--marts-only", str(made.marts), "--as-of", str(AS_OF)],
        check=True,
    )  # fmt: skip
    return made


@pytest.fixture(scope="session")
def postgres_uri(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URI of a Postgres that dbt built from the same rows, for the user of the guide."""
    programs = server_programs()
    if programs is None:
        pytest.skip("Postgres is not installed here (Debian: apt-get install postgresql)")
    folder = tmp_path_factory.mktemp("postgres")
    with postgres_server(programs) as environment:
        load_raw(built.whole, environment, folder)
        outcome = run_dbt(
            ["build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test",
             "--select", "+kpi_trends", "+dim_metrics", "+dim_periods",
             "--target-path", str(folder / "target")],
            ROOT,
            {**environment, "TRUSTMETRICS_AS_OF": str(AS_OF)},
            lambda number, count, description: None,
        )  # fmt: skip
        assert outcome.exit_code == 0, outcome.errors
        with connect(environment) as server, server.cursor() as cursor:
            (grants,) = statements("create role bi")
            cursor.execute(grants)
        yield (
            f"postgresql+psycopg2://bi@127.0.0.1:{environment['TRUSTMETRICS_PG_PORT']}"
            f"/{environment['TRUSTMETRICS_PG_DATABASE']}"
        )


@pytest.fixture(scope="session")
def superset(
    superset_python: Path, built: Built, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Superset]:
    """What make superset serves, on the built file."""
    folder = tmp_path_factory.mktemp("superset")
    (folder / "sitecustomize.py").write_text(WATCH)
    home, asked = folder / "home", folder / "asked"
    asked.touch()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [superset_python, "-m", "dashboards.superset.start", "--database", built.marts,
         "--home", home, "--port", str(port)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(folder), "ASKED": str(asked)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip
    try:
        said = _until(server, "Ctrl-C ends it")
        log = home / "log"
        words = log.read_text(errors="replace")[-3000:] if log.exists() else ""
        assert "Ctrl-C ends it" in said, f"{said}\n{words}"
        address = f"http://127.0.0.1:{port}"
        client = Client(address, USER, (home / "password").read_text())
        yield Superset(address, client, asked)
    finally:
        server.terminate()
        server.wait(60)


def _until(server: subprocess.Popen[str], last: str) -> str:
    """What a process says up to a line with some words, or to its end."""
    lines: queue.Queue[str] = queue.Queue()

    def read() -> None:
        for line in server.stdout or ():
            lines.put(line)
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    said = ""
    while last not in said:
        line = lines.get(timeout=START_SECONDS)
        if not line:
            break
        said += line
    return said
