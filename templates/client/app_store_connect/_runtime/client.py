"""What both clients are besides their namespaces: a key, a session, and a way to any path."""

from __future__ import annotations

import dataclasses
import os
import random as randomness
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn, Self, TypeVar, overload
from urllib.parse import urlsplit

from msgspec import UNSET
from typing_extensions import Unpack

from .auth.keys import ApiKey
from .auth.tokens import TokenSource
from .http.api_origin import refuse_hidden_dots
from .http.log import set_up_log
from .http.options import AsyncOptions, CallOptions, Options, Settings
from .http.retry import RetryPolicy
from .http.session import AsyncSession, Session, asleep
from .http.session_base import DEADLINE
from .http.throttle import Throttle
from .jsonapi.answers import read_page
from .jsonapi.body import json_body
from .jsonapi.operation import Operation
from .jsonapi.pager import AsyncPager, Pager
from .jsonapi.query import raw_query
from .jsonapi.resource import Resource
from .lazy import lazy_module
from .messages.errors import NotInPublicApiError
from .messages.events import Hooks
from .messages.rate_limit import RateLimit
from .messages.request import Request
from .messages.response import Response
from .messages.secret import shielded
from .suggestions import missing

if TYPE_CHECKING:
    import httpx
else:
    httpx = lazy_module("httpx", __package__)

__all__ = ["AsyncBaseClient", "BaseClient", "LazyNamespace", "LazyRoom"]

N = TypeVar("N")

_ENTERPRISE_SERVER = "https://api.enterprise.developer.apple.com"
_ANYTHING: Operation[Resource] = Operation("GET", "", model="Resource")


class LazyNamespace(Generic[N]):
    """A namespace of a client, whose module is imported when it is first used."""

    def __init__(self, class_name: str) -> None:
        self._class_name = class_name
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: object, owner: type) -> N: ...
    def __get__(self, instance: Any, owner: type) -> Self | N:
        if instance is None:
            return self
        found = vars(instance)[self._name] = self._of(instance)
        return found

    def _of(self, client: Any) -> N:
        namespace: N = self._loaded(f"resources.{self._name}")(client.send)
        return namespace

    def _loaded(self, module: str) -> Any:
        package = __name__.rpartition("._runtime.")[0]
        return getattr(import_module(f"{package}.{module}"), self._class_name)


class LazyRoom(LazyNamespace[N]):
    """What stands on a client and has a package of its own, which is imported when it is used."""

    def _of(self, client: Any) -> N:
        room: N = self._loaded(self._name)(client)
        return room


class _Common:
    """Where a client's requests go and with which key."""

    SERVER: ClassVar[str] = ""
    ENTERPRISE: ClassVar[bool] = False
    VERSION: ClassVar[str] = ""

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"a {type(self).__name__} holds connections and a private key, and cannot be copied or"
            " pickled: make one where it is needed"
        )

    _host: str | None = None
    _key: ApiKey | None = None

    def __repr__(self) -> str:
        key = f", key {self._key.key_id} ({self._key.kind})" if self._key else ""
        return f"<{type(self).__name__} of {self._host}{key}>"

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            raise NotInPublicApiError.of(f"client.{name}") or missing(self, name)

    @classmethod
    def _origin_and_key(cls, key: ApiKey, base_url: str | None) -> tuple[str, ApiKey]:
        """Choose the origin and audience: the Enterprise Program has its own."""
        if cls.ENTERPRISE and not key.enterprise:
            key = dataclasses.replace(key, enterprise=True)
        if base_url is not None:
            return base_url, key
        return (_ENTERPRISE_SERVER if key.enterprise else cls.SERVER), key

    def _view(self) -> Self:
        """Return a copy of a client, whose namespaces are yet to be made."""
        kind = type(self)
        view = object.__new__(kind)
        for name, value in vars(self).items():
            if not isinstance(getattr(kind, name, None), LazyNamespace):
                vars(view)[name] = value
        return view


class BaseClient(_Common):
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
        if problem := _no_key(key):
            # What was passed may be the text of a key, which no frame of the error is to hold.
            del key
            raise problem
        set_up_log()
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
        return self.send(_raw_request(method, path, query, json, accept))

    def collection(
        self, path: str, *, query: Mapping[str, object] | None = None
    ) -> Pager[Resource]:
        """Page through any collection; its resources keep their attributes in `.attributes`."""
        request = _raw_request("GET", path, query, UNSET, _ANYTHING.accept)
        return Pager(self.send, request, partial(read_page, _ANYTHING))

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncBaseClient(_Common):
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
        if problem := _no_key(key):
            # What was passed may be the text of a key, which no frame of the error is to hold.
            del key
            raise problem
        set_up_log()
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
        return await self.send(_raw_request(method, path, query, json, accept))

    def collection(
        self, path: str, *, query: Mapping[str, object] | None = None
    ) -> AsyncPager[Resource]:
        """Page through any collection; its resources keep their attributes in `.attributes`."""
        request = _raw_request("GET", path, query, UNSET, _ANYTHING.accept)
        return AsyncPager(self.send, request, partial(read_page, _ANYTHING))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._session.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _no_key(key: object) -> TypeError | None:
    """Return the error for something that is not a key."""
    if isinstance(key, ApiKey):
        return None
    return TypeError(
        f"a client takes an ApiKey, not a {type(key).__name__}:"
        " use Client.from_env(), or Client(ApiKey.from_file(path))"
    )


def _raw_request(
    method: str, path: str, query: Mapping[str, object] | None, json: object, accept: str
) -> Request:
    refuse_hidden_dots(path)
    return Request(
        method=method.upper(),
        target=path,
        query=tuple(raw_query(query or {}).items()),
        body=None if json is UNSET else json_body(json),
        accept=accept,
    )
