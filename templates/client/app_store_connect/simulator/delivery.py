"""How webhooks leave the simulator: a POST to this machine, unless another way is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import TypeAlias
from urllib.parse import urlsplit

__all__ = ["Deliver", "post", "post_to_loopback"]

# Is given the address, the body and the headers; returns the status and the body of the answer, or
# raises OSError where there was none.
Deliver: TypeAlias = Callable[[str, bytes, Mapping[str, str]], "tuple[int, str]"]

_SECONDS = 10.0
_LONGEST = 65536


def post_to_loopback(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    """Deliver to a program on this machine; OSError for any other address."""
    host = urlsplit(url).hostname or ""
    if not _is_loopback(host):
        raise OSError(
            f"{host} is not this machine: Simulator(deliver=delivery.post) delivers anywhere"
        )
    return post(url, body, headers)


def post(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    """Deliver to any address, without redirects and proxies."""
    from http.client import (  # noqa: PLC0415 - few webhooks are delivered by HTTP
        HTTPConnection,
        HTTPException,
        HTTPSConnection,
    )

    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_SECONDS)
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    try:
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read(_LONGEST).decode("utf-8", "replace")
    except HTTPException as error:
        raise OSError(f"{parts.hostname} did not answer in HTTP") from error
    finally:
        connection.close()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
