"""How a file gets to the API, as far as one can tell without sending anything.

The 25 resources that take files differ in what their commit carries and where they keep their
state. Both are read off the generated code: the keywords of `update`, the attributes of the model.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec

from .._runtime.http.address_policy import AddressPolicy
from .._runtime.http.transfer import Transfer
from .._runtime.jsonapi.resource import Resource
from .._runtime.messages.secret import Secret

__all__ = ["Delivery", "Part", "commit_keywords", "delivery_of", "mismatch", "plan"]

_METHODS = frozenset({"PUT", "POST", "PATCH"})
# What the connection decides, and what leads into somebody's account. All other headers are sent
# exactly as given: the store's signature may cover them, or be one of them.
_OWN_HEADERS = frozenset(
    {
        *("connection", "cookie", "expect", "keep-alive", "proxy-authorization"),
        *("proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
    }
)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_HEADER_VALUE = re.compile(r"[\t -~]*", re.ASCII)
_PENDING = frozenset({"AWAITING_UPLOAD", "UPLOAD_COMPLETE", "PROCESSING", None})
# Where resources keep their state; a video is done later than the file it came as.
_STATES = ("video_delivery_state", "asset_delivery_state", "state")


class Part(msgspec.Struct, frozen=True):
    """A piece of the file and the request that brings it there.

    `expires` is None where the API does not say; `tag` is the MD5 sum in hex of what is there
    already, None before anything is.
    """

    transfer: Transfer
    offset: int
    expires: datetime | None = None
    tag: str | None = None

    @property
    def length(self) -> int:
        """How many bytes it has."""
        return self.transfer.length


class Delivery(msgspec.Struct, frozen=True):
    """How far the API is with a file; errors and warnings as code and text."""

    state: str | None
    errors: tuple[tuple[str, str], ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()

    @property
    def is_awaited(self) -> bool:
        """Whether the API has not been told yet that the file is there."""
        return self.state in {"AWAITING_UPLOAD", None}

    @property
    def is_pending(self) -> bool:
        """Whether it will change by itself; states of a later review count as done."""
        return self.state in _PENDING

    @property
    def is_failed(self) -> bool:
        """Whether the API refused the file."""
        return self.state == "FAILED"


def plan(resource: Resource, size: int, addresses: AddressPolicy) -> tuple[Part, ...]:
    """The parts of a reservation, in the order of the file.

    The API lists them in any order. Raises ValueError unless they make up the whole file, and
    UnsafeUrlError for an address that the policy refuses.
    """
    operations: list[Any] = getattr(resource, "upload_operations", None) or []
    parts = sorted((_part(item, size, addresses) for item in operations), key=lambda x: x.offset)
    ends = [(0, 0), *((part.offset, part.offset + part.length) for part in parts), (size, size)]
    if any(end != start for (_, end), (start, _) in pairwise(ends)):
        raise ValueError(
            f"the API's {len(parts)} upload operations do not make up a file of {size} bytes"
        )
    return tuple(parts)


def _part(operation: Any, size: int, addresses: AddressPolicy) -> Part:
    offset = operation.offset or 0
    length = size - offset if operation.length is None else operation.length
    headers = tuple((h.name or "", Secret(h.value or "")) for h in operation.request_headers or ())
    method = (operation.method or "PUT").upper()
    if not all(
        _TOKEN.fullmatch(name) and _HEADER_VALUE.fullmatch(value.reveal())
        for name, value in headers
    ):
        raise ValueError("an upload operation has a header that cannot be sent")
    if method not in _METHODS or not 1 <= length <= size:
        told = f"{method[:20]!r} for {str(length)[:20]} bytes"
        raise ValueError(f"an upload operation says {told} of a file of {size}")
    url = addresses.checked(Secret(operation.url or ""))
    own = {"host": urlsplit(url.reveal()).netloc.lower(), "content-length": str(length)}
    for name, value in headers:
        key = name.lower()
        sent = value.reveal().lower() if key in own else ""
        if key in _OWN_HEADERS or own.get(key, sent) != sent:
            raise ValueError(f"an upload operation has the header {name[:40]!r}, which is not its")
    tag = getattr(operation, "entity_tag", None)
    return Part(
        transfer=Transfer(method, url, headers, length),
        offset=offset,
        expires=_zoned(getattr(operation, "expiration", None)) or _signed_until(url.reveal()),
        tag=tag.strip('"').lower() if tag else None,
    )


def _zoned(moment: datetime | None) -> datetime | None:
    """A moment of the API, which counts in UTC where it does not say."""
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _signed_until(url: str) -> datetime | None:
    """When a signature of Amazon's kind ends, as its parameters tell."""
    query = parse_qs(urlsplit(url).query)
    try:
        signed = datetime.strptime(query["X-Amz-Date"][0] + "+0000", "%Y%m%dT%H%M%SZ%z")
        return signed + timedelta(seconds=int(query["X-Amz-Expires"][0]))
    except (KeyError, ValueError, OverflowError):
        return None


def commit_keywords(accepted: Collection[str], md5: str) -> dict[str, Any]:
    """What `update` is called with when all parts are there, out of the keywords it accepts."""
    keywords: dict[str, Any] = {"uploaded": True}
    if "source_file_checksum" in accepted:
        keywords["source_file_checksum"] = md5
    if "source_file_checksums" in accepted:
        keywords["source_file_checksums"] = {"file": {"hash": md5, "algorithm": "MD5"}}
    return keywords


def delivery_of(resource: Resource) -> Delivery:
    """The state of a resource, wherever it keeps it; None where the API left it out."""
    found = [_delivery(getattr(resource, name, None)) for name in _STATES]
    found = [delivery for delivery in found if delivery.state is not None] or [Delivery(None)]
    if failed := [delivery for delivery in found if delivery.is_failed]:
        return failed[0]
    if found[0].is_awaited and not all(delivery.is_awaited for delivery in found):
        # The file is there, and work on the video has not begun.
        return Delivery("PROCESSING")
    return found[0]


def _delivery(value: Any) -> Delivery:
    if value is None or isinstance(value, str):
        return Delivery(None if value is None else str(value))
    state = None if value.state is None else str(value.state)
    return Delivery(state, _issues(value.errors), _issues(value.warnings))


def _issues(details: Any) -> tuple[tuple[str, str], ...]:
    return tuple((item.code or "", item.description or "") for item in details or ())


def mismatch(resource: Resource, size: int, md5: str) -> str | None:
    """What tells that a reservation was made for another file; None where nothing does."""
    reserved = getattr(resource, "file_size", None)
    if reserved is not None and reserved != size:
        return f"it was reserved for {reserved} bytes, and the file has {size}"
    known = getattr(resource, "source_file_checksum", None)
    file = getattr(getattr(resource, "source_file_checksums", None), "file", None)
    if file is not None and file.algorithm == "MD5":
        known = file.hash or known
    if known and known.lower() != md5:
        return "its checksum is that of another file"
    return None
