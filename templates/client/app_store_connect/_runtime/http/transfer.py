"""Transfers: bytes to and from addresses the API handed out, without the token and unchanged.

The signature of such an address covers what is sent, so nothing may be added: no token, no cookie,
no content type, not even the name of this client. A session's connections are used, its settings
for proxies, time-outs and certificates too.
"""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Protocol, TypeAlias

import msgspec

from ..errand import Errand
from ..messages.error_root import AppStoreConnectError
from ..messages.errors import UnsafeUrlError
from ..messages.json_text import read_text
from ..messages.redaction import redacted
from ..messages.request import Request
from ..messages.response import Headers, Response, TransportFailure
from ..messages.secret import Discreet, Secret
from ..public import PACKAGE
from .connections import NO_PLACE
from .conversation import Sleep, drive, drive_async
from .httpx_adapter import raw_chunks, raw_chunks_async
from .network import CURRENT, Call
from .retry import Attempts, Retry, RetryPolicy, cause_of, decide

if TYPE_CHECKING:
    from collections.abc import (
        AsyncIterable,
        AsyncIterator,
        Awaitable,
        Callable,
        Generator,
        Iterable,
        Iterator,
        Mapping,
    )
    from typing import Any

    import httpx

    from .connections import AsyncLines, Wiring
    from .session import AsyncSession, Session

__all__ = ["AsyncTransferClient", "Sink", "Transfer", "TransferClient", "TransferError"]

_LOG = logging.getLogger("app_store_connect")
_ANSWER_LIMIT = 1 << 16
# Not gathered, since what is gathered is lost where a download breaks off.
_AS_THEY_COME = None
# Amazon's and Apple's stores answer errors as XML, which repeats the signature elsewhere in it.
_CODE = re.compile(r"<Code>([\w.]{1,80})</Code>", re.ASCII)
_MESSAGE = re.compile(r"<Message>([^<]{1,200})</Message>")
_FORBIDDEN = 403


class Transfer(Discreet, msgspec.Struct, frozen=True):
    """A request to a signed address: just this method, these headers and so many bytes.

    The signature may be in a header as well, so that their values are secret too.
    """

    method: str
    url: Secret
    headers: tuple[tuple[str, Secret], ...] = ()
    length: int = 0

    @property
    def address(self) -> str:
        """Where it goes, without the signature."""
        return redacted(self.url.reveal()).partition("?")[0]

    def __repr__(self) -> str:
        return f"<Transfer {self.method} {self.address}>"


class Sink(Protocol):
    """Where a download goes; every attempt asks with `request_headers`, and begins with `begin`."""

    @property
    def request_headers(self) -> tuple[tuple[str, str], ...]:
        """What to ask with besides: for what is missing yet."""
        ...

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Take up the answer to an attempt."""
        ...

    def write(self, chunk: bytes, /) -> object:
        """Take the next bytes."""
        ...


class TransferError(AppStoreConnectError):
    """A transfer that failed for good; `status` and `code` are the store's, None without answer."""

    __module__ = f"{PACKAGE}.uploads"

    def __init__(self, transfer: Transfer, outcome: Response | TransportFailure) -> None:
        self.method = transfer.method
        self.address = transfer.address
        self.status: int | None = None
        self.code: str | None = None
        if isinstance(outcome, Response):
            self.status = outcome.status
            text = read_text(outcome.content)
            code, message = _CODE.search(text), _MESSAGE.search(text)
            self.code = code[1] if code else None
            said = [found[1] for found in (code, message) if found]
            self.reason = ": ".join([f"status {outcome.status}", *said])
        else:
            self.reason = outcome.reason
        super().__init__(f"{self.method} {self.address} failed: {self.reason}")

    @property
    def is_expired(self) -> bool:
        """Whether the store says that the address is no longer valid."""
        return self.status == _FORBIDDEN and "expired" in self.reason.lower()


Attempting: TypeAlias = "Generator[Transfer | Sleep, Response | TransportFailure | None, Response]"


def attempt_steps(
    transfer: Transfer,
    policy: RetryPolicy,
    *,
    now: Callable[[], float],
    random: Callable[[], float],
) -> Attempting:
    """Yield the steps of one transfer until it succeeds.

    The same bytes at the same place change nothing, so that an uncertain outcome is tried again.
    Redirects are refused: the signature is good for one host.

    Raises:
        TransferError: when it will not.
    """
    policy = msgspec.structs.replace(policy, repeat_writes=True, token_renewals=0)
    request = Request(transfer.method, transfer.address)
    attempts = Attempts()
    while True:
        outcome = yield transfer
        if outcome is None:
            raise TypeError("a Transfer is answered by a Response or a TransportFailure")
        if isinstance(outcome, Response) and outcome.is_success:
            return outcome
        decision = decide(policy, request, attempts, outcome, now=now(), random=random)
        if not isinstance(decision, Retry):
            raise TransferError(transfer, outcome)
        attempts = attempts.plus(cause_of(outcome))
        if decision.after > 0:
            yield Sleep(decision.after)


class TransferClient:
    """Carries transfers over the connections of a session and blocks; threads may share it."""

    def __init__(
        self,
        session: Session,
        policy: RetryPolicy,
        *,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], None] | None = None,
        random: Callable[[], float] | None = None,
    ) -> None:
        self._session = session
        self._policy = policy
        self._now = now or session.now
        self._sleep = sleep or session.sleep
        self._random = random or session.random

    def send(
        self,
        transfer: Transfer,
        content: Callable[[], Iterable[bytes]] | None = None,
        sink: Sink | None = None,
    ) -> Response:
        """Carry out a transfer: `content` makes the bytes to send anew for every attempt."""
        steps = attempt_steps(transfer, self._policy, now=self._now, random=self._random)

        def perform(step: Transfer | Sleep) -> Response | TransportFailure | None:
            if isinstance(step, Sleep):
                Errand.pause(step.seconds, self._sleep)
                return None
            call = _call(self._session)
            with Errand.including(call):
                return self._exchange(call, step, content, sink)

        return drive(steps, perform)

    def _exchange(
        self,
        call: Call,
        transfer: Transfer,
        content: Callable[[], Iterable[bytes]] | None,
        sink: Sink | None,
    ) -> Response | TransportFailure:
        wiring = self._session.wiring
        request = _bare(
            wiring, _asking(transfer, sink), _marked(call, content()) if content else None
        )
        lines = self._session.connections.lines()
        body = b""
        before = CURRENT.set(call)
        try:
            call.begin(None)
            incoming = lines.send(request, call)
            try:
                if sink is not None and incoming.is_success:
                    with call.in_users_code():
                        sink.begin(incoming.status_code, Headers(incoming.headers.multi_items()))
                    for chunk in raw_chunks(incoming, _AS_THEY_COME):
                        with call.in_users_code():
                            sink.write(chunk)
                else:
                    body = next(raw_chunks(incoming, _ANSWER_LIMIT), b"")
            finally:
                incoming.close()
        except Exception as error:  # noqa: BLE001 - sorted there, and raised again
            return _failure(wiring, call, transfer, error)
        finally:
            CURRENT.reset(before)
        return _answer(transfer, incoming, body)


class AsyncTransferClient:
    """Carries transfers over the connections of a session; tasks of one event loop may share it."""

    def __init__(
        self,
        session: AsyncSession,
        policy: RetryPolicy,
        *,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] | None = None,
        random: Callable[[], float] | None = None,
    ) -> None:
        self._session = session
        self._policy = policy
        self._now = now or session.now
        self._sleep = sleep or session.sleep
        self._random = random or session.random

    async def send(
        self,
        transfer: Transfer,
        content: Callable[[], AsyncIterable[bytes]] | None = None,
        sink: Sink | None = None,
    ) -> Response:
        """Carry out a transfer: `content` makes the bytes to send anew for every attempt."""
        steps = attempt_steps(transfer, self._policy, now=self._now, random=self._random)

        async def perform(step: Transfer | Sleep) -> Response | TransportFailure | None:
            if isinstance(step, Sleep):
                await self._sleep(step.seconds)
                return None
            return await self._exchange(step, content, sink)

        return await drive_async(steps, perform)

    async def _exchange(
        self,
        transfer: Transfer,
        content: Callable[[], AsyncIterable[bytes]] | None,
        sink: Sink | None,
    ) -> Response | TransportFailure:
        call = _call(self._session)
        wiring = self._session.wiring
        request = _bare(
            wiring, _asking(transfer, sink), _marked_async(call, content()) if content else None
        )
        lines = await self._session.connections.lines()
        attempt = self._attempt(call, lines, transfer, request, sink)
        return await lines.carry_out(call, attempt)

    async def _attempt(
        self,
        call: Call,
        lines: AsyncLines,
        transfer: Transfer,
        request: httpx.Request,
        sink: Sink | None,
    ) -> Response | TransportFailure:
        wiring = self._session.wiring
        if not await lines.enter(call, wiring.timeouts["pool"], throttled=False):
            return NO_PLACE
        CURRENT.set(call)
        body = b""
        try:
            incoming = await lines.send(request, call)
            try:
                if sink is not None and incoming.is_success:
                    with call.in_users_code():
                        sink.begin(incoming.status_code, Headers(incoming.headers.multi_items()))
                    async for chunk in raw_chunks_async(incoming, _AS_THEY_COME):
                        with call.in_users_code():
                            await asyncio.to_thread(sink.write, chunk)
                else:
                    body = await anext(raw_chunks_async(incoming, _ANSWER_LIMIT), b"")
            finally:
                await incoming.aclose()
        except Exception as error:  # noqa: BLE001 - sorted there, and raised again
            return _failure(wiring, call, transfer, error)
        finally:
            await lines.leave(throttled=False)
        return _answer(transfer, incoming, body)


def _call(session: Session | AsyncSession) -> Call:
    """Return a call that may take any time, as long as something moves."""
    wait = session.wiring.timeouts["read"]
    return Call(session.clock, None, stall=None if wait is None else wait * 2)


def _marked(call: Call, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the bytes to send; their errors are not failures of the network."""
    with call.in_users_code():
        yield from chunks


async def _marked_async(call: Call, chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    with call.in_users_code():
        async for chunk in chunks:
            yield chunk


def _asking(transfer: Transfer, sink: Sink | None) -> Transfer:
    """Return the transfer with the sink's headers; a download's signature covers no headers."""
    if sink is None or not (asked := sink.request_headers):
        return transfer
    headers = (*transfer.headers, *((name, Secret(value)) for name, value in asked))
    return msgspec.structs.replace(transfer, headers=headers)


def _bare(wiring: Wiring, transfer: Transfer, content: Any) -> httpx.Request:
    """Return the request with nothing of the client's in it: no header, cookie or parameter."""
    library = wiring.library
    url = library.signed_url(transfer.url)
    if url is None:
        raise UnsafeUrlError(f"{transfer.address[:200]!r} is not a URL")
    own = [("Host", url.netloc.decode("ascii"))]
    if content is not None:
        # Stores refuse a body whose length comes with its chunks.
        own.append(("Content-Length", str(transfer.length)))
    given = {name.lower() for name, _ in transfer.headers}
    own = [(name, value) for name, value in own if name.lower() not in given]
    request = library.signed_request(transfer.method, url, content, wiring.timeouts)
    request.headers = type(request.headers)(
        [*own, *((name, value.reveal()) for name, value in transfer.headers)]
    )
    return request


def _failure(wiring: Wiring, call: Call, transfer: Transfer, error: Exception) -> TransportFailure:
    failure = wiring.failure(error, call)
    _LOG.debug("%r: %s", transfer, failure.reason)
    return failure


def _answer(transfer: Transfer, incoming: httpx.Response, content: bytes) -> Response:
    _LOG.debug("%r: %d", transfer, incoming.status_code)
    return Response(
        status=incoming.status_code,
        headers=Headers(incoming.headers.multi_items()),
        content=content[:_ANSWER_LIMIT],
        method=transfer.method,
        url=redacted(transfer.url.reveal()),
    )
