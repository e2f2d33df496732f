"""A call may be given up at any moment; afterwards the client works, and a write is in doubt."""

from __future__ import annotations

import asyncio
import random
import signal
import ssl
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from app_store_connect import AsyncClient, Client
from app_store_connect.errors import AmbiguousWriteError
from support import keys
from support.api_server import Answer, ApiServer
from support.faults import FaultServer, certificate

if TYPE_CHECKING:
    from pathlib import Path

PAGE = {"data": [{"type": "apps", "id": "1"}], "links": {"next": "/v1/apps?cursor=2"}}


async def give_up_often(asc: AsyncClient, times: int, longest: float, call: str) -> int:
    """Cancel this many calls, each after another time; return how many were done before."""
    chance = random.Random(7)  # noqa: S311 - no secret
    done = 0

    async def one() -> None:
        nonlocal done
        try:
            async with asyncio.timeout(chance.random() * longest):
                await asc.apps.get(call)
            done += 1
        except TimeoutError:
            pass

    for _ in range(0, times, 50):
        await asyncio.gather(*(one() for _ in range(50)))
    return done


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "tls"])
def test_a_client_works_after_any_number_of_cancellations(
    *, encrypted: bool, tmp_path: Path
) -> None:
    pem = certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=str(pem))

    async def main(url: str) -> None:
        async with AsyncClient(keys.api_key(), base_url=url, verify=trusting) as asc:
            await give_up_often(asc, 500, 0.06, "1")
            await give_up_often(asc, 100, 0.06, "fault-silent-")
            assert len(asyncio.all_tasks()) == 1
            found = await asyncio.wait_for(
                asyncio.gather(*(asc.apps.get(str(x)) for x in range(150))), 60
            )
            assert [app.id for app in found] == [str(x) for x in range(150)]

    with FaultServer(pem if encrypted else None) as server:
        asyncio.run(main(server.url))


class Slow(httpx.AsyncBaseTransport):
    """A transport of the user's own, which notices when it is cancelled."""

    cancelled = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        raise AssertionError


def test_a_transport_of_the_users_own_is_cancelled_at_once() -> None:
    slow = Slow()

    async def main() -> None:
        async with AsyncClient(
            keys.api_key(), base_url="https://api.example.com", transport=slow
        ) as asc:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asc.apps.get("1"), 0.05)
            assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())
    assert slow.cancelled == 1


def test_a_client_of_the_users_own_keeps_its_connections() -> None:
    async def main(url: str) -> None:
        limits = httpx.Limits(max_connections=5)
        async with httpx.AsyncClient(limits=limits) as own:
            asc = AsyncClient(keys.api_key(), base_url=url, client=own)
            await give_up_often(asc, 100, 0.05, "1")
            found = await asyncio.wait_for(
                asyncio.gather(*(asc.apps.get(str(x)) for x in range(20))), 60
            )
            assert len(found) == 20

    with FaultServer() as server:
        asyncio.run(main(server.url))


@pytest.mark.parametrize("way", ["timeout", "wait_for", "task", "group"])
def test_a_write_that_is_given_up_carries_its_doubt(way: str) -> None:
    async def main(url: str) -> None:
        async with AsyncClient(keys.api_key(), base_url=url) as asc:
            creating = asc.beta_groups.create(name="fault-silent-", app="1")
            if way == "timeout":
                async with asyncio.timeout(0.3):
                    await creating
            elif way == "wait_for":
                await asyncio.wait_for(creating, 0.3)
            elif way == "group":

                async def fail() -> None:
                    await asyncio.sleep(0.3)
                    raise LookupError

                async with asyncio.TaskGroup() as group:
                    group.create_task(creating)
                    group.create_task(fail())
            else:
                task = asyncio.create_task(creating)
                await asyncio.sleep(0.3)
                task.cancel()
                await task

    with FaultServer() as server, pytest.raises(BaseException) as caught:
        asyncio.run(main(server.url))
    if way == "group":
        # A group drops the errors of what it cancelled itself.
        assert isinstance(caught.value, ExceptionGroup)
        return
    kind = asyncio.CancelledError if way == "task" else TimeoutError
    assert type(caught.value) is kind
    doubt = AmbiguousWriteError.carried_by(caught.value)
    assert doubt is not None
    assert (doubt.method, doubt.path) == ("POST", "/v1/betaGroups")


def test_what_was_never_sent_or_only_read_is_in_no_doubt() -> None:
    async def main(url: str, call: str) -> None:
        async with AsyncClient(keys.api_key(), base_url=url, limits=httpx.Limits()) as asc:
            calls = {
                "read": lambda: asc.apps.get("fault-silent-"),
                "unsent": lambda: asc.beta_groups.create(name="x", app="1"),
            }
            await asyncio.wait_for(calls[call](), 0.3)

    with FaultServer() as server, pytest.raises(TimeoutError) as caught:
        asyncio.run(main(server.url, "read"))
    assert AmbiguousWriteError.carried_by(caught.value) is None


def test_an_error_of_a_hook_of_the_users_stays_and_carries_the_doubt(flavour: str) -> None:
    def fail(_: object) -> None:
        raise LookupError("mine")

    async def afail(_: object) -> None:
        fail(_)

    async def main(url: str) -> None:
        hooks: Any = {"response": [fail if flavour == "sync" else afail]}
        options: Any = {"base_url": url, "event_hooks": hooks}
        if flavour == "sync":
            with Client(keys.api_key(), **options) as blocking:
                blocking.beta_groups.create(name="x", app="1")
        async with AsyncClient(keys.api_key(), **options) as awaited:
            await awaited.beta_groups.create(name="x", app="1")

    with (
        ApiServer([Answer(201, json={})]) as server,
        pytest.raises(LookupError, match="mine") as caught,
    ):
        asyncio.run(main(server.url))
    assert AmbiguousWriteError.carried_by(caught.value) is not None


INTERRUPTED = """
import sys, time, _thread, threading
sys.path[:0] = {path!r}
from app_store_connect import Client
from app_store_connect.errors import AmbiguousWriteError
from support import keys
asc = Client(keys.api_key(), base_url={url!r})
print("ready", flush=True)
try:
    {call}
except KeyboardInterrupt as error:
    print("interrupted", AmbiguousWriteError.carried_by(error) is not None, flush=True)
"""


@pytest.mark.parametrize(
    ("call", "in_doubt"),
    [
        ("asc.apps.get('fault-silent-')", False),
        ("asc.beta_groups.create(name='fault-headdrip-', app='1')", True),
        ("for app in asc.apps.list(bundle_id='ahead').prefetch(): time.sleep(0.1)", False),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")
def test_ctrl_c_ends_the_program_at_once(call: str, *, in_doubt: bool) -> None:
    def handler(request: Any) -> Answer:
        return Answer(json=PAGE, delay=30 if "cursor" in request.target else 0)

    with FaultServer() as faulty, ApiServer(handler) as paging:
        url = paging.url if "prefetch" in call else faulty.url
        script = INTERRUPTED.format(path=sys.path, url=url, call=call)
        process = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
        )
        with process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            until = time.monotonic() + 20
            while not faulty.seen and len(paging.requests) < 2 and time.monotonic() < until:
                time.sleep(0.02)
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            # What is on its way would take half a minute.
            assert process.wait(15) == 0
            assert process.stdout.read() == f"interrupted {in_doubt}\n"
    assert threading.active_count() >= 1


def test_leaving_a_prefetched_loop_gives_up_what_is_in_flight() -> None:
    def handler(request: Any) -> Answer:
        return Answer(json=PAGE, delay=3 if "cursor" in request.target else 0)

    with ApiServer(handler) as server, Client(keys.api_key(), base_url=server.url) as asc:
        for _ in asc.apps.list().prefetch():
            break
        threads = [thread for thread in threading.enumerate() if thread.name == "prefetch"]
        for thread in threads:
            thread.join(2)
            assert not thread.is_alive()
