"""Serves Superset with the dashboard on this machine, at 127.0.0.1 alone.

Its own database, password and log lie in --home. Run by make superset, with the packages of
requirements.txt; stop it with Ctrl-C.

Example: .venv-superset/bin/python -m dashboards.superset.start --database data/demo/public.duckdb
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from dashboards.superset.bundle import BundleError, arguments, contents, duckdb_uri, write
from dashboards.superset.client import Client, RefusedError

HERE = Path(__file__).resolve().parent
PROGRAMS = Path(sys.executable).parent
USER = "admin"
STEP_SECONDS = 600
SERVER_SECONDS = 300


class StartError(Exception):
    """Superset cannot be served: the message says in one line why."""


def say(text: str) -> None:
    """Tell the user at once, whoever reads the output."""
    print(f"superset: {text}", flush=True)


class Home:
    """The folder of a Superset: its database, its secrets, its log."""

    def __init__(self, folder: Path) -> None:
        """Make the folder where it is not there; only its owner may look into it."""
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.log = self.folder / "log"
        self.password = self._secret("password")
        self.environment = {
            **os.environ,
            "FLASK_APP": "superset",
            "SUPERSET_HOME": str(self.folder),
            "SUPERSET_CONFIG_PATH": str(HERE / "superset_config.py"),
            "SUPERSET_SECRET_KEY": self._secret("secret_key"),
            "SCARF_ANALYTICS": "false",
        }

    def _secret(self, name: str) -> str:
        path = self.folder / name
        if not path.exists():
            path.touch(0o600)
        if not path.read_text():
            path.write_text(secrets.token_urlsafe(32))
        return path.read_text()

    def prepare(self) -> None:
        """Make Superset's own database for the installed version, with one user, once."""
        done = self.folder / "prepared"
        installed = version("apache-superset")
        if done.exists() and done.read_text() == installed:
            return
        say("preparing its own database, once: a minute or two")
        person = ["--username", USER, "--firstname", "Local", "--lastname", "Admin"]
        person += ["--email", "admin@localhost.invalid", "--password", self.password]
        for step in (["db", "upgrade"], ["fab", "create-admin", *person], ["init"]):
            say(f"  {' '.join(step[:2])}")
            with self.log.open("ab") as log:
                ran = subprocess.run(
                    [PROGRAMS / "superset", *step],
                    env=self.environment,
                    stdout=log,
                    stderr=log,
                    timeout=STEP_SECONDS,
                    check=False,
                )
            if ran.returncode != 0:
                raise StartError(f"superset {' '.join(step[:2])} failed. Its words: {self.log}")
        done.write_text(installed)

    def serve(self, port: int) -> subprocess.Popen[bytes]:
        """Start the server, and return when it answers."""
        command = [PROGRAMS / "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "8"]
        command += ["--timeout", "300", "--no-control-socket", "superset.app:create_app()"]
        with self.log.open("ab") as log:
            server = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        limit = time.monotonic() + SERVER_SECONDS
        while server.poll() is None and time.monotonic() < limit:
            with suppress(OSError), opener.open(f"http://127.0.0.1:{port}/health", timeout=5):
                return server
            time.sleep(0.3)
        end(server)
        raise StartError(f"the server did not start. Its words: {self.log}")


def end(server: subprocess.Popen[bytes]) -> None:
    """End a server and wait for it."""
    server.terminate()
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def stop(signal_number: int, frame: object) -> None:
    """Treat a request to end as Ctrl-C."""
    raise KeyboardInterrupt


def run(home: Home, uri: str, port: int) -> None:
    """Prepare, serve and import; return when the server ends."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise StartError(f"port {port} is taken. Name another: --port {port + 1}")
    home.prepare()
    say("starting")
    server = home.serve(port)
    try:
        bundle = home.folder / "bundle.zip"
        write(contents(uri), bundle)
        Client(f"http://127.0.0.1:{port}", USER, home.password).import_bundle(bundle)
        say(f"http://127.0.0.1:{port}/superset/dashboard/trustmetrics/")
        say(f"user {USER}, password in {home.folder / 'password'}; Ctrl-C ends it")
        server.wait()
        raise StartError(f"the server ended. Its words: {home.log}")
    except RefusedError as error:
        raise StartError(f"the import was refused. Superset's words: {home.log}") from error
    finally:
        end(server)


def main() -> int:
    """Serve until Ctrl-C; 2 where that cannot be done."""
    parser = arguments("start", __doc__ or "")
    parser.add_argument("--home", type=Path, default=Path("data/superset"))
    parser.add_argument("--port", type=int, default=8088)
    said = parser.parse_args()
    signal.signal(signal.SIGTERM, stop)
    try:
        uri = said.uri or duckdb_uri(said.database)
        run(Home(said.home), uri, said.port)
    except KeyboardInterrupt:
        say("ended")
    except (BundleError, StartError, OSError, subprocess.TimeoutExpired) as error:
        print(f"superset: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
