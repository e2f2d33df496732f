"""Addresses fit for logs and errors."""

from __future__ import annotations

import re

__all__ = ["redacted"]

_HARMLESS = re.compile(
    r"(filter|fields|exists|limit)(\[|%5B)[\w.%]+(\]|%5D)|include|sort|limit|cursor|groupBy"
    r"|granularity|period",
    re.ASCII | re.IGNORECASE,
)
_FLAG = re.compile("[A-Za-z-]{0,16}")
# What a segment of a path may carry behind its name.
_PARAMETER = re.compile("(;[^=/;]*=)[^/;]+")


def redacted(url: str) -> str:
    """Return a URL fit for logs and errors.

    The user and the fragment are left out, and of the query every value that is not one of the
    API's own harmless parameters: signed addresses carry their secret there.
    """
    head, mark, query = url.partition("#")[0].partition("?")
    scheme, colon, rest = _PARAMETER.sub(r"\1…", head).partition("//")
    host, slash, path = rest.partition("/")
    words = (_redacted_word(word) for word in query.split("&"))
    return f"{scheme}{colon}{host.rpartition('@')[2]}{slash}{path}{mark}{'&'.join(words)}"


def _redacted_word(word: str) -> str:
    name, sign, _ = word.partition("=")
    if sign:
        return word if _HARMLESS.fullmatch(name) else f"{name}=…"
    # Alone, a long one may be a signature as a whole.
    return word if _FLAG.fullmatch(word) else "…"
