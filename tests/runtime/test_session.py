from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import httpx

from app_store_connect._runtime.http.retry import RetryPolicy
from app_store_connect._runtime.messages.errors import (
    AmbiguousWriteError,
    AppStoreConnectError,
    AuthenticationError,
    ConnectionFailedError,
    RequestTimeoutError,
    UnsafeUrlError,
)
from app_store_connect._runtime.messages.rate_limit import RateLimit
from app_store_connect._runtime.messages.request import Request
from app_store_connect._runtime.messages.response import Response
from support import keys
from support.api_server import DROP, Answer, ApiServer, error
from support.copies import copies
from support.sessions import AGENT, GET, POST, Run

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_request_arrives_as_it_was_meant(flavour: str) -> None:
    request = Request(
        "GET", "/v1/apps?cursor=a%2Bb", (("filter[bundleId]", "a.b,c&d"),), accept="text/csv"
    )
    answer = Answer(json={"data": []}, headers=[("X-Request-ID", "OXY7")])
    with ApiServer([answer, Answer(204)], public_key=keys.public_key()) as server:
        run = Run(flavour, server.url, request, POST)
    first, second = server.requests
    assert first.target == "/v1/apps?cursor=a%2Bb&filter%5BbundleId%5D=a.b,c%26d"
    assert first.query == [("cursor", "a+b"), ("filter[bundleId]", "a.b,c&d")]
    assert first.headers["accept"] == "text/csv"
    assert first.headers["user-agent"] == AGENT
    assert "content-type" not in first.headers
    assert first.claims(keys.public_key())["iss"] == keys.ISSUER_ID
    assert (second.method, second.json()) == ("POST", {"data": {}})
    assert second.headers["content-type"] == "application/json"
    assert second.bearer == first.bearer
    response = run.results[0]
    assert isinstance(response, Response)
    assert (response.status, response.content) == (200, b'{"data": []}')
    assert (response.method, response.request_id) == ("GET", "OXY7")
    assert response.media_type == "application/json"
    assert response.url == f"{server.url}/v1/apps?cursor=a%2Bb&filter%5BbundleId%5D=a.b,c%26d"
    assert copies(response) == (response, response, response)


def test_the_next_link_is_followed_as_given(flavour: str) -> None:
    with ApiServer([Answer(json={})]) as server:
        Run(flavour, server.url, Request("GET", f" {server.url}/v1/apps?cursor=A%3D%3D&limit=2\n"))
    assert server.requests[0].target == "/v1/apps?cursor=A%3D%3D&limit=2"


def test_the_rate_limit_is_the_latest_seen(flavour: str) -> None:
    def limit(text: str, status: int = 200) -> Answer:
        return Answer(status, headers=[("X-Rate-Limit", text)])

    answers = [
        Answer(headers=[("X-Rate-Limit", "user-hour-lim:3600"), ("X-Rate-Limit", "x:1")]),
        limit("user-minute-rem:4;"),
        limit("user-hour-rem:7;", 404),
        Answer(),
    ]
    with ApiServer(answers) as server:
        run = Run(flavour, server.url, GET, POST, GET, GET)
    assert run.rate_limit == RateLimit(
        {"user-hour-lim": 3600, "x": 1, "user-minute-rem": 4, "user-hour-rem": 7}
    )
    with ApiServer([Answer()]) as server:
        assert Run(flavour, server.url, GET).rate_limit is None


def test_a_refused_token_is_replaced(flavour: str) -> None:
    with ApiServer([error(401, "NOT_AUTHORIZED"), Answer(201)]) as server:
        assert Run(flavour, server.url, POST).response.status == 201
    first, second = (request.bearer for request in server.requests)
    assert first != second
    with ApiServer([error(401, "NOT_AUTHORIZED")] * 2) as server:
        assert type(Run(flavour, server.url, POST).error) is AuthenticationError


def test_waits_are_slept_on_the_given_clock(flavour: str) -> None:
    answers = [Answer(429, headers=[("Retry-After", "30")]), error(503), Answer()]
    with ApiServer(answers) as server:
        run = Run(flavour, server.url, GET)
    assert run.response.status == 200
    assert run.clock.naps == [30.0, 1.0]


def test_a_lost_connection_is_no_end_for_a_read(flavour: str) -> None:
    with ApiServer([DROP, DROP, Answer()]) as server:
        run = Run(flavour, server.url, GET)
    assert run.response.status == 200
    assert run.clock.naps == [1.0, 2.0]
    with ApiServer([DROP] * 4) as server:
        run = Run(flavour, server.url, GET)
    assert type(run.error) is ConnectionFailedError
    assert "GET /v1/apps" in str(run.error)


def test_a_write_is_sent_once_when_its_answer_is_lost(flavour: str) -> None:
    for answer in (DROP, error(500, "UNEXPECTED_ERROR"), Answer(502, b"<html>")):
        with ApiServer([answer]) as server:
            run = Run(flavour, server.url, POST)
        assert type(run.error) is AmbiguousWriteError
        assert run.clock.naps == []
        assert len(server.requests) == 1


def test_a_time_out_after_sending_is_ambiguous_for_a_write_only(flavour: str) -> None:
    late = Answer(delay=1.0)
    with ApiServer([late]) as server:
        run = Run(flavour, server.url, Request("POST", "/v1/apps", timeout=0.1))
    assert type(run.error) is AmbiguousWriteError
    assert "ReadTimeout" in str(run.error)
    with ApiServer([late, Answer()]) as server:
        assert Run(flavour, server.url, GET, timeout=0.2).response.status == 200
    with ApiServer([late]) as server:
        run = Run(flavour, server.url, GET, timeout=0.1, policy=RetryPolicy(attempts=1))
    assert type(run.error) is RequestTimeoutError


def test_a_write_that_never_left_is_sent_again(flavour: str) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        run = Run(flavour, f"http://127.0.0.1:{unheard.getsockname()[1]}", POST)
    assert type(run.error) is ConnectionFailedError
    assert run.clock.naps == [1.0, 2.0, 4.0]


def test_other_failures_on_the_way(flavour: str) -> None:
    """Which httpx errors mean that nothing was sent."""
    kinds: list[tuple[Callable[..., httpx.RequestError], type[AppStoreConnectError]]] = [
        (httpx.ConnectTimeout, RequestTimeoutError),
        (httpx.PoolTimeout, RequestTimeoutError),
        (httpx.ConnectError, ConnectionFailedError),
        (httpx.ProxyError, ConnectionFailedError),
        (httpx.UnsupportedProtocol, ConnectionFailedError),
        (httpx.LocalProtocolError, ConnectionFailedError),
        (httpx.WriteTimeout, AmbiguousWriteError),
        (httpx.ReadTimeout, AmbiguousWriteError),
        (httpx.WriteError, AmbiguousWriteError),
        (httpx.ReadError, AmbiguousWriteError),
        (httpx.CloseError, AmbiguousWriteError),
        (httpx.RemoteProtocolError, AmbiguousWriteError),
        (httpx.DecodingError, AmbiguousWriteError),
    ]
    for failure, expected in kinds:

        def fail(request: httpx.Request, failure: Any = failure) -> httpx.Response:
            raise failure("why", request=request)

        made = httpx.MockTransport(fail)
        run = Run(flavour, "http://api.test", POST, transport=made)
        assert type(run.error) is expected
        assert f"{getattr(failure, '__name__', '')} why" in str(run.error)


def test_a_body_that_cannot_be_unpacked_is_read_again(flavour: str) -> None:
    garbled = Answer(body=b"no gzip", headers=[("Content-Encoding", "gzip")])
    with ApiServer([garbled, Answer(body=b"x")]) as server:
        assert Run(flavour, server.url, GET).response.content == b"x"


def test_an_address_too_long_for_a_url_is_no_crash(flavour: str) -> None:
    run = Run(
        flavour, "http://api.test", Request("GET", "/v1/apps", (("filter[x]", "y" * 70_000),))
    )
    assert type(run.error) is UnsafeUrlError
    assert len(str(run.error)) < 500
