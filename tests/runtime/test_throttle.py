"""How often and how many at once: the pace as a function of time, and the gates of sessions."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app_store_connect import AsyncClient, Client, Throttle
from app_store_connect._runtime.auth.tokens import TokenSource
from app_store_connect._runtime.http.retry import RetryPolicy
from app_store_connect._runtime.http.session import AsyncSession, Session
from app_store_connect._runtime.http.throttle import AsyncGate, Gate, Pace
from app_store_connect._runtime.messages.errors import ServerError
from support import keys
from support.api_server import Answer, ApiServer, error
from support.clock import Clock
from support.sessions import AGENT, GET, POST, Run

if TYPE_CHECKING:
    from collections.abc import Callable

HOUR = 3600.0


def starts(most: int, arrivals: list[float]) -> list[float]:
    """When requests start that come after these pauses, each after the one before it."""
    pace, now, found = Pace.of(Throttle(requests_per_hour=most)), 1_800_000_000.0, []
    for pause in arrivals:
        now += pause
        wait, pace = pace.start(now)
        while wait:
            now += wait
            wait, pace = pace.start(now)
        found.append(now)
    return found


def fullest_hour(times: list[float]) -> int:
    return max(sum(first <= time <= first + HOUR for time in times) for first in times)


@given(
    most=st.integers(1, 200),
    arrivals=st.lists(st.sampled_from([0.0, 0.0, 0.0, 1.0, 400.0, 3599.0]), max_size=300),
)
def test_no_rolling_hour_holds_more(most: int, arrivals: list[float]) -> None:
    times = starts(most, [0.0, *arrivals])
    assert fullest_hour(times) <= most


@pytest.mark.parametrize(("most", "burst"), [(1, 1), (59, 1), (120, 2), (3600, 60)])
def test_the_hour_is_used_up_and_a_sixtieth_of_it_at_once(most: int, burst: int) -> None:
    times = starts(most, [0.0] * (2 * most + 1))
    assert times.count(times[0]) == burst
    assert sum(time <= times[0] + HOUR + 1 for time in times) in {most, most + 1}
    gaps = [after - before for before, after in pairwise(times[burst - 1 :])]
    assert max(gaps) - min(gaps) < 0.001


def test_a_clock_put_back_makes_nobody_wait_for_it() -> None:
    _, pace = Pace.of(Throttle(requests_per_hour=60)).start(1_800_000_000.0)
    wait, _ = pace.start(1_700_000_000.0)
    assert 0 < wait <= HOUR / 60 + 1


@pytest.mark.parametrize("wrong", [{"requests_per_hour": 0}, {"concurrency": -1}])
def test_what_lets_nothing_through_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} is at least 1"):
        Throttle(**wrong)


def test_without_a_throttle_there_is_no_gate(flavour: str) -> None:
    kind: Any = {"sync": Gate, "async": AsyncGate}[flavour]
    assert not isinstance(kind.of(None, now=None, sleep=None), kind)


def test_requests_are_spaced_on_the_given_clock(flavour: str) -> None:
    with ApiServer(lambda _: Answer()) as server:
        run = Run(flavour, server.url, *[GET] * 4, throttle=Throttle(requests_per_hour=60))
    assert len(run.clock.naps) == 3
    assert sum(run.clock.naps) == pytest.approx(180, abs=1)


def test_retries_count_too(flavour: str) -> None:
    with ApiServer(lambda _: Answer(500)) as server:
        run = Run(
            flavour,
            server.url,
            GET,
            policy=RetryPolicy(attempts=3, backoff=1.0),
            throttle=Throttle(requests_per_hour=60),
        )
    assert isinstance(run.error, ServerError)
    # Back-off and turn, twice: what the back-off took needs no waiting any more.
    assert run.clock.naps == pytest.approx([1, 59, 2, 58], abs=0.1)


def test_a_token_is_as_fresh_as_the_turn(flavour: str) -> None:
    """Waiting for a turn may take longer than a token lives."""
    with ApiServer(lambda _: Answer()) as server:
        run = Run(flavour, server.url, GET, GET, throttle=Throttle(requests_per_hour=1))
    first, second = (got.claims(keys.public_key()) for got in server.requests)
    assert run.clock.now() < second["exp"]
    assert first["exp"] < second["iat"]


def test_a_token_that_was_renewed_in_the_queue_is_the_one_that_is_dropped(flavour: str) -> None:
    answers = [Answer(), error(401, "NOT_AUTHORIZED"), Answer()]
    with ApiServer(answers) as server:
        run = Run(flavour, server.url, GET, GET, throttle=Throttle(requests_per_hour=1))
    assert run.response.status == 200
    assert len({got.bearer for got in server.requests}) == 3


def session(kind: Any, handler: Callable[[httpx.Request], Any], **options: Any) -> Any:
    tokens = TokenSource(keys.api_key())
    mocked = httpx.MockTransport(handler)
    return kind("http://api.test", tokens, user_agent=AGENT, transport=mocked, **options)


class Crowd:
    """How many are inside, and how many were at the most."""

    now = most = 0

    def __enter__(self) -> None:
        self.now += 1
        self.most = max(self.most, self.now)

    def __exit__(self, *_: object) -> None:
        self.now -= 1


def test_threads_are_under_way_up_to_the_limit() -> None:
    crowd, full, lock = Crowd(), threading.Barrier(3), threading.Lock()

    def handler(_: httpx.Request) -> httpx.Response:
        with lock:
            crowd.__enter__()
        full.wait(10)  # Passes only when three are under way at the same time.
        with lock:
            crowd.__exit__()
        return httpx.Response(200)

    with (
        session(Session, handler, throttle=Throttle(concurrency=3)) as asc,
        ThreadPoolExecutor(24) as pool,
    ):
        answers = list(pool.map(asc.send, [GET] * 24))
    assert [answer.status for answer in answers] == [200] * 24
    assert crowd.most == 3


def test_threads_share_one_pace() -> None:
    clock = Clock()
    times: list[float] = []

    def handler(_: httpx.Request) -> httpx.Response:
        times.append(clock.now())
        return httpx.Response(200)

    throttle = Throttle(requests_per_hour=120, concurrency=8)
    with (
        session(Session, handler, throttle=throttle, **clock.blocking()) as asc,
        ThreadPoolExecutor(16) as pool,
    ):
        list(pool.map(asc.send, [GET] * 300))
    assert len(times) == 300
    assert clock.now() - 1_800_000_000 == pytest.approx(298 * 3601 / 119)


def test_100_tasks_are_under_way_up_to_the_limit() -> None:
    crowd = Crowd()

    async def handler(_: httpx.Request) -> httpx.Response:
        with crowd:
            await asyncio.sleep(0.001)
        return httpx.Response(200)

    async def main() -> set[int]:
        async with asc:
            return {got.status for got in await asyncio.gather(*map(asc.send, [POST] * 100))}

    # Made outside of any event loop, like a client at the top of a module.
    asc = session(AsyncSession, handler, throttle=Throttle(concurrency=7))
    assert asyncio.run(main()) == {200}
    assert (crowd.now, crowd.most) == (0, 7)


def test_100_tasks_share_one_pace() -> None:
    clock = Clock()
    times: list[float] = []

    def handler(_: httpx.Request) -> httpx.Response:
        times.append(clock.now())
        return httpx.Response(200)

    async def main() -> None:
        throttle = Throttle(requests_per_hour=60)
        async with session(AsyncSession, handler, throttle=throttle, **clock.asynchronous()) as asc:
            await asyncio.gather(*map(asc.send, [GET] * 100))

    asyncio.run(main())
    assert len(times) == 100
    assert times == sorted(times)
    assert fullest_hour(times) == 60


@pytest.mark.parametrize("where", ["under way", "in the queue", "waiting for the hour"])
def test_cancelling_gives_the_place_back(where: str) -> None:
    clock, late = Clock(), {"under way"}

    async def handler(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(3600 if where in late else 0)
        return httpx.Response(200)

    async def asleep(_: float) -> None:
        await asyncio.sleep(3600 if where == "waiting for the hour" else 0)

    async def main() -> float:
        options = {**clock.asynchronous(), "sleep": asleep}
        throttle = Throttle(requests_per_hour=1, concurrency=1)
        if where != "waiting for the hour":
            throttle = Throttle(concurrency=1)
        async with session(AsyncSession, handler, throttle=throttle, **options) as asc:
            if where == "waiting for the hour":
                await asc.send(GET)
            if where == "in the queue":
                late.add(where)
                ahead = asyncio.create_task(asc.send(GET))
                await asyncio.sleep(0.01)
            task = asyncio.create_task(asc.send(GET))
            await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            if where == "in the queue":
                ahead.cancel()
            late.clear()
            # An hour later there is a place, and whoever gave up has used nothing of it.
            clock.time += 3601
            answer = await asyncio.wait_for(asc.send(GET), 5)
            return float(answer.status)

    assert asyncio.run(main()) == 200


def test_who_waits_after_a_429_leaves_its_place_to_others(flavour: str) -> None:
    """The only place there is: while one waits as it was told to, another is served."""
    served: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        served.append(request.method)
        first = served.count("POST") == 1 and request.method == "POST"
        return httpx.Response(429, headers={"Retry-After": "9"}) if first else httpx.Response(200)

    if flavour == "sync":

        def sleep(_: float) -> None:
            asc.send(GET)

        with session(Session, handler, throttle=Throttle(concurrency=1), sleep=sleep) as asc:
            asc.send(POST)
    else:

        async def main() -> None:
            async def asleep(_: float) -> None:
                await asyncio.wait_for(connections.send(GET), 5)

            throttle = Throttle(concurrency=1)
            connections = session(AsyncSession, handler, throttle=throttle, sleep=asleep)
            async with connections:
                await connections.send(POST)

        asyncio.run(main())
    assert served == ["POST", "GET", "POST"]


def test_an_error_gives_the_place_back(flavour: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no", request=request)

    failing = httpx.MockTransport(handler)
    throttle, policy = Throttle(concurrency=1), RetryPolicy(attempts=3)
    run = Run(
        flavour, "http://api.test", GET, GET, transport=failing, throttle=throttle, policy=policy
    )
    assert len(run.results) == 2


def test_every_way_to_a_client_takes_a_throttle(flavour: str, tmp_path: Any) -> None:
    kind: Any = {"sync": Client, "async": AsyncClient}[flavour]
    gate: Any = {"sync": Gate, "async": AsyncGate}[flavour]
    path = tmp_path / f"AuthKey_{keys.KEY_ID}.p8"
    path.write_text(keys.pem())
    environ = {"ASC_KEY_ID": keys.KEY_ID, "ASC_PRIVATE_KEY": keys.pem()}
    throttle = Throttle(requests_per_hour=3000, concurrency=4)
    for asc in (
        kind(keys.api_key(), throttle=throttle),
        kind.from_env(environ, throttle=throttle),
        kind.from_file(path, throttle=throttle),
    ):
        assert isinstance(asc.session.connections._gate(), gate)
