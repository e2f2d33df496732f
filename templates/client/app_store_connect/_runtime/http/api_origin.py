"""Where requests may go: the one origin that may see the bearer token.

The address that is sent is always built on the origin the client was made for. What a caller or a
`links.next` says about scheme, host and port is compared with it and then thrown away, so two
parsers reading one text differently cannot send the token elsewhere.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, unquote, urlsplit

from ..messages.errors import UnsafeUrlError
from ..messages.redaction import redacted
from ..messages.request import LONGEST_ADDRESS
from ..messages.secret import shielded

__all__ = ["ApiOrigin", "is_loopback", "refuse_hidden_dots"]

# What an error quotes.
_LONGEST = 200
_PORTS = {"http": 80, "https": 443}
# Browsers read a backslash as a slash, and some servers end a segment at other marks too.
_DOTS = re.compile(r"(?:^|[/\\])\.{1,2}(?:$|[/\\;?#\0])")
# Names that no network has: RFC 6761, section 6.2.
_TESTS = ".test"
_NOT_IN_HOSTS = re.compile(r"[^!-~]|[*<>\"'`{}|^\\]|\.\.")
# urlsplit drops some white space without a word, and half a character cannot be sent.
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")


class ApiOrigin:
    """The scheme, host and port of the API, and the addresses on it."""

    __slots__ = ("_key", "_text")

    def __init__(self, base_url: str) -> None:
        """Take a base URL without path, query or user; anything else is a `ValueError`."""
        text = base_url.strip()
        parts = urlsplit(text)
        if _FORBIDDEN.search(text) or parts.port == 0:
            raise ValueError("a base URL has no white space, and no port 0")
        if parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError("a base URL is a scheme and a host, such as https://api.example.com")
        host = _plain(parts.hostname or "")
        # A name that is decoded once more would be another one; a zone of IPv6 has such a mark.
        is_odd = _NOT_IN_HOSTS.search(host) or ("%" in host and ":" not in host)
        if parts.scheme not in _PORTS or not host.strip(".") or is_odd:
            raise ValueError("a base URL begins with https:// and names a host")
        self._key = scheme, host, port = _origin(parts)
        place = f"[{host}]" if ":" in host else host
        self._text = f"{scheme}://{place}{'' if port == _PORTS[scheme] else f':{port}'}"

    @property
    def host(self) -> str:
        """The name of the host, in lower case and without a final dot."""
        return self._key[1]

    @property
    def is_exposed(self) -> bool:
        """Whether others could read what is sent: it leaves this machine without encryption."""
        scheme, host, _ = self._key
        return scheme == "http" and not (is_loopback(host) or host.endswith(_TESTS))

    @shielded
    def url(self, target: str, query: tuple[tuple[str, str], ...] = ()) -> str:
        """Return the address of a path, or of an absolute URL of this very origin.

        A query the target brings is kept as it is, `query` follows it. Commas in a value stay, as
        they separate values; every other reserved character of it is percent-encoded. A foreign
        origin, a user in the address, dot segments and what is too long are an `UnsafeUrlError`.
        """
        text = target.strip()
        if len(text) > LONGEST_ADDRESS:
            raise UnsafeUrlError(f"an address of {len(text)} characters; nothing was sent there")
        parts = _split(text)
        if (parts.scheme or parts.netloc) and self._is_foreign(parts):
            raise UnsafeUrlError(f"{_quoted(text)} is not on {self._text}; nothing was sent there")
        if not parts.path.startswith("/"):
            raise UnsafeUrlError(f"{_quoted(text)} is neither an absolute path nor a URL")
        if any(_DOTS.search(unquote(segment)) for segment in parts.path.split("/")):
            raise UnsafeUrlError(
                f"{_quoted(parts.path)} has dot segments, which lead to another path"
            )
        words = [parts.query] if parts.query else []
        words.extend(f"{quote(name, safe='')}={quote(value, safe=',')}" for name, value in query)
        return f"{self._text}{parts.path}{'?' if words else ''}{'&'.join(words)}"

    def _is_foreign(self, parts: SplitResult) -> bool:
        try:
            return "@" in parts.netloc or _origin(parts, self._key[0]) != self._key
        except ValueError:  # A port that is not a number.
            return True

    def __repr__(self) -> str:
        return f"<ApiOrigin {self._text}>"


def is_loopback(host: str) -> bool:
    """Return whether a name or an address is this very machine's."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def refuse_hidden_dots(target: str) -> None:
    """Raise UnsafeUrlError for a path with encoded dot segments, which a server may decode.

    An id may hold such text: it is encoded as one segment, and no server has reason to decode it
    before. A path that somebody wrote has no use for it.
    """
    path = target.partition("?")[0]
    while (decoded := _simple(unquote(path))) != path:
        path = decoded
        if _DOTS.search(path):
            raise UnsafeUrlError(
                f"{_quoted(target)} has encoded dot segments, which lead to another path;"
                " nothing was sent there"
            )


def _quoted(url: str) -> str:
    return repr(redacted(url)[:_LONGEST])


def _split(text: str) -> SplitResult:
    if _FORBIDDEN.search(text):
        raise UnsafeUrlError(f"{_quoted(text)} has white space or a backslash in it")
    try:
        return urlsplit(text)
    except ValueError:
        raise UnsafeUrlError(f"{_quoted(text)} is not a URL") from None


def _origin(parts: SplitResult, scheme: str = "") -> tuple[str, str, int | None]:
    """Return what must be equal: letter case, a final dot and a default port make no difference."""
    scheme = parts.scheme or scheme
    port = _PORTS.get(scheme) if parts.port is None else parts.port
    return scheme, _plain(parts.hostname or "").rstrip("."), port


def _plain(host: str) -> str:
    """Return a name as it is looked up, where wide letters and other dots are plain ones.

    A name that older rules and newer ones lead to different places, such as one with a sharp s,
    stays as it is, and is the name of no host.
    """
    if host.isascii():
        return host
    same = _simple(host).lower().replace("\u3002", ".")
    try:
        plain = host.encode("idna")
        return plain.decode("ascii") if plain.decode("idna") == same else host
    except UnicodeError:
        return host


def _simple(text: str) -> str:
    """Return a text with plain letters and dots for wide ones and other forms of them."""
    if text.isascii():
        return text
    import unicodedata  # noqa: PLC0415 - hardly ever needed

    return unicodedata.normalize("NFKC", text)
