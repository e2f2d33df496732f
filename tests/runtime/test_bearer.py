"""Where the bearer token goes, and where it shows."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import logging
import pickle
import ssl
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from app_store_connect._runtime.auth.tokens import TokenSource
from app_store_connect._runtime.http.retry import RetryPolicy
from app_store_connect._runtime.http.session import AsyncSession, Session
from app_store_connect._runtime.messages.errors import (
    AppStoreConnectError,
    ClientClosedError,
    ConnectionFailedError,
    ServerError,
    UnsafeUrlError,
)
from app_store_connect._runtime.messages.request import Request
from support import keys
from support.api_server import DROP, Answer, ApiServer, error
from support.sessions import AGENT, GET, POST, Run
from support.tracebacks import with_locals

if TYPE_CHECKING:
    from pathlib import Path


def test_no_bearer_leaves_the_origin(flavour: str) -> None:
    with ApiServer([], bearer_forbidden=True) as foreign:
        for target in (
            f"{foreign.url}/v1/apps",
            foreign.url.removeprefix("http:") + "/v1/apps",
            f"{foreign.url.replace('127.0.0.1', 'user@127.0.0.1')}/v1/apps",
        ):
            with ApiServer([]) as server:
                run = Run(flavour, server.url, Request("GET", target))
            assert type(run.error) is UnsafeUrlError
    assert foreign.requests == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_followed_on_the_origin_only(flavour: str, status: int) -> None:
    with ApiServer([], bearer_forbidden=True) as foreign:
        away = Answer(status, headers=[("Location", f"{foreign.url}/v1/apps?signature=SECRET")])
        home = Answer(status, headers=[("Location", "/v1/other?x=1")])
        with ApiServer([away]) as server:
            run = Run(flavour, server.url, GET)
        assert type(run.error) is UnsafeUrlError
        assert "SECRET" not in str(run.error)
        with ApiServer([home, Answer()]) as server:
            Run(flavour, server.url, GET)
        assert [request.target for request in server.requests] == ["/v1/apps", "/v1/other?x=1"]
        assert server.requests[1].bearer is not None
        # A write is sent on nowhere, and answers with what it got.
        with ApiServer([home]) as server:
            assert f"{status} for POST" in str(Run(flavour, server.url, POST).error)
    assert foreign.requests == []


def test_a_client_of_the_users_own_changes_none_of_this(flavour: str) -> None:
    kind: Any = httpx.Client if flavour == "sync" else httpx.AsyncClient
    client = kind(
        base_url="http://other.test/v9",
        params={"default": "1"},
        headers={"X-Mine": "yes", "Authorization": "Basic mine", "User-Agent": "mine"},
        auth=("user", "password"),
        follow_redirects=True,
    )
    with ApiServer([], bearer_forbidden=True) as foreign:
        away = Answer(302, headers=[("Location", foreign.url)])
        with ApiServer([Answer(), away], public_key=keys.public_key()) as server:
            request = Request("GET", f"{server.url}/v1/apps?cursor=x")
            run = Run(flavour, server.url, request, GET, client=client)
            assert type(run.error) is UnsafeUrlError
    assert server.requests[0].target == "/v1/apps?cursor=x"
    assert server.requests[0].headers["x-mine"] == "yes"
    assert server.requests[0].headers["user-agent"] == AGENT
    assert run.left_open


def test_settings_belong_into_the_users_own_client() -> None:
    tokens = TokenSource(keys.api_key())
    with httpx.Client() as client, pytest.raises(TypeError, match="settings"):
        Session("http://a", tokens, user_agent=AGENT, client=client, timeout=3)
    mocked: Any = {"client": httpx.AsyncClient(), "transport": httpx.AsyncHTTPTransport()}
    with pytest.raises(TypeError, match="settings"):
        AsyncSession("http://a", tokens, user_agent=AGENT, **mocked)


def test_a_client_of_ours_is_patient_and_of_no_use_when_it_is_closed() -> None:
    session = Session("https://a", TokenSource(keys.api_key()), user_agent=AGENT)
    assert session.wiring.timeouts == {"connect": 15, "read": 60, "write": 60, "pool": 60}
    session.close()
    with pytest.raises(ClientClosedError, match="nothing was sent"):
        session.send(GET)

    async def main() -> None:
        other = AsyncSession("https://a", TokenSource(keys.api_key()), user_agent=AGENT)
        await other.aclose()
        with pytest.raises(ClientClosedError, match="nothing was sent"):
            await other.send(GET)

    asyncio.run(main())


def test_a_proxy_is_used(flavour: str) -> None:
    with ApiServer([Answer()]) as proxy:
        Run(flavour, "http://api.test", GET, proxy=proxy.url)
    assert proxy.requests[0].target == "http://api.test/v1/apps"


def self_signed(folder: Path) -> Path:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder(name, name, keys.public_key(), 1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(keys.private_key(), hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(certificate.public_bytes(Encoding.PEM) + keys.pem().encode())
    return file


def test_certificates_are_verified(flavour: str, tmp_path: Path) -> None:
    file = self_signed(tmp_path)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(file)
    with ApiServer([Answer()]) as server:
        server._http.socket = server_side.wrap_socket(server._http.socket, server_side=True)
        url = server.url.replace("http:", "https:")
        run = Run(flavour, url, GET, policy=RetryPolicy(attempts=1))
        assert isinstance(run.error, ConnectionFailedError)
        assert server.requests == []
        trusting = ssl.create_default_context(cafile=str(file))
        assert Run(flavour, url, GET, verify=trusting).response.status == 200


def test_logs_tell_what_happened_and_no_secret(
    flavour: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answers = [
        error(401),
        Answer(429, headers=[("Retry-After", "2")]),
        DROP,
        Answer(headers=[("x-request-id", "OXY7")]),
    ]
    with ApiServer(answers) as server:
        Run(flavour, server.url, Request("GET", "/v1/apps?token=SECRET&limit=2"))
    bearers = {request.bearer for request in server.requests}
    assert len(bearers) == 2
    for bearer in bearers:
        assert bearer is not None
        assert bearer not in caplog.text
    ours = [record.getMessage() for record in caplog.records if record.name == "app_store_connect"]
    assert "SECRET" not in "".join(ours)
    assert [line.split("/v1/apps")[-1].split(",")[0] for line in ours] == [
        "?token=…&limit=2: 401",
        "?token=…&limit=2: 429",
        "waiting 2.0 s",
        "?token=…&limit=2: RemoteProtocolError Server disconnected without sending a response.",
        "waiting 1.0 s",
        "?token=…&limit=2: 200",
    ]
    assert "request id OXY7" in ours[-1]


@pytest.mark.parametrize("answers", [[error(401)] * 2, [error(500)], [DROP]])
def test_no_traceback_holds_a_token_even_with_locals(answers: list[Answer]) -> None:
    with (
        ApiServer(answers) as server,
        Session(server.url, TokenSource(keys.api_key()), user_agent=AGENT) as session,
        pytest.raises(AppStoreConnectError) as caught,
    ):
        session.send(POST)
    shown = with_locals(caught.value)
    assert "_exchange" not in shown
    assert "step = Send(" in shown
    for request in server.requests:
        assert request.bearer is not None
        assert request.bearer not in shown
        assert request.bearer.encode() not in pickle.dumps(caught.value)
    assert caught.value.__context__ is None


def test_neither_sessions_nor_errors_show_a_token(flavour: str) -> None:
    with ApiServer([error(500, "UNEXPECTED_ERROR")] * 4) as server:
        run = Run(flavour, server.url, GET)
    assert type(run.error) is ServerError
    assert f"{server.requests[0].bearer}" not in f"{run.error}{run.error!r}{vars(run.error)}"


def test_no_traceback_of_a_broken_request_holds_the_token() -> None:
    tokens = TokenSource(keys.api_key())
    with (
        Session("http://api.test", tokens, user_agent=AGENT) as session,
        pytest.raises(UnicodeEncodeError) as caught,
    ):
        session.send(Request("GET", "/v1/apps", accept="\u20ac"))
    shown = with_locals(caught.value)
    assert "in build_request:" in shown
    assert tokens.token() not in shown
