"""Where transfers may go: the signed addresses that the API hands out for uploads and downloads.

No token is sent there, yet they are data from outside: what this machine would connect to, and what
a file is sent to, is checked against a policy first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..messages.errors import UnsafeUrlError
from ..messages.redaction import redacted
from ..messages.request import LONGEST_ADDRESS
from .api_origin import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..messages.secret import Secret
    from .api_origin import ApiOrigin

__all__ = ["DOWNLOAD_HOSTS", "UPLOAD_HOSTS", "AddressPolicy"]

# Two parsers may read one text differently where there is anything else in it.
_HOST = re.compile(r"(?!\.|.*\.\.)[a-z0-9._:-]+", re.ASCII)
_PLAIN = re.compile(r"[!-\[\]-~]+", re.ASCII)

UPLOAD_HOSTS = ("*.apple.com",)
# Apple delivers files from its own networks and from signed addresses at its providers'.
DOWNLOAD_HOSTS = (
    "*.apple.com",
    "*.mzstatic.com",
    "*.cdn-apple.com",
    "*.icloud-content.com",
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
        if hosts is None and _matches(origin.host, "*.apple.com"):
            hosts = default
        self._hosts = None if hosts is None else tuple(map(_name, hosts))
        self._is_local = is_loopback(origin.host)

    def checked(self, address: Secret) -> Secret:
        """Return the address as it is, or raise `UnsafeUrlError`."""
        if problem := self._problem(address.reveal()):
            raise UnsafeUrlError(f"{problem}; nothing was sent there")
        return address

    def _problem(self, url: str) -> str | None:
        """Return what is wrong with an address, without its secret."""
        if len(url) > LONGEST_ADDRESS:
            return f"an address of {len(url)} characters"
        shown = f"the address {redacted(url)[:200]!r}"
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            return f"{shown} is not a URL"
        host = (parts.hostname or "").removesuffix(".")
        if port == 0 or not _PLAIN.fullmatch(url) or not _HOST.fullmatch(host):
            return f"{shown} is not a URL"
        if "@" in parts.netloc:
            return f"{shown} has a user in it"
        local = self._is_local and is_loopback(host)
        if parts.scheme != "https" and not (local and parts.scheme == "http"):
            return f"{shown} does not begin with https://"
        if self._hosts is not None and not any(_matches(host, item) for item in self._hosts):
            return f"{shown} is on none of the hosts {', '.join(self._hosts) or '(none)'}"
        return None


def _matches(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _name(host: str) -> str:
    """Return a name as it is compared: case and a final dot make no difference."""
    return host.strip().lower().rstrip(".")
