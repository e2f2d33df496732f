"""What a page is, and which request fetches the one after it."""

from __future__ import annotations

from typing import Any, Generic, TypeVar, cast
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from ..messages.errors import PagingError
from ..messages.json_text import lone
from ..messages.request import LONGEST_ADDRESS, Request
from .document import Document

__all__ = ["Page", "Route", "sized"]

T = TypeVar("T")

# A collection has no such gaps, and a loop over its items would look as if it hung.
_EMPTY_PAGES = 100
_SHOWN = 200


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page: its items in the API's order and the document they came in."""

    items: list[T]
    document: Document

    def __hash__(self) -> int:
        return hash(self.document)

    @property
    def total(self) -> int | None:
        """How many items all pages have together, None where the API does not say."""
        paging = self.document.meta.get("paging")
        total = cast("dict[str, Any]", paging).get("total") if isinstance(paging, dict) else None
        return total if isinstance(total, int) else None

    @property
    def next_url(self) -> str | None:
        """Where the next page is, None on the last.

        Raises:
            PagingError: where the API names one in a way that cannot be read.
        """
        link = lone(self.document.links.get("next"))
        if isinstance(link, dict):
            link = lone(cast("dict[str, Any]", link).get("href"))
        if not link:
            return None
        if not isinstance(link, str):
            raise PagingError(
                f"the API names a next page in a way that cannot be read: {link!r}"[:_SHOWN]
                + "; this page is not the last one"
            )
        return link.strip() or None


class Route:
    """The way through the pages: the next link exactly as given, never in a circle or nowhere."""

    def __init__(self, first: Request) -> None:
        self._request = first
        # Their hashes: a link may be signed, and this is shown by what shows the locals of frames.
        self._seen = {hash(_place(first.target, first.query))}
        self._empty = 0
        self._number = 1

    def after(self, page: Page[Any]) -> Request | None:
        """Return the request for what follows a page, None after the last.

        PagingError where it was read before, whatever the order and spelling of its parameters, and
        after a hundred pages without an item.
        """
        link = page.next_url
        if link is None:
            return None
        place = _place(link)
        self._empty = 0 if page.items else self._empty + 1
        if self._empty >= _EMPTY_PAGES:
            raise PagingError(
                f"{_EMPTY_PAGES} pages in a row of {place[0][:_SHOWN]} had nothing on them, and the"
                " API named yet another one as the next"
            )
        if hash(place) in self._seen:
            raise PagingError(
                f"the pages of {place[0][:_SHOWN]} run in a circle: the API named one as the next"
                " that was read before"
            )
        self._seen.add(hash(place))
        first = self._request
        self._number += 1
        return Request("GET", link, accept=first.accept, timeout=first.timeout, page=self._number)


def sized(request: Request, limit: int) -> Request:
    """Return the same request for pages of so many items, unless it asks for a size already."""
    if not limit or any(name == "limit" for name, _ in request.query):
        return request
    return msgspec.structs.replace(request, query=(*request.query, ("limit", str(limit))))


def _place(
    target: str, query: tuple[tuple[str, str], ...] = ()
) -> tuple[str, tuple[tuple[str, str], ...]]:
    if len(target) > LONGEST_ADDRESS:  # Sending it will say so.
        return target, query
    try:
        parts = urlsplit(target)
    except ValueError:  # No address at all; the same.
        return target, query
    return unquote(parts.path), tuple(
        sorted([*parse_qsl(parts.query, keep_blank_values=True), *query])
    )
