"""Requests as the simulator gets them and answers as it gives them, whatever brought them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Answer", "Incoming", "Recorded"]

JSON = "application/json"


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

    `operation` is the operation's id, empty where there is none for it; `body` what the JSON holds.
    """

    operation: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: Any
    status: int

    def __str__(self) -> str:
        words = "&".join(f"{name}={value}" for name, value in self.query)
        asked = f"{self.path}?{words}" if words else self.path
        return f"{self.method} {asked} -> {self.status}"
