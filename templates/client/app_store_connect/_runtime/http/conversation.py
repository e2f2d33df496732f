"""One call, start to end, without any input or output.

The generator yields what to do next and receives the outcome. Waiting, renewing the token, giving
up and choosing the error are written here once, and a blocking and an asynchronous loop drive it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from typing import Protocol, TypeAlias, TypeVar
from urllib.parse import urljoin, urlsplit

import msgspec

from ..messages.errors import (
    AmbiguousWriteError,
    AppStoreConnectError,
    ConnectionFailedError,
    RequestTimeoutError,
    error_from,
)
from ..messages.events import RetryEvent
from ..messages.request import Request
from ..messages.response import Response, TransportFailure
from ..messages.secret import Discreet, Secret
from .retry import Attempts, Retry, RetryPolicy, cause_of, decide

__all__ = [
    "Conversation",
    "Outcome",
    "Send",
    "Sleep",
    "Step",
    "Tokens",
    "conversation_steps",
    "drive",
    "drive_async",
]

T = TypeVar("T")
S = TypeVar("S")
P = TypeVar("P")

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 5
# A wait of exactly what the budget holds is within it.
_SLACK = 0.001


class Tokens(Protocol):
    """Where bearer tokens come from."""

    def token(self) -> str:
        """Return a token that is valid for a while yet."""
        ...

    def invalidate(self, token: str) -> None:
        """Drop this token, unless it has been replaced already."""
        ...


class Send(Discreet, msgspec.Struct):
    """Send this request with this token; answer with a `Response` or a `TransportFailure`.

    Who sends it later than at once puts a fresh `token` in, so that a refusal is of the right one.
    """

    request: Request
    token: Secret

    def __repr__(self) -> str:
        return f"Send({self.request!r})"


class Sleep(msgspec.Struct, frozen=True):
    """Wait so many seconds; answer with None."""

    seconds: float


Step: TypeAlias = Send | Sleep
Outcome: TypeAlias = Response | TransportFailure | None
Conversation: TypeAlias = Generator[Step, Outcome, Response]


def conversation_steps(
    request: Request,
    *,
    tokens: Tokens,
    policy: RetryPolicy,
    now: Callable[[], float],
    random: Callable[[], float],
    remaining: Callable[[], float] = lambda: float("inf"),
    on_retry: Callable[[RetryEvent], object] | None = None,
) -> Conversation:
    """Yield the steps of one call; return its successful answer or raise what it came to.

    `remaining` returns how many seconds the call may still take.
    """
    attempts = Attempts()
    redirects, waited = 0, 0.0
    while True:
        step = Send(request, Secret(tokens.token()))
        outcome = yield step
        if outcome is None:
            raise TypeError("a Send is answered by a Response or a TransportFailure")
        if isinstance(outcome, Response):
            if outcome.is_success:
                return outcome
            redirected = _redirect(request, outcome)
            if redirected and redirects < _MOST_REDIRECTS:
                redirects += 1
                request = redirected
                continue
        patience = min(remaining(), policy.wait_budget - waited + _SLACK)
        decision = decide(
            policy, request, attempts, outcome, now=now(), random=random, patience=patience
        )
        if not isinstance(decision, Retry):
            raise _failure(request, outcome, ambiguous=decision.ambiguous, now=now())
        attempts = attempts.plus(cause_of(outcome))
        waited += decision.after
        if on_retry is not None:
            on_retry(_retry_event(request, attempts, outcome, decision))
        if decision.with_new_token:
            tokens.invalidate(step.token.reveal())
        if decision.after > 0:
            yield Sleep(decision.after)


def drive(steps: Generator[S, P | None, T], perform: Callable[[S], P]) -> T:
    """Carry out the steps of a generator, send it each outcome, and return its value."""
    outcome: P | None = None
    while True:
        try:
            step = steps.send(outcome)
        except StopIteration as end:
            value: T = end.value
            return value
        outcome = perform(step)


async def drive_async(steps: Generator[S, P | None, T], perform: Callable[[S], Awaitable[P]]) -> T:
    """Carry out the steps of a generator, send it each outcome, and return its value."""
    outcome: P | None = None
    while True:
        try:
            step = steps.send(outcome)
        except StopIteration as end:
            value: T = end.value
            return value
        outcome = await perform(step)


def _retry_event(
    request: Request, attempts: Attempts, outcome: Response | TransportFailure, retry: Retry
) -> RetryEvent:
    return RetryEvent(
        method=request.method,
        path=urlsplit(request.target.strip()).path,
        attempt=attempts.unauthorized + attempts.throttled + attempts.failed,
        cause=cause_of(outcome),
        after=retry.after,
        status=outcome.status if isinstance(outcome, Response) else None,
    )


def _redirect(request: Request, response: Response) -> Request | None:
    """Return the request for where a read was sent on to.

    The sender still refuses any origin but the API's. A write is never sent on: after some
    redirects it would become a read, after others it would happen at a place nobody named.
    """
    location = response.headers.get("location", "").strip()
    if response.status in _REDIRECTS and request.is_read and location:
        try:
            target = urljoin(response.url, location)
            return msgspec.structs.replace(request, target=target, query=())
        except ValueError:  # No address at all; the answer is the error then.
            return None
    return None


def _failure(
    request: Request, outcome: Response | TransportFailure, *, ambiguous: bool, now: float
) -> AppStoreConnectError:
    method, path = request.method, urlsplit(request.target.strip()).path
    if isinstance(outcome, Response):
        error = error_from(outcome, now=now)
        return AmbiguousWriteError(method, path, error) if ambiguous else error
    if ambiguous:
        return AmbiguousWriteError(method, path, outcome)
    if outcome.timed_out:
        return RequestTimeoutError(method, path, outcome.reason)
    return ConnectionFailedError(method, path, outcome.reason)
