"""A client carried into another event loop, thread or process has connections of its own there."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import threading
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import AsyncClient, Client, Throttle
from app_store_connect._runtime.auth.tokens import TokenSource
from app_store_connect._runtime.concurrency import pause_async
from app_store_connect.errors import ClientClosedError, ConfigurationError
from support import keys
from support.api_server import Answer, ApiServer

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Answer(json={"data": []})
GROUP = Answer(201, json={"data": {"type": "betaGroups", "id": "g"}})


def answering() -> ApiServer:
    return ApiServer(lambda request: GROUP if request.method == "POST" else PAGE)


def test_one_client_works_in_one_event_loop_after_the_other() -> None:
    with answering() as server:
        asc = AsyncClient(
            keys.api_key(), base_url=server.url, throttle=Throttle(requests_per_hour=3600)
        )
        assert asyncio.run(asc.apps.list().all()) == []
        assert asyncio.run(asc.beta_groups.create(name="x", app="1")).id == "g"
        assert asyncio.run(asc.apps.list().all()) == []
    assert [request.method for request in server.requests] == ["GET", "POST", "GET"]
    # Nothing of an event loop that has ended is kept, nor left open.
    assert asc.session.connections._by_loop == {}
    gc.collect()


def test_one_client_works_in_several_event_loops_at_once() -> None:
    found: list[Any] = []
    barrier = threading.Barrier(4)

    async def main(asc: AsyncClient) -> None:
        for _ in range(5):
            await asyncio.to_thread(barrier.wait)
            found.extend(await asyncio.gather(*(asc.apps.list().all() for _ in range(5))))

    with answering() as server:
        asc = AsyncClient(keys.api_key(), base_url=server.url)
        threads = [threading.Thread(target=lambda: asyncio.run(main(asc))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [[]] * 100


def test_a_client_closed_in_one_event_loop_is_closed_in_all() -> None:
    with answering() as server:
        asc = AsyncClient(keys.api_key(), base_url=server.url)
        asyncio.run(asc.apps.list().all())
        asyncio.run(asc.aclose())
        with pytest.raises(ClientClosedError):
            asyncio.run(asc.apps.list().all())
    assert len(server.requests) == 1


def _child(asc: Client, results: Any) -> None:
    try:
        results.put(len([asc.apps.list().all() for _ in range(3)]))
    finally:
        results.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
# Newer Pythons warn of threads in a process that forks, and the test's server is one.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_gets_connections_of_its_own() -> None:
    with answering() as server, Client(keys.api_key(), base_url=server.url) as asc:
        asc.apps.list().all()
        mine = asc.session.connections.lines()
        context = multiprocessing.get_context("fork")
        results = context.Queue()
        child = context.Process(target=_child, args=(asc, results))
        child.start()
        assert results.get(timeout=30) == 3
        child.join(30)
        assert child.exitcode == 0
        # The parent's connection is as it was.
        assert asc.apps.list().all() == []
        assert asc.session.connections.lines() is mine
    assert len(server.requests) == 5


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_lock_that_is_held_during_a_fork_holds_nobody_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tokens = TokenSource(keys.api_key())
    with tokens._lock():
        monkeypatch.setattr(os, "getpid", lambda: -1)
        assert tokens.token()


@pytest.mark.parametrize(
    "call",
    [
        lambda asc: asc.apps.get("1"),
        lambda asc: asc.apps.list().prefetch().all(),
        lambda asc: asc.download("https://a.example.com/a", "a"),
        lambda asc: asc.uploads.upload(asc.app_screenshots, b"a", file_name="a", set="1"),
        lambda asc: asc.workflows.signing.register_devices([("1" * 40, "a", "ios")]),
        lambda _: pause_async(1),
    ],
)
def test_trio_is_told_that_it_is_not_asyncio(call: Callable[[AsyncClient], Any]) -> None:
    asc = AsyncClient(keys.api_key(), base_url="https://api.example.com")
    calling = call(asc)
    with pytest.raises(ConfigurationError, match="trio"):
        # What runs a coroutine without an event loop of asyncio's.
        calling.send(None)
