"""Every call ends: with its deadline, with the budget of its waits, or with what a server sends."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from contextlib import ExitStack
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from app_store_connect import AsyncClient, Client
from app_store_connect._runtime.http.call import Call, ConnectionDroppedError
from app_store_connect._runtime.http.retry import RetryPolicy
from app_store_connect.errors import (
    AmbiguousWriteError,
    AppStoreConnectError,
    RateLimitError,
    RequestTimeoutError,
    ServerError,
)
from support import keys
from support.api_server import Answer, ApiServer
from support.clients import FLAVOURS, listed, opened, settled
from support.clock import Clock
from support.faults import FaultServer, body, certificate
from support.sessions import GET, POST, Run

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

NO_PAUSE = RetryPolicy(backoff=0)


async def ended(flavour: str, url: str, write: bool, **options: Any) -> AppStoreConnectError:  # noqa: FBT001
    made: dict[str, Any] = {"base_url": url, "deadline": 0.5, "policy": NO_PAUSE, **options}

    async def call(asc: Any, fault: str) -> None:
        if write:
            await settled(asc.beta_groups.create(name=fault, app="1"))
        await settled(asc.apps.get(fault))

    fault = made.pop("fault")
    try:
        if flavour == "sync":
            with Client(keys.api_key(), **made) as blocking:
                await call(blocking, fault)
        async with AsyncClient(keys.api_key(), **made) as awaited:
            await call(awaited, fault)
    except AppStoreConnectError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_answer_that_never_ends_does(flavour: str, *, encrypted: bool, tmp_path: Path) -> None:
    pem = certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=str(pem))
    with FaultServer(pem if encrypted else None) as server:
        for fault in ("headdrip", "bodydrip", "chunkdrip", "early", "silent", "shortsilent"):
            name = f"fault-{fault}-"
            for write in (False, True):
                error = asyncio.run(ended(flavour, server.url, write, fault=name, verify=trusting))
                assert type(error) is (AmbiguousWriteError if write else RequestTimeoutError)
                assert "within its deadline of 0.5 s" in str(error)


class Dripping(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """A transport of the user's own whose answer never ends."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        def drip() -> Iterator[bytes]:
            while True:
                self.clock.sleep(1)
                yield b"x"

        return httpx.Response(200, content=drip())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        async def drip() -> AsyncIterator[bytes]:
            while True:
                await asyncio.sleep(0.01)
                self.clock.sleep(1)
                yield b"x"

        return httpx.Response(200, content=drip())


def test_an_answer_of_a_transport_of_the_users_own_ends_too(flavour: str) -> None:
    clock = Clock()
    run = Run(
        flavour,
        "http://api.test",
        GET,
        transport=Dripping(clock),
        clock=clock.now,
        deadline=20,
        policy=NO_PAUSE,
    )
    assert type(run.error) is RequestTimeoutError
    assert "deadline of 20 s" in str(run.error)


def test_all_waits_of_a_call_together_keep_to_their_budget(flavour: str) -> None:
    for policy, naps in (
        (RetryPolicy(), [120, 120]),
        (RetryPolicy(wait_budget=500), [120] * 2),
        (RetryPolicy(wait_budget=100), []),
    ):
        handler = ApiServer(lambda _: Answer(429, headers=[("Retry-After", "120")]))
        with handler as server:
            run = Run(flavour, server.url, POST, policy=policy)
        assert type(run.error) is RateLimitError
        assert run.error.retry_after == 120
        assert run.clock.naps == naps


def test_a_wait_beyond_the_deadline_is_not_begun(flavour: str) -> None:
    with ApiServer(lambda _: Answer(503, headers=[("Retry-After", "50")])) as server:
        run = Run(flavour, server.url, GET, deadline=120)
        assert (run.clock.naps, type(run.error)) == ([50, 50], ServerError)
        run = Run(flavour, server.url, GET, deadline=None, policy=RetryPolicy(wait_budget=1000))
        assert (run.clock.naps, type(run.error)) == ([50, 50, 50], ServerError)


def test_mixed_faults_end_with_the_deadline(flavour: str) -> None:
    kinds = [Answer(429, headers=[("Retry-After", "60")]), Answer(503), Answer(401)]
    count = iter(range(1000))
    with ApiServer(lambda _: kinds[next(count) % 3]) as server:
        policy = RetryPolicy(attempts=99, throttled_attempts=99, token_renewals=99, wait_budget=1e9)
        run = Run(flavour, server.url, GET, policy=policy, deadline=300)
    assert sum(run.clock.naps) <= 300


def test_a_repeated_write_whose_time_is_up_stays_in_doubt(flavour: str) -> None:
    with ApiServer(lambda _: Answer(503, headers=[("Retry-After", "50")])) as server:
        policy = RetryPolicy(repeat_writes=True, attempts=9)
        run = Run(flavour, server.url, POST, policy=policy, deadline=60)
    assert type(run.error) is AmbiguousWriteError
    assert run.clock.naps == [50]


def test_deadlines_and_budgets_that_mean_nothing_are_refused() -> None:
    for deadline in (0, -1, float("nan")):
        with pytest.raises(ValueError, match="deadline is above 0"):
            Client(keys.api_key(), deadline=deadline)
    with pytest.raises(ValueError, match="wait_budget is at least 0"):
        RetryPolicy(wait_budget=float("nan"))


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), (5, -1, 5, 5)])
def test_a_time_out_that_means_nothing_is_refused(timeout: Any) -> None:
    with pytest.raises(ValueError, match="above 0 s"):
        Client(keys.api_key(), timeout=timeout)
    with Client(keys.api_key()) as asc, pytest.raises(ValueError, match="above 0 s"):
        asc.with_options(timeout=timeout)


@pytest.mark.parametrize("endless", [float("inf"), 1e300])
def test_more_than_a_socket_can_wait_is_as_long_as_it_can(endless: float, flavour: str) -> None:
    async def main() -> None:
        async with opened(flavour, api, timeout=endless, deadline=endless) as asc:
            assert await listed(asc.apps.list()) == []

    with ApiServer([Answer(json={"data": []})]) as api:
        asyncio.run(main())


def test_a_look_up_of_a_name_ends_with_the_deadline(
    flavour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else ends it: not a time-out of the socket, not Ctrl-C."""
    looked_up, go_on = threading.Event(), threading.Event()

    def getaddrinfo(*_: Any, **__: Any) -> Any:
        go_on.wait(10)
        looked_up.set()
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async def main() -> None:
        async with opened(flavour, api, deadline=0.3, policy=NO_PAUSE, allow_http=True) as asc:
            with pytest.raises(RequestTimeoutError, match="within its deadline"):
                await settled(asc.apps.get("1"))
            assert not looked_up.is_set()
            go_on.set()

    api: Any = SimpleNamespace(url="http://slow.example.com")
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    asyncio.run(main())


def resolve(monkeypatch: pytest.MonkeyPatch, name: str, addresses: list[str], port: int) -> None:
    """Let a name have these addresses."""
    usual = socket.getaddrinfo
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port)) for place in addresses]

    def getaddrinfo(host: Any, *rest: Any, **more: Any) -> Any:
        return found if host in {name, name.encode()} else usual(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def test_many_addresses_of_one_name_take_no_longer_than_the_deadline(
    flavour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as stack:
        place = full.getsockname()
        for _ in range(3):  # After them, nobody is let in.
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(place)
        resolve(monkeypatch, "many.example.com", ["127.0.0.1"] * 40, place[1])

        async def main() -> None:
            api: Any = SimpleNamespace(url=f"http://many.example.com:{place[1]}")
            async with opened(flavour, api, deadline=0.3, policy=NO_PAUSE, allow_http=True) as asc:
                begun = time.monotonic()
                with pytest.raises(RequestTimeoutError, match="within its deadline"):
                    await settled(asc.apps.get("1"))
                assert time.monotonic() - begun < 6

        asyncio.run(main())


def test_the_next_address_of_a_name_is_tried_where_one_refuses(
    flavour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        named: Any = SimpleNamespace(url=f"http://two.test:{port}")
        async with opened(flavour, named) as asc:
            assert await listed(asc.apps.list()) == []

    with ApiServer([Answer(json={"data": []})]) as api:
        port = int(api.url.rpartition(":")[2])
        resolve(monkeypatch, "two.test", ["127.0.0.2", "127.0.0.1"], port)
        asyncio.run(main())


def test_a_transfer_may_take_any_time_while_something_moves() -> None:
    clock = Clock()
    call = Call(clock.now, None, stall=60)
    for _ in range(100):
        clock.sleep(50)
        assert call.within(None) == pytest.approx(10)
        call.moved(1024)
    assert call.remaining == float("inf")


def test_a_transfer_that_moves_too_little_has_stalled() -> None:
    clock = Clock()
    call = Call(clock.now, None, stall=60)
    for _ in range(59):
        clock.sleep(1)
        call.within(30)
        call.moved(1)
    clock.sleep(1)
    with pytest.raises(ConnectionDroppedError, match="in 60 s"):
        call.within(30)


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_what_comes_after_an_answer_is_never_the_next_one(
    flavour: str, *, encrypted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer nobody asked for, whole or begun, in the segment of another."""
    pem = certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=str(pem))
    foreign = body(b'{"data":{"type":"apps","id":"foreign"}}')
    extras = [foreign, foreign[:20], b"\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", foreign * 2000]

    def answer(server: FaultServer, connection: Any) -> bool:
        head = connection.recv(1 << 16)
        if not head:
            return False
        wanted = body(server._fitting(head))
        extra = extras[int(head.split(b" ")[1].rpartition(b"/")[2]) % len(extras)]
        connection.sendall(wanted + extra)
        return True

    monkeypatch.setattr(FaultServer, "_answer", answer)

    async def main() -> list[str]:
        options: dict[str, Any] = {"base_url": server.url, "verify": trusting, "policy": NO_PAUSE}
        if flavour == "sync":
            with Client(keys.api_key(), **options) as asc:
                return [asc.request("GET", f"/v1/{x}").json()["data"]["id"] for x in range(20)]
        async with AsyncClient(keys.api_key(), **options) as aasc:
            paths = [f"/v1/{x}" for x in range(20)]
            return [(await aasc.request("GET", path)).json()["data"]["id"] for path in paths]

    with FaultServer(pem if encrypted else None) as server:
        assert asyncio.run(main()) == [str(x) for x in range(20)]
