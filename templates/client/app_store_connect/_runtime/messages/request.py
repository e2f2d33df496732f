"""Requests as plain values: what is asked."""

from __future__ import annotations

import msgspec

from .secret import Discreet

__all__ = ["LONGEST_ADDRESS", "Request"]

# httpx sends to none that is longer.
LONGEST_ADDRESS = 1 << 16

_READS = frozenset({"GET", "HEAD"})


class Request(Discreet, msgspec.Struct, frozen=True):
    """One request, complete but for the origin and the bearer token.

    `target` is an absolute path (`/v1/apps/1`, each segment percent-encoded) or an absolute URL the
    API handed out, such as `links.next`; `query` is sent after whatever query the target has.
    `timeout` is in seconds and replaces every time-out of the client for this request, each of
    which is for one step, such as one read, and none for the whole. `page` is the number of the
    page of a collection that is asked for, from 1; 0 for anything else.
    """

    method: str
    target: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    accept: str = "application/json"
    timeout: float | None = None
    page: int = 0

    @property
    def is_read(self) -> bool:
        """Whether repeating the request can change nothing on the server."""
        return self.method in _READS

    def __repr__(self) -> str:
        size = "" if self.body is None else f", {len(self.body)} bytes"
        return f"<Request {self.method} {self.target.partition('?')[0]}{size}>"
