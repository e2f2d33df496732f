"""The events of a client at work, for tracers and meters."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

__all__ = ["CallEvent", "Hooks", "PageEvent", "RetryEvent", "TokenEvent", "WaitEvent"]


class CallEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A call that ended, well or not.

    `attempts` counts how often the request was sent, `seconds` are those of the whole call with its
    waits. `status` and `request_id` are those of the last answer, None without one; `error` is the
    name of what was raised, None after a success. Paths hold ids, and nothing of a query.
    """

    method: str
    path: str
    attempts: int
    seconds: float
    status: int | None = None
    request_id: str | None = None
    error: str | None = None


class RetryEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A request that is about to be sent again, after so many seconds.

    `attempt` is the one that failed, from 1; `cause` is "unauthorized", "throttled" or "failed",
    and `status` that of the answer, None without one.
    """

    method: str
    path: str
    attempt: int
    cause: str
    after: float
    status: int | None = None


class WaitEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A wait that begins, between two attempts of a request."""

    method: str
    path: str
    seconds: float


class PageEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a collection that arrived; `number` counts from 1."""

    path: str
    number: int


class TokenEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A token that was made; it lives until `expires_at`, in seconds since the epoch."""

    key_id: str
    expires_at: float


class Hooks(msgspec.Struct, frozen=True, kw_only=True):
    """Functions of yours that are called as a client works, each with one event.

        Client.from_env(hooks=Hooks(on_call=lambda call: meter.record(call.seconds)))

    They are called where the call runs, in its thread or task, and must not block; what they raise
    ends the call. No event holds a key, a token or a body.
    """

    on_call: Callable[[CallEvent], object] | None = None
    on_retry: Callable[[RetryEvent], object] | None = None
    on_wait: Callable[[WaitEvent], object] | None = None
    on_page: Callable[[PageEvent], object] | None = None
    on_token: Callable[[TokenEvent], object] | None = None
