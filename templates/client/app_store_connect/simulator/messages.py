"""Requests as the simulator gets them and answers as it gives them, whatever brought them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

__all__ = ["Answer", "Incoming", "Recorded", "Requests"]

JSON = "application/json"
JSON_API = "application/vnd.api+json"
_LONGEST = 300


class Incoming(msgspec.Struct, frozen=True):
    """A request: `path` and `query` as they were sent, `headers` by lower-case names."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = {}
    body: bytes = b""
    origin: str = ""


class Answer(msgspec.Struct):
    """An answer. `broken` is set where the connection is to break: before, or within the body."""

    status: int
    body: bytes = b""
    media_type: str = JSON
    headers: dict[str, str] = {}
    broken: str = ""
    latency: float = 0.0


class Recorded(msgspec.Struct, frozen=True):
    """A request that was made, as `Simulator.requests` keeps it.

    `operation` is the operation's id, empty where there is none for it; `body` what the JSON holds,
    `headers` all by lower-case names, but of a bearer token only that there was one.
    """

    operation: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: Any
    status: int
    headers: Mapping[str, str] = {}

    def __str__(self) -> str:
        words = "&".join(f"{name}={value}" for name, value in self.query)
        asked = f"{self.path}?{words}" if words else self.path
        return f"{self.method} {asked} -> {self.status}"


class Requests(list[Recorded]):
    """Requests in the order in which they were made; its text is a table of them."""

    def of(self, operation: str) -> Requests:
        """Return those that asked for an operation, by its id."""
        return Requests(x for x in self if x.operation == operation)

    def __str__(self) -> str:
        rows = [(str(x.status or "none"), x.operation or "-", _asked(x)) for x in self]
        widths = [max((len(row[column]) for row in rows), default=0) for column in range(2)]
        return "\n".join(
            f"{status:<{widths[0]}}  {operation:<{widths[1]}}  {asked}"
            for status, operation, asked in rows
        )


def _asked(made: Recorded) -> str:
    asked = str(made).rpartition(" -> ")[0]
    if made.body is None:
        return asked
    body = repr(made.body) if isinstance(made.body, bytes) else msgspec.json.encode(made.body)
    text = body if isinstance(body, str) else body.decode()
    return f"{asked} {text if len(text) <= _LONGEST else f'{text[:_LONGEST]}…'}"
