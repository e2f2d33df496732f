"""How a file gets to the API: everything that is known before anything is sent.

The resources that take files differ in what their commit carries, which is read off the keywords of
the generated `update`.
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

__all__ = ["CHECKSUMS", "Part", "commit_keywords", "mismatch", "plan"]

CHECKSUMS = frozenset({"source_file_checksum", "source_file_checksums"})

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


def plan(resource: Resource, size: int, addresses: AddressPolicy) -> tuple[Part, ...]:
    """Return the parts of a reservation, in the order of the file.

    The API lists them in any order.

    Raises:
        ValueError: unless they make up the whole file.
        UnsafeUrlError: for an address that the policy refuses.
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
    """Return a moment of the API, which counts in UTC where it does not say."""
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _signed_until(url: str) -> datetime | None:
    """Return when an Amazon signature expires, by its parameters."""
    query = parse_qs(urlsplit(url).query)
    try:
        signed = datetime.strptime(query["X-Amz-Date"][0] + "+0000", "%Y%m%dT%H%M%SZ%z")
        return signed + timedelta(seconds=int(query["X-Amz-Expires"][0]))
    except (KeyError, ValueError, OverflowError):
        return None


def commit_keywords(accepted: Collection[str], md5: str) -> dict[str, Any]:
    """Return the arguments of the `update` that commits, out of the keywords it accepts."""
    keywords: dict[str, Any] = {"uploaded": True}
    if "source_file_checksum" in accepted:
        keywords["source_file_checksum"] = md5
    if "source_file_checksums" in accepted:
        keywords["source_file_checksums"] = {"file": {"hash": md5, "algorithm": "MD5"}}
    return keywords


def mismatch(resource: Resource, size: int, md5: str) -> str | None:
    """Return why a reservation cannot be for this file, or None."""
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
