"""Where transfers may go: the signed addresses that the API hands out for uploads and downloads.

No token is sent there, yet they are data from outside: what this machine would connect to, and what
a file is sent to, is checked against a policy first.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..messages.errors import UnsafeUrlError
from ..messages.redaction import redacted
from ..messages.request import LONGEST_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .api_origin import ApiOrigin

__all__ = ["DOWNLOAD_HOSTS", "UPLOAD_HOSTS", "AddressPolicy"]

# Two parsers may read one text differently where there is anything else in it.
_HOST = re.compile(r"[a-z0-9._:-]+", re.ASCII)
_PLAIN = re.compile(r"[!-\[\]-~]+", re.ASCII)

UPLOAD_HOSTS = ("*.apple.com",)
# Apple delivers analytics from its own networks and from signed addresses at its providers'.
DOWNLOAD_HOSTS = (
    "*.apple.com",
    "*.mzstatic.com",
    "*.cdn-apple.com",
    "*.amazonaws.com",
    "*.cloudfront.net",
)


class AddressPolicy:
    """What is asked of an address: https, no user in it, and a host on the list if there is one.

    `hosts` are names, or `*.` and a domain for all names below it; None takes `default` where the
    API is Apple's own and any host elsewhere. An API on this very machine may name its own
    addresses without TLS.
    """

    def __init__(
        self, origin: ApiOrigin, hosts: Iterable[str] | None, *, default: Iterable[str]
    ) -> None:
        api = urlsplit(origin.url("/")).hostname or ""
        if hosts is None and _matches(api, "*.apple.com"):
            hosts = default
        self._hosts = None if hosts is None else tuple(host.lower() for host in hosts)
        self._is_local = _is_loopback(api)

    def checked(self, url: str) -> str:
        """Return the address as it is, or raise `UnsafeUrlError`."""
        if len(url) > LONGEST_ADDRESS:
            raise UnsafeUrlError(f"an address of {len(url)} characters; nothing was sent there")
        try:
            parts = urlsplit(url)
            _ = parts.port
        except ValueError:
            raise _refusal(url, "is no URL") from None
        host = (parts.hostname or "").removesuffix(".")
        if not _PLAIN.fullmatch(url) or not _HOST.fullmatch(host):
            raise _refusal(url, "is no URL")
        if "@" in parts.netloc:
            raise _refusal(url, "has a user in it")
        local = self._is_local and _is_loopback(host)
        if parts.scheme != "https" and not (local and parts.scheme == "http"):
            raise _refusal(url, "does not begin with https://")
        if self._hosts is not None and not any(_matches(host, item) for item in self._hosts):
            raise _refusal(url, f"is on none of the hosts {', '.join(self._hosts) or '(none)'}")
        return url


def _matches(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refusal(url: str, reason: str) -> UnsafeUrlError:
    return UnsafeUrlError(f"the address {redacted(url)[:200]!r} {reason}; nothing was sent there")
