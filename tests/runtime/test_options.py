"""Options for single calls, hooks for tracers, and a log for who asks for it."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest

from app_store_connect import (
    AsyncClient,
    CallEvent,
    Client,
    Hooks,
    PageEvent,
    RetryEvent,
    RetryPolicy,
    TokenEvent,
    WaitEvent,
)
from app_store_connect.errors import AmbiguousWriteError, RequestTimeoutError, ServerError
from support import keys
from support.api_server import DROP, Answer, ApiServer, error
from support.clients import FLAVOURS, listed, opened, settled
from support.faults import FaultServer

PAGE = Answer(json={"data": []})
QUICK = RetryPolicy(backoff=0, throttled_backoff=0)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_view_of_a_client_has_options_of_its_own_and_the_same_connections(flavour: str) -> None:
    async def main() -> None:
        async with opened(flavour, api, policy=RetryPolicy(attempts=1)) as asc:
            await listed(asc.apps.list())
            view = asc.with_options(policy=QUICK, headers={"x-source": "nightly"}, timeout=3)
            assert type(view) is type(asc)
            assert await listed(view.apps.list()) == []
            # Of a view, a view, and what is not given stays.
            other = view.with_options(headers={"X-Other": "1"})
            assert await listed(other.apps.list()) == []
            close: Any = other.close if flavour == "sync" else other.aclose
            await settled(close())
            with pytest.raises(ServerError):
                await listed(asc.apps.list())
            assert asc.rate_limit == view.rate_limit

    answers = [PAGE, Answer(500), PAGE, Answer(500), PAGE, Answer(500)]
    with ApiServer(answers, public_key=keys.public_key()) as api:
        asyncio.run(main())
    assert [request.headers.get("x-source") for request in api.requests] == [
        *(None, "nightly", "nightly", "nightly", "nightly", None)
    ]
    assert api.requests[4].headers["x-other"] == "1"
    assert len({request.bearer for request in api.requests}) == 1
    assert {request.headers["user-agent"].split("/")[0] for request in api.requests} == {
        "app-store-connect-python"
    }


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_deadline_and_the_time_out_of_a_view_are_its_own(flavour: str) -> None:
    async def main() -> None:
        async with opened(flavour, server, policy=RetryPolicy(attempts=1)) as asc:
            for view in (asc.with_options(deadline=0.2), asc.with_options(timeout=0.2)):
                with pytest.raises(RequestTimeoutError):
                    await settled(view.apps.get("fault-silent-"))
            assert (await settled(asc.apps.get("a"))).id == "a"

    with FaultServer() as server:
        asyncio.run(main())


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer x"},
        {"host": "example.com"},
        {"Cookie": "a=b"},
        {"Content-Length": "3"},
        {"X-Two": "a\r\nX-Lines: b"},
        {"no name": "x"},
        {"X-Euro": "€"},
    ],
)
def test_headers_that_are_the_clients_own_or_none_are_refused(headers: dict[str, str]) -> None:
    with Client(keys.api_key()) as asc, pytest.raises(ValueError, match="header"):
        asc.with_options(headers=headers)


def test_what_belongs_to_a_whole_client_is_no_option_of_a_call() -> None:
    wrong: dict[str, Any] = {"base_url": "https://api.example.com"}
    with Client(keys.api_key()) as asc, pytest.raises(TypeError, match="'base_url'"):
        asc.with_options(**wrong)


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_hooks_tell_of_calls_retries_waits_pages_and_tokens(flavour: str) -> None:
    events: list[Any] = []
    hooks = Hooks(
        on_call=events.append,
        on_retry=events.append,
        on_wait=events.append,
        on_page=events.append,
        on_token=events.append,
    )
    first = {"data": [], "links": {"next": "/v1/apps?cursor=SECRET"}}
    answers = [
        error(401),
        Answer(429, headers=[("Retry-After", "0.01")]),
        Answer(json=first, headers=[("x-request-id", "R1")]),
        PAGE,
        Answer(500),
    ]

    async def main() -> None:
        async with opened(flavour, api, policy=QUICK, hooks=hooks) as asc:
            await listed(asc.apps.list(name="SECRET"))
            with pytest.raises(AmbiguousWriteError):
                await settled(asc.beta_groups.create(name="SECRET", app="1"))

    with ApiServer(answers) as api:
        asyncio.run(main())
    assert [type(event) for event in events] == [
        *(TokenEvent, RetryEvent, TokenEvent, RetryEvent, WaitEvent, PageEvent, CallEvent),
        *(PageEvent, CallEvent, CallEvent),
    ]
    refused, throttled = events[1], events[3]
    assert (refused.cause, refused.status, refused.attempt) == ("unauthorized", 401, 1)
    assert (throttled.cause, throttled.status, throttled.attempt) == ("throttled", 429, 2)
    assert events[4].seconds == throttled.after == 0.01
    assert [event.number for event in events if isinstance(event, PageEvent)] == [1, 2]
    calls = [event for event in events if isinstance(event, CallEvent)]
    assert [(x.method, x.path, x.attempts, x.status, x.error) for x in calls] == [
        ("GET", "/v1/apps", 3, 200, None),
        ("GET", "/v1/apps", 1, 200, None),
        ("POST", "/v1/betaGroups", 1, 500, "AmbiguousWriteError"),
    ]
    assert calls[0].request_id == "R1"
    assert events[0].key_id == keys.KEY_ID
    shown = f"{events}"
    assert "SECRET" not in shown
    assert not [x for x in api.requests if x.bearer and x.bearer in shown]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_what_a_hook_raises_is_the_users_own(flavour: str) -> None:
    def fail(_: object) -> None:
        raise LookupError("mine")

    async def main() -> None:
        async with opened(flavour, api, hooks=Hooks(on_call=fail)) as asc:
            await settled(asc.beta_groups.create(name="x", app="1"))

    group = {"data": {"type": "betaGroups", "id": "g"}}
    with ApiServer([Answer(json=group)]) as api, pytest.raises(LookupError) as caught:
        asyncio.run(main())
    assert AmbiguousWriteError.carried_by(caught.value) is not None


def test_nothing_is_logged_to_who_does_not_ask() -> None:
    log = logging.getLogger("app_store_connect")
    assert log.handlers == []
    assert log.level == logging.NOTSET


@pytest.mark.parametrize(
    ("level", "lines"),
    [
        ("info", ["GET /v1/apps: 200 in", "POST /v1/betaGroups: AmbiguousWriteError in"]),
        ("debug", ["v1/apps?filter%5Bname%5D=SEEN&limit=200: 200", "waiting 0.0 s", "betaGroups"]),
        ("", []),
        ("nonsense", []),
    ],
)
def test_a_variable_writes_the_log_to_stderr(level: str, lines: list[str]) -> None:
    script = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        "from app_store_connect import Client, RetryPolicy\n"
        "from support import keys\n"
        "asc = Client(keys.api_key(), base_url=sys.argv[1], policy=RetryPolicy(backoff=1e-9))\n"
        "Client(keys.api_key(), base_url=sys.argv[1])\n"
        "asc.apps.list(name='SEEN').all()\n"
        "try: asc.beta_groups.create(name='HIDDEN', app='1')\n"
        "except Exception: pass\n"
    )
    with ApiServer([DROP, PAGE, DROP]) as server:
        done = subprocess.run(  # noqa: S603 - our own script
            [sys.executable, "-c", script, server.url],
            env={"APP_STORE_CONNECT_LOG": level},
            capture_output=True,
            check=True,
            text=True,
        )
    assert all(line in done.stderr for line in lines), done.stderr
    assert "HIDDEN" not in done.stderr
    assert not [x for x in server.requests if x.bearer and x.bearer in done.stderr]
    if level == "info":
        assert len(done.stderr.splitlines()) == 2
    if not lines:
        assert done.stderr == ""


def test_signed_addresses_are_in_no_log_of_httpx(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with ApiServer([PAGE]) as server, Client(keys.api_key(), base_url=server.url) as asc:
        asc.request("GET", "/v1/apps?signature=SECRET")
    assert "SECRET" not in caplog.text


def test_no_cookie_is_kept_or_sent() -> None:
    cookies = [("Set-Cookie", f"a{number}={'x' * 500}") for number in range(50)]
    with (
        ApiServer(lambda _: Answer(json={"data": []}, headers=cookies)) as server,
        Client(keys.api_key(), base_url=server.url) as asc,
    ):
        for _ in range(3):
            asc.apps.list().all()
    assert not [request for request in server.requests if "cookie" in request.headers]


@pytest.mark.parametrize("name", ["policy", "throttle", "hooks", "limits", "proxy", "event_hooks"])
@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_an_option_of_another_kind_is_a_type_error_that_names_it(kind: Any, name: str) -> None:
    with pytest.raises(TypeError, match=f"^{name} takes "):
        kind(keys.api_key(), **{name: 5})
    if name in {"policy", "hooks"}:
        with pytest.raises(TypeError, match=f"^{name} takes "):
            kind(keys.api_key()).with_options(**{name: "5"})


class Returning(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport of somebody's own, which is not done yet."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def handle_request(self, request: httpx.Request) -> Any:
        return self.answer

    async def handle_async_request(self, request: httpx.Request) -> Any:
        return self.answer


@pytest.mark.parametrize(
    "answer",
    [
        *(None, "{}", {}, 200, b"{}", httpx.Response, ValueError("x")),
        *(httpx.Request("GET", "https://a.test"), httpx.Response(cast("int", "200"))),
    ],
    ids=lambda answer: type(answer).__name__,
)
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_what_a_transport_returns_has_to_be_an_answer(flavour: str, answer: Any) -> None:
    async def main() -> None:
        async with opened(flavour, api, transport=Returning(answer)) as asc:
            with pytest.raises(TypeError, match="has to return a Response"):
                await settled(asc.apps.get("1"))
            with pytest.raises(TypeError, match="has to return a Response") as caught:
                await settled(asc.beta_groups.create(name="x", app="1"))
            assert "may or may not have taken effect" in caught.value.__notes__[0]

    api: Any = SimpleNamespace(url="http://api.test")
    asyncio.run(main())


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_body_for_the_other_flavour_cannot_be_read(flavour: str) -> None:
    async def pieces() -> Any:
        yield b"{}"

    async def main() -> None:
        body: Any = iter([b"{}"]) if flavour == "async" else pieces()
        made = Returning(httpx.Response(200, content=body))
        async with opened(flavour, api, transport=made) as asc:
            with pytest.raises(TypeError, match="other flavour"):
                await settled(asc.apps.get("1"))

    api: Any = SimpleNamespace(url="http://api.test")
    asyncio.run(main())
