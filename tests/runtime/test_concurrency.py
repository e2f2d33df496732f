"""Many threads or tasks on one session."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from app_store_connect._runtime.auth.tokens import TokenSource
from app_store_connect._runtime.http.session import AsyncSession, Session
from app_store_connect._runtime.messages.request import Request
from support import keys
from support.api_server import Answer, ApiServer, Received, error
from support.sessions import AGENT, GET, POST

if TYPE_CHECKING:
    from collections.abc import Callable


class Signings(TokenSource):
    """A source that counts."""

    count = 0

    def _signed(self) -> Any:
        self.count += 1
        return super()._signed()


def refusing(first_token: str) -> Callable[[Received], Answer]:
    """A handler that refuses one token, as Apple now and then does with a good one."""
    return lambda request: (
        error(401, "NOT_AUTHORIZED") if request.bearer == first_token else Answer()
    )


def test_64_threads_refused_with_one_token_renew_it_once() -> None:
    tokens = Signings(keys.api_key())
    barrier = threading.Barrier(64)
    with (
        ApiServer(refusing(tokens.token()), public_key=keys.public_key()) as server,
        Session(server.url, tokens, user_agent=AGENT) as session,
        ThreadPoolExecutor(64) as pool,
    ):

        def send(_: int) -> int:
            barrier.wait()
            return session.send(POST).status

        assert set(pool.map(send, range(64))) == {200}
    assert tokens.count == 2
    assert len({request.bearer for request in server.requests}) == 2


def test_1000_tasks_refused_with_one_token_renew_it_once() -> None:
    tokens = Signings(keys.api_key())
    refused = f"Bearer {tokens.token()}"

    async def handler(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        return httpx.Response(401 if request.headers["authorization"] == refused else 200)

    async def main() -> set[int]:
        mocked = httpx.MockTransport(handler)
        async with AsyncSession(
            "http://api.test", tokens, user_agent=AGENT, transport=mocked
        ) as session:
            answers = await asyncio.gather(*(session.send(POST) for _ in range(1000)))
        return {answer.status for answer in answers}

    assert asyncio.run(main()) == {200}
    assert tokens.count == 2


def test_cancelling_leaves_nothing_behind() -> None:
    async def main(url: str) -> tuple[int, int]:
        tokens = TokenSource(keys.api_key())
        async with AsyncSession(url, tokens, user_agent=AGENT, limits=one) as session:
            for _ in range(3):
                task = asyncio.create_task(session.send(Request("GET", "/v1/late")))
                await asyncio.sleep(0.05)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            # The only connection of the pool is free again.
            answer = await asyncio.wait_for(session.send(GET), 5)
        return answer.status, len(asyncio.all_tasks())

    one = httpx.Limits(max_connections=1)
    with ApiServer(lambda got: Answer(delay=0.5 if got.path == "/v1/late" else 0)) as server:
        assert asyncio.run(main(server.url)) == (200, 1)


def test_cancelling_a_wait_sends_nothing_more() -> None:
    async def main(url: str) -> None:
        tokens = TokenSource(keys.api_key())
        async with AsyncSession(url, tokens, user_agent=AGENT) as session:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(session.send(GET), 0.2)

    with ApiServer([Answer(429, headers=[("Retry-After", "60")])]) as server:
        asyncio.run(main(server.url))
    assert len(server.requests) == 1
