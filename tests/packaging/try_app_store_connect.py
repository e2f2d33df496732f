"""Tries the client of the environment whose Python runs this, which needs nothing else."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import distribution
from pathlib import Path
from threading import Thread

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

import app_store_connect
from app_store_connect import ApiKey, AsyncClient, Client

APP = {"type": "apps", "id": "a1", "attributes": {"name": "Trails"}}


class Handler(BaseHTTPRequestHandler):
    """Answers every request with one app."""

    agents: list[str | None] = []  # noqa: RUF012 - the server makes an instance for each request

    def do_GET(self) -> None:
        self.agents.append(self.headers["User-Agent"])
        body = json.dumps({"data": [APP], "links": {"self": "/v1/apps"}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


def key() -> ApiKey:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "AuthKey_2X9R4HXF34.p8"
        path.write_bytes(pem)
        return ApiKey.from_file(path, issuer_id="57246542-96fe-1a63-e053-0824d011072a")


async def name_by_async(url: str) -> str | None:
    async with AsyncClient(key(), base_url=url) as asc:
        return (await asc.apps.list().one()).name


def main() -> None:
    installed = distribution("app-store-connect")
    package = Path(str(app_store_connect.__file__)).parent
    assert package.is_relative_to(sys.prefix), package
    assert (package / "py.typed").is_file()
    assert installed.version == app_store_connect.__version__
    assert any(file.name == "LICENSE" for file in installed.files or ())
    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    with Client(key(), base_url=url) as asc:
        assert asc.apps.list().one().name == "Trails"
    assert asyncio.run(name_by_async(url)) == "Trails"
    server.shutdown()
    assert set(Handler.agents) == {f"app-store-connect-python/{installed.version}"}


if __name__ == "__main__":
    main()
