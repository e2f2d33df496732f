"""Which proxy a request goes through: the one that was named, or those of the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.request import getproxies

from ..messages.errors import ConfigurationError
from ..messages.secret import shielded

__all__ = ["Proxies", "ProxyAddress"]

_SCHEMES = ("http", "https", "socks5", "socks5h")
# What many programs write, and what they mean by it.
_SYNONYMS = {"socks": "socks5"}
_NOT_IN_HOSTS = re.compile(r"[\0-\x20\x7f*<>\"'`{}|^\\]|\s|\.\.")
_PORTS = 1 << 16
_END_OF_PLACE = re.compile(r"[/?#]")


class ProxyAddress:
    """Where a proxy is, and who says so; the address may hold a password, so nothing shows it."""

    __slots__ = ("reveal", "source")

    reveal: Callable[[], Any]
    """Return what httpx takes for a proxy; keep it in no variable of a frame that can raise."""

    def __init__(self, proxy: object, source: str) -> None:
        self.reveal = lambda: proxy
        self.source = source

    @classmethod
    @shielded
    def read(cls, url: str, source: str) -> ProxyAddress:
        """Read an address as people write it, into one that httpx takes."""
        scheme, mark, rest = url.strip().partition("://")
        scheme, rest = (scheme.lower(), rest) if mark else ("http", url.strip())
        scheme = _SYNONYMS.get(scheme, scheme)
        if scheme not in _SCHEMES:
            raise ConfigurationError(
                f"{source} names a proxy of an unknown kind: its address begins with one of"
                f" {', '.join(f'{known}://' for known in _SCHEMES)}"
            )
        place = _END_OF_PLACE.split(rest, maxsplit=1)[0]
        if "@" in rest and "@" not in place:
            raise ConfigurationError(
                f"{source} cannot be read: percent-encode what is special in the user and the"
                " password of a proxy, `#` as %23, `/` as %2F, `?` as %3F"
            )
        host, _, port = place.rpartition("@")[2].rpartition("]")[2].partition(":")
        if not (host or "]" in place) or _NOT_IN_HOSTS.search(host) or (not mark and "/" in rest):
            raise ConfigurationError(f"{source} names no host of a proxy")
        if port and not (port.isdecimal() and 0 < int(port) < _PORTS):
            raise ConfigurationError(
                f"{source} is not the address of a proxy: its port is not a number from 1 to 65535"
            )
        return cls(f"{scheme}://{rest}", source)

    def __repr__(self) -> str:
        return f"<ProxyAddress of {self.source}>"


class Proxies:
    """The addresses of proxies by the scheme of what is asked for; "all" is for any.

    The environment's are `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`, but for the hosts in
    `NO_PROXY`, in either case.
    """

    def __init__(self, known: Mapping[str, ProxyAddress] | None = None, bypass: str = "") -> None:
        self._known = known or {}
        self._bypass = [entry for entry in map(str.strip, bypass.lower().split(",")) if entry]

    @classmethod
    @shielded
    def of_environment(cls) -> Proxies:
        """Return the proxies that the environment or the system names.

        Raises:
            ConfigurationError: for bad ones.
        """
        found = getproxies()
        known = {
            scheme: ProxyAddress.read(found[scheme], _variable(scheme, found[scheme]))
            for scheme in ("http", "https", "all")
            if found.get(scheme)
        }
        return cls(known, found.get("no", ""))

    def proxy_for(self, scheme: str, host: str, port: int | None) -> ProxyAddress | None:
        """Return the proxy for a host, or None."""
        known = self._known.get(scheme) or self._known.get("all")
        name = host.strip("[]").lower().removesuffix(".")
        if known is None or any(_names(entry, name, port) for entry in self._bypass):
            return None
        return known


def _names(entry: str, host: str, port: int | None) -> bool:
    """Return whether an entry of `NO_PROXY` matches a host: a domain, an address, a network.

    Programs differ in what a leading dot or star means and how they write IPv6: all are understood.
    """
    entry = entry.rpartition("://")[2]
    if entry == "*":
        return True
    with suppress(ValueError):
        return ip_address(host) in ip_network(entry.strip("[]"), strict=False)
    place, colon, number = entry.rpartition(":")
    if colon and number.isdecimal() and (place.endswith("]") or ":" not in place):
        if int(number) != port:
            return False
        entry = place
    domain = entry.strip("[]").removeprefix("*").strip(".")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def _variable(scheme: str, value: str) -> str:
    """Return the name of the variable a proxy is from; systems have other places for them too."""
    names = (f"{scheme}_proxy", f"{scheme.upper()}_PROXY")
    return next((x for x in names if os.environ.get(x) == value), f"the proxy for {scheme}://")
