"""Transfers: bytes to and from addresses the API handed out, without the token and unchanged.

The signature of such an address covers what is sent, so nothing may be added: no token, no cookie,
no content type, not even the name of this client. A session's connections are used, its settings
for proxies, time-outs and certificates too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol, TypeAlias

import msgspec

from ..messages.error_root import AppStoreConnectError
from ..messages.json_text import read_text
from ..messages.redaction import redacted
from ..messages.request import Request
from ..messages.response import Response, TransportFailure
from ..messages.secret import Discreet, Secret
from ..public import PACKAGE
from .conversation import Sleep
from .retry import Attempts, Retry, RetryPolicy, cause_of, decide

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

__all__ = ["Sink", "Transfer", "TransferError", "attempt_steps"]

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
