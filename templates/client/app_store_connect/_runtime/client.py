"""What both clients are besides their namespaces: a key, a session, and a way to any path."""

from __future__ import annotations

import os
import random as randomness
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from msgspec import UNSET
from typing_extensions import Unpack

from .auth.keys import ApiKey
from .auth.tokens import TokenSource
from .client_base import ClientBase, key_problem, raw_request
from .http.log import set_up_log
from .http.options import AsyncOptions, CallOptions, Options, Settings, of_kind
from .http.retry import RetryPolicy
from .http.session import AsyncSession, Session, asleep
from .http.session_base import DEADLINE
from .http.throttle import Throttle
from .jsonapi.answers import read_page
from .jsonapi.operation import Operation
from .jsonapi.pager import AsyncPager, Pager
from .jsonapi.resource import Resource
from .lazy import lazy_module
from .messages.events import Hooks
from .messages.rate_limit import RateLimit
from .messages.request import Request
from .messages.response import Response
from .messages.secret import shielded

if TYPE_CHECKING:
    import httpx
else:
    httpx = lazy_module("httpx", __package__)

__all__ = ["AsyncBaseClient", "BaseClient"]

_ANYTHING: Operation[Resource] = Operation("GET", "", model="Resource")


class BaseClient(ClientBase):
    """A client that blocks.

    `base_url` replaces the API's own origin, `policy` the way failures are retried; a `throttle`
    spaces requests. A whole call ends after `deadline` seconds, its retries and waits included but
    for those of the throttle; None lets it take any time. `hooks` are called for calls, retries,
    waits, pages and tokens. `http:` is refused for any machine but this one, unless `allow_http`.

    A `client` of yours is used as it is and not closed; otherwise httpx's settings (`timeout`,
    `proxy`, `transport`, `event_hooks`, …) can be given here; `timeout` counts for each read by
    itself. httpx2 is used where it is installed, or where what is passed is of it. With
    `APP_STORE_CONNECT_LOG=info` or `debug` in the environment, calls are logged to stderr.

    `now` gives seconds since the epoch, `clock` any that only grow, `random` draws from 0 to 1.

    Raises:
        ConfigurationError: for what the environment or the installation lacks.
    """

    def __init__(
        self,
        key: ApiKey,
        *,
        base_url: str | None = None,
        policy: RetryPolicy | None = None,
        throttle: Throttle | None = None,
        deadline: float | None = DEADLINE,
        hooks: Hooks | None = None,
        allow_http: bool = False,
        client: httpx.Client | None = None,
        transport: httpx.BaseTransport | None = None,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        random: Callable[[], float] = randomness.random,
        **settings: Unpack[Settings],
    ) -> None:
        if problem := key_problem(key):
            # What was passed may be the text of a key, which no frame of the error is to hold.
            del key
            raise problem
        set_up_log()
        hooks = of_kind(Hooks, hooks, "hooks")
        origin, key = self._origin_and_key(key, base_url)
        self._session = Session(
            origin,
            TokenSource(key, now=now, on_token=None if hooks is None else hooks.on_token),
            user_agent=f"app-store-connect-python/{self.VERSION}",
            policy=policy,
            throttle=throttle,
            deadline=deadline,
            hooks=hooks,
            allow_http=allow_http,
            client=client,
            transport=transport,
            now=now,
            clock=clock,
            sleep=sleep,
            random=random,
            **settings,
        )
        self._host, self._key = urlsplit(origin).hostname, key

    @classmethod
    @shielded
    def from_env(cls, environ: Mapping[str, str] | None = None, **options: Unpack[Options]) -> Self:
        """Return a client with the key that the environment names; see `ApiKey.from_env`."""
        return cls(ApiKey.from_env(environ), **options)

    @classmethod
    @shielded
    def from_file(
        cls,
        path: str | os.PathLike[str],
        *,
        issuer_id: str | None = None,
        **options: Unpack[Options],
    ) -> Self:
        """Return a client with the key of a file; see `ApiKey.from_file`."""
        return cls(ApiKey.from_file(path, issuer_id=issuer_id), **options)

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """Return this client with other options, for some calls.

            patient = asc.with_options(deadline=900, headers={"X-Request-Source": "nightly"})

        Connections, tokens and the throttle are shared, so it costs next to nothing; closing it
        does nothing. What is not given stays as it is. Hooks of tokens are the first client's.
        """
        view = self._view()
        view._session = self._session.with_options(options)  # noqa: SLF001 - our own
        return view

    @property
    def session(self) -> Session:
        """The connections and tokens behind the client, for what goes beyond calls."""
        return self._session

    @property
    def rate_limit(self) -> RateLimit | None:
        """What the API last said about how many requests are left; None before the first answer."""
        return self._session.rate_limit

    def send(self, request: Request) -> Response:
        """Send a prepared request: authenticated, retried where that is safe, errors raised."""
        return self._session.send(request)

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        json: object = UNSET,
        accept: str = "application/json",
    ) -> Response:
        """Send any request to the API, by its path (`/v1/apps`) and wire names (`filter[name]`)."""
        return self.send(raw_request(method, path, query, json, accept))

    def collection(
        self, path: str, *, query: Mapping[str, object] | None = None
    ) -> Pager[Resource]:
        """Page through any collection; its resources keep their attributes in `.attributes`."""
        request = raw_request("GET", path, query, UNSET, _ANYTHING.accept)
        return Pager(self.send, request, partial(read_page, _ANYTHING))

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncBaseClient(ClientBase):
    """A client to be awaited.

    `base_url` replaces the API's own origin, `policy` the way failures are retried; a `throttle`
    spaces requests. A whole call ends after `deadline` seconds, its retries and waits included but
    for those of the throttle; None lets it take any time. `hooks` are called for calls, retries,
    waits, pages and tokens. `http:` is refused for any machine but this one, unless `allow_http`.

    A `client` of yours is used as it is and not closed; otherwise httpx's settings (`timeout`,
    `proxy`, `transport`, `event_hooks`, …) can be given here; `timeout` counts for each read by
    itself. httpx2 is used where it is installed, or where what is passed is of it. With
    `APP_STORE_CONNECT_LOG=info` or `debug` in the environment, calls are logged to stderr.

    `now` gives seconds since the epoch, `clock` any that only grow, `random` draws from 0 to 1.

    Raises:
        ConfigurationError: for what the environment or the installation lacks.
    """

    def __init__(
        self,
        key: ApiKey,
        *,
        base_url: str | None = None,
        policy: RetryPolicy | None = None,
        throttle: Throttle | None = None,
        deadline: float | None = DEADLINE,
        hooks: Hooks | None = None,
        allow_http: bool = False,
        client: httpx.AsyncClient | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asleep,
        random: Callable[[], float] = randomness.random,
        **settings: Unpack[Settings],
    ) -> None:
        if problem := key_problem(key):
            # What was passed may be the text of a key, which no frame of the error is to hold.
            del key
            raise problem
        set_up_log()
        hooks = of_kind(Hooks, hooks, "hooks")
        origin, key = self._origin_and_key(key, base_url)
        self._session = AsyncSession(
            origin,
            TokenSource(key, now=now, on_token=None if hooks is None else hooks.on_token),
            user_agent=f"app-store-connect-python/{self.VERSION}",
            policy=policy,
            throttle=throttle,
            deadline=deadline,
            hooks=hooks,
            allow_http=allow_http,
            client=client,
            transport=transport,
            now=now,
            clock=clock,
            sleep=sleep,
            random=random,
            **settings,
        )
        self._host, self._key = urlsplit(origin).hostname, key

    @classmethod
    @shielded
    def from_env(
        cls, environ: Mapping[str, str] | None = None, **options: Unpack[AsyncOptions]
    ) -> Self:
        """Return a client with the key that the environment names; see `ApiKey.from_env`."""
        return cls(ApiKey.from_env(environ), **options)

    @classmethod
    @shielded
    def from_file(
        cls,
        path: str | os.PathLike[str],
        *,
        issuer_id: str | None = None,
        **options: Unpack[AsyncOptions],
    ) -> Self:
        """Return a client with the key of a file; see `ApiKey.from_file`."""
        return cls(ApiKey.from_file(path, issuer_id=issuer_id), **options)

    def with_options(self, **options: Unpack[CallOptions]) -> Self:
        """Return this client with other options, for some calls.

            patient = asc.with_options(deadline=900, headers={"X-Request-Source": "nightly"})

        Connections, tokens and the throttle are shared, so it costs next to nothing; closing it
        does nothing. What is not given stays as it is. Hooks of tokens are the first client's.
        """
        view = self._view()
        view._session = self._session.with_options(options)  # noqa: SLF001 - our own
        return view

    @property
    def session(self) -> AsyncSession:
        """The connections and tokens behind the client, for what goes beyond calls."""
        return self._session

    @property
    def rate_limit(self) -> RateLimit | None:
        """What the API last said about how many requests are left; None before the first answer."""
        return self._session.rate_limit

    async def send(self, request: Request) -> Response:
        """Send a prepared request: authenticated, retried where that is safe, errors raised."""
        return await self._session.send(request)

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        json: object = UNSET,
        accept: str = "application/json",
    ) -> Response:
        """Send any request to the API, by its path (`/v1/apps`) and wire names (`filter[name]`)."""
        return await self.send(raw_request(method, path, query, json, accept))

    def collection(
        self, path: str, *, query: Mapping[str, object] | None = None
    ) -> AsyncPager[Resource]:
        """Page through any collection; its resources keep their attributes in `.attributes`."""
        request = raw_request("GET", path, query, UNSET, _ANYTHING.accept)
        return AsyncPager(self.send, request, partial(read_page, _ANYTHING))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._session.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
