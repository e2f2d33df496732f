"""The options of a client, as the keywords of whatever makes one."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, cast

from ..lazy import lazy_module
from ..messages.events import Hooks
from ..suggestions import kind_of
from .retry import RetryPolicy
from .throttle import Throttle

if TYPE_CHECKING:
    import httpx
else:
    httpx = lazy_module("httpx", __package__)

__all__ = ["AsyncOptions", "CallOptions", "Options", "Settings", "of_kind"]

T = TypeVar("T")


class Settings(TypedDict, total=False):
    """What can be chosen about the connections of a client of our own, in httpx's terms.

    There is no switch for TLS verification: `verify` takes a context, for a company's own
    certificates. Whoever needs more passes a whole client.

    `timeout` is the longest wait for each step by itself: to connect, to send a piece, to read a
    piece. What a call as a whole may take is its `deadline`.
    """

    timeout: float | httpx.Timeout | None
    proxy: str | httpx.URL | httpx.Proxy | None
    verify: ssl.SSLContext
    limits: httpx.Limits
    trust_env: bool
    http2: bool
    event_hooks: Mapping[str, list[Callable[..., Any]]]


class CallOptions(TypedDict, total=False):
    """What can be chosen for some calls of a client, by `with_options`.

    `timeout` is the longest wait for each step, `deadline` for a whole call with its waits and
    retries (None for none), both in seconds; `headers` are sent with every request besides the
    client's own.
    """

    timeout: float | httpx.Timeout | None
    deadline: float | None
    policy: RetryPolicy
    headers: Mapping[str, str]
    hooks: Hooks | None


class Options(Settings, total=False):
    """What a client takes besides its key; see `Client`."""

    base_url: str | None
    policy: RetryPolicy | None
    throttle: Throttle | None
    deadline: float | None
    hooks: Hooks | None
    allow_http: bool
    client: httpx.Client | None
    transport: httpx.BaseTransport | None


class AsyncOptions(Settings, total=False):
    """What an asynchronous client takes besides its key; see `AsyncClient`."""

    base_url: str | None
    policy: RetryPolicy | None
    throttle: Throttle | None
    deadline: float | None
    hooks: Hooks | None
    allow_http: bool
    client: httpx.AsyncClient | None
    transport: httpx.AsyncBaseTransport | None


def of_kind(kind: type[T], value: T | None, name: str) -> T | None:
    """Return an option as it is, None for the default; anything else is a TypeError."""
    if value is None or isinstance(cast("object", value), kind):
        return value
    raise TypeError(f"{name} takes a {kind.__name__}, not {kind_of(value)}")
