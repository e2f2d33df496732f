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

from ..messages.error_root import AppStoreConnectError
from ..messages.errors import UnsafeUrlError
from ..messages.json_text import read_text
from ..messages.redaction import redacted
from ..messages.request import Request
from ..messages.response import Headers, Response, TransportFailure
from ..messages.secret import Discreet, Secret
from .conversation import Sleep
from .httpx_adapter import (
    HttpRequest,
    InvalidUrl,
    RequestFailed,
    Url,
    failure_text,
    raw_chunks,
    raw_chunks_async,
)
from .retry import Attempts, Retry, RetryPolicy, cause_of, decide

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Awaitable, Callable, Generator, Iterable
    from typing import Any

    import httpx

    from .session import AsyncSession, Session

__all__ = ["AsyncTransferClient", "Sink", "Transfer", "TransferClient", "TransferError"]

_LOG = logging.getLogger("app_store_connect")
_ANSWER_LIMIT = 1 << 16
_CHUNK = 1 << 18
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


class _SignedUrl(Url):
    """An address that is what it is, and shows no signature to those who look at it."""

    def __repr__(self) -> str:
        return f"<URL {redacted(str(self))}>"


class _SignedRequest(HttpRequest):
    """A request of which nothing is shown but where it goes."""

    def __repr__(self) -> str:
        return f"<Request {self.method} {redacted(str(self.url)).partition('?')[0]}>"


def _hide_signatures(record: logging.LogRecord) -> bool:
    """Rewrite the addresses that httpx writes to its log, where they are signed ones."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            redacted(str(item)) if isinstance(item, _SignedUrl) else item for item in record.args
        )
    return True


logging.getLogger("httpx").addFilter(_hide_signatures)


class Sink(Protocol):
    """Where a download goes; every attempt begins with `restart`."""

    def restart(self) -> None:
        """Forget what was written."""
        ...

    def write(self, chunk: bytes, /) -> object:
        """Take the next bytes."""
        ...


class TransferError(AppStoreConnectError):
    """A transfer that failed for good; `status` and `code` are the store's, None without answer."""

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
    """Yield the steps of one transfer until it succeeds; TransferError when it will not.

    The same bytes at the same place change nothing, so that an uncertain outcome is tried again.
    Redirects are refused: the signature is good for one host.
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
        now: Callable[[], float],
        sleep: Callable[[float], None],
        random: Callable[[], float],
    ) -> None:
        self._http = session.http
        self._policy = policy
        self._now = now
        self._sleep = sleep
        self._random = random

    def send(
        self,
        transfer: Transfer,
        content: Callable[[], Iterable[bytes]] | None = None,
        sink: Sink | None = None,
    ) -> Response:
        """Carry out a transfer: `content` makes the bytes to send anew for every attempt."""
        steps = attempt_steps(transfer, self._policy, now=self._now, random=self._random)
        step = next(steps)
        while True:
            outcome = None
            if isinstance(step, Sleep):
                self._sleep(step.seconds)
            else:
                outcome = self._exchange(step, content, sink)
            try:
                step = steps.send(outcome)
            except StopIteration as end:
                answer: Response = end.value
                return answer

    def _exchange(
        self,
        transfer: Transfer,
        content: Callable[[], Iterable[bytes]] | None,
        sink: Sink | None,
    ) -> Response | TransportFailure:
        request = _bare(self._http, transfer, content() if content else None)
        body = b""
        try:
            incoming = self._http.send(request, auth=None, follow_redirects=False, stream=True)
            try:
                if sink is not None and incoming.is_success:
                    sink.restart()
                    for chunk in raw_chunks(incoming, _CHUNK):
                        sink.write(chunk)
                else:
                    body = next(raw_chunks(incoming, _ANSWER_LIMIT), b"")
            finally:
                incoming.close()
        except RequestFailed as error:
            return _failure(transfer, error)
        return _answer(transfer, incoming, body)


class AsyncTransferClient:
    """Carries transfers over the connections of a session; tasks of one event loop may share it."""

    def __init__(
        self,
        session: AsyncSession,
        policy: RetryPolicy,
        *,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
        random: Callable[[], float],
    ) -> None:
        self._http = session.http
        self._policy = policy
        self._now = now
        self._sleep = sleep
        self._random = random

    async def send(
        self,
        transfer: Transfer,
        content: Callable[[], AsyncIterable[bytes]] | None = None,
        sink: Sink | None = None,
    ) -> Response:
        """Carry out a transfer: `content` makes the bytes to send anew for every attempt."""
        steps = attempt_steps(transfer, self._policy, now=self._now, random=self._random)
        step = next(steps)
        while True:
            outcome = None
            if isinstance(step, Sleep):
                await self._sleep(step.seconds)
            else:
                outcome = await self._exchange(step, content, sink)
            try:
                step = steps.send(outcome)
            except StopIteration as end:
                answer: Response = end.value
                return answer

    async def _exchange(
        self,
        transfer: Transfer,
        content: Callable[[], AsyncIterable[bytes]] | None,
        sink: Sink | None,
    ) -> Response | TransportFailure:
        request = _bare(self._http, transfer, content() if content else None)
        body = b""
        try:
            incoming = await self._http.send(
                request, auth=None, follow_redirects=False, stream=True
            )
            try:
                if sink is not None and incoming.is_success:
                    sink.restart()
                    async for chunk in raw_chunks_async(incoming, _CHUNK):
                        await asyncio.to_thread(sink.write, chunk)
                else:
                    body = await anext(raw_chunks_async(incoming, _ANSWER_LIMIT), b"")
            finally:
                await incoming.aclose()
        except RequestFailed as error:
            return _failure(transfer, error)
        return _answer(transfer, incoming, body)


def _bare(
    http: httpx.Client | httpx.AsyncClient, transfer: Transfer, content: Any
) -> httpx.Request:
    """The request with nothing of the client's in it: no header, cookie or parameter."""
    url = _url(transfer)
    if url is None:
        raise UnsafeUrlError(f"{transfer.address[:200]!r} is no URL")
    # The client's part in it are the time-outs, of which httpx makes an extension.
    built = http.build_request(transfer.method, transfer.address, content=content)
    own = [("Host", url.netloc.decode("ascii"))]
    if content is not None:
        # Stores refuse a body whose length comes with its chunks.
        own.append(("Content-Length", str(transfer.length)))
    given = {name.lower() for name, _ in transfer.headers}
    own = [(name, value) for name, value in own if name.lower() not in given]
    request = _SignedRequest(
        transfer.method, url, content=content, extensions=dict(built.extensions)
    )
    request.headers = type(request.headers)(
        [*own, *((name, value.reveal()) for name, value in transfer.headers)]
    )
    # Also because the constructor makes a URL of httpx's own of it.
    request.url = url
    return request


def _url(transfer: Transfer) -> _SignedUrl | None:
    """The address as httpx has it, None where it is none; httpx's own error would quote it."""
    try:
        return _SignedUrl(transfer.url.reveal())
    except InvalidUrl:
        return None


def _failure(transfer: Transfer, error: Exception) -> TransportFailure:
    reason = failure_text(error)
    _LOG.debug("%r: %s", transfer, reason)
    return TransportFailure("sent", reason)


def _answer(transfer: Transfer, incoming: httpx.Response, content: bytes) -> Response:
    _LOG.debug("%r: %d", transfer, incoming.status_code)
    return Response(
        status=incoming.status_code,
        headers=Headers(incoming.headers.multi_items()),
        content=content[:_ANSWER_LIMIT],
        method=transfer.method,
        url=redacted(transfer.url.reveal()),
    )
