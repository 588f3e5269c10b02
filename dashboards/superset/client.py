"""A client of Superset's API, with what importing a bundle and reading a number takes."""

import json
import urllib.error
import urllib.request
import uuid
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any


class RefusedError(Exception):
    """Superset answered with an error: the message has the path, the code and its words."""


class Client:
    """A signed-in user of a Superset on this machine. What it refuses raises RefusedError."""

    def __init__(self, address: str, user: str, password: str) -> None:
        """Sign in."""
        self.address = address
        # Whatever proxies the environment names: this is a request to this machine.
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )
        self._headers = {"Referer": address}
        said = self.post(
            "security/login",
            {"username": user, "password": password, "provider": "db", "refresh": False},
        )
        self._headers["Authorization"] = f"Bearer {said['access_token']}"
        self._headers["X-CSRFToken"] = self.get("security/csrf_token/")["result"]

    def get(self, path: str) -> dict[str, Any]:
        """Return the JSON that a path of the API answers."""
        return self._ask(path, None, {})

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Return the JSON that a path of the API answers to a JSON document."""
        return self._ask(path, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def import_bundle(self, bundle: Path) -> None:
        """Import a bundle; what Superset has of it is replaced, the database's URI included."""
        boundary = uuid.uuid4().hex
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="bundle"; '
            'filename="bundle.zip"\r\nContent-Type: application/zip\r\n\r\n'
        )
        body = head.encode() + bundle.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        self._ask(
            "assets/import/", body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        )

    def _ask(self, path: str, body: bytes | None, headers: dict[str, str]) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.address}/api/v1/{path}", body, {**self._headers, **headers}
        )
        try:
            with self._opener.open(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            words = error.read().decode(errors="replace")[:2000]
            raise RefusedError(f"{path}: {error.code}: {words}") from error
