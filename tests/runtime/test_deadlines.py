"""Every call ends: with its deadline, with the budget of its waits, or with what a server sends."""

from __future__ import annotations

import asyncio
import ssl
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
from support.clients import FLAVOURS, settled
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
