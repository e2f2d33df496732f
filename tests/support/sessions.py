"""One test for both flavours of a session."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from app_store_connect._runtime.auth.tokens import TokenSource
from app_store_connect._runtime.http.session import AsyncSession, Session
from app_store_connect._runtime.messages.errors import AppStoreConnectError
from app_store_connect._runtime.messages.request import Request
from app_store_connect._runtime.messages.response import Response
from support import keys
from support.clock import Clock

if TYPE_CHECKING:
    from app_store_connect._runtime.messages.rate_limit import RateLimit

AGENT = "app-store-connect-python/test"
GET = Request("GET", "/v1/apps")
POST = Request("POST", "/v1/apps", body=b'{"data":{}}')


class Run:
    """What came of sending some requests one after the other, in one of the two flavours."""

    def __init__(self, flavour: str, url: str, *requests: Request, **options: Any) -> None:
        self.clock = Clock()
        self.tokens = TokenSource(keys.api_key(), now=self.clock.now)
        self.results: list[Response | AppStoreConnectError] = []
        self.rate_limit: RateLimit | None = None
        self.left_open = False
        if flavour == "sync":
            self._block(url, requests, options)
        else:
            asyncio.run(self._await(url, requests, options))

    def _block(self, url: str, requests: tuple[Request, ...], options: dict[str, Any]) -> None:
        made: dict[str, Any] = {"user_agent": AGENT, **self.clock.blocking(), **options}
        with Session(url, self.tokens, **made) as session:
            for request in requests:
                try:
                    self.results.append(session.send(request))
                except AppStoreConnectError as failure:
                    self.results.append(failure)
            self.rate_limit = session.rate_limit
        if client := options.get("client"):
            self.left_open = not client.is_closed
            client.close()

    async def _await(
        self, url: str, requests: tuple[Request, ...], options: dict[str, Any]
    ) -> None:
        made: dict[str, Any] = {"user_agent": AGENT, **self.clock.asynchronous(), **options}
        async with AsyncSession(url, self.tokens, **made) as session:
            for request in requests:
                try:
                    self.results.append(await session.send(request))
                except AppStoreConnectError as failure:
                    self.results.append(failure)
            self.rate_limit = session.rate_limit
        if client := options.get("client"):
            self.left_open = not client.is_closed
            await client.aclose()

    @property
    def response(self) -> Response:
        result = self.results[-1]
        assert isinstance(result, Response), result
        return result

    @property
    def error(self) -> AppStoreConnectError:
        result = self.results[-1]
        assert isinstance(result, AppStoreConnectError), result
        return result
