"""Answers as plain values: what came back, or what broke.

None of them knows an HTTP library, so everything above the transport can be tested, pickled and
replayed without a network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from .error_root import printable
from .json_text import read_json
from .secret import Discreet

__all__ = ["FailureKind", "Headers", "Response", "TransportFailure"]

# Apple's gateways name the same correlation id differently; the first one present is quoted.
_REQUEST_ID_HEADERS = ("x-request-id", "x-apple-jingle-correlation-key", "x-apple-request-uuid")

_LONGEST_ID = 200


class Headers(Mapping[str, str]):
    """The headers of an answer: immutable, looked up in any case, several lines joined by `, `.

    `repr` shows the names only, because a value may be signed or personal.
    """

    __slots__ = ("_values",)

    def __init__(self, lines: Iterable[tuple[str, str]] = ()) -> None:
        values: dict[str, str] = {}
        for name, value in lines:
            key = name.lower()
            values[key] = f"{values[key]}, {value}" if key in values else value
        self._values = values

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(frozenset(self._values.items()))

    def __reduce__(self) -> tuple[type[Headers], tuple[tuple[tuple[str, str], ...]]]:
        return (Headers, (tuple(self._values.items()),))

    def __repr__(self) -> str:
        return f"<Headers {', '.join(self._values)}>"


class Response(Discreet, msgspec.Struct, frozen=True):
    """One answer, read to its end.

    `url` is where it came from, with the values of the query hidden unless they are known to be
    harmless.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    method: str
    url: str

    @property
    def request_id(self) -> str | None:
        """Apple's id of this exchange, the first thing its support asks for."""
        for name in _REQUEST_ID_HEADERS:
            if value := self.headers.get(name, "").strip():
                return printable(value, _LONGEST_ID)
        return None

    @property
    def media_type(self) -> str | None:
        """The content type in lower case without its parameters, or None.

        Apple has sent `application/json;` with nothing after the semicolon: never compare the
        header itself.
        """
        return self.headers.get("content-type", "").partition(";")[0].strip().lower() or None

    def json(self) -> Any:
        """Return the body as plain JSON values.

        Raises:
            msgspec.DecodeError: where the body is not JSON.
        """
        return read_json(self.content)

    @property
    def is_success(self) -> bool:
        """Whether the status is a 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the status class as RFC 9110 draws it

    def __repr__(self) -> str:
        url = self.url.partition("?")[0]
        return f"<Response {self.status} {self.method} {url}, {len(self.content)} bytes>"


FailureKind = Literal[
    "certificate", "connect", "connect-timeout", "pool-timeout", "sent", "sent-timeout"
]


class TransportFailure(msgspec.Struct, frozen=True):
    """No answer: why, and whether the request may have reached the server all the same."""

    kind: FailureKind
    reason: str

    @property
    def was_sent(self) -> bool:
        """Whether at least a part of the request left this machine."""
        return self.kind in {"sent", "sent-timeout"}

    @property
    def timed_out(self) -> bool:
        """Whether a time-out ended it."""
        return self.kind.endswith("timeout")
