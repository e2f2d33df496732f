"""What a page is, and which request fetches the one after it."""

from __future__ import annotations

from typing import Any, Generic, TypeVar, cast
from urllib.parse import parse_qsl, urlsplit

import msgspec

from .document import Document  # noqa: TC001 - msgspec reads annotations
from .errors import NoResultError, PagingError, TooManyResultsError
from .exchange import Request

__all__ = ["Page", "Route", "only"]

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page: its items in the API's order and the document they came in."""

    items: list[T]
    document: Document

    @property
    def total(self) -> int | None:
        """How many items all pages have together, None where the API does not say."""
        paging = self.document.meta.get("paging")
        total = cast("dict[str, Any]", paging).get("total") if isinstance(paging, dict) else None
        return total if isinstance(total, int) else None

    @property
    def next_url(self) -> str | None:
        """Where the next page is, None on the last."""
        link = self.document.links.get("next")
        if isinstance(link, dict):
            link = cast("dict[str, Any]", link).get("href")
        return (link.strip() or None) if isinstance(link, str) else None


class Route:
    """The way through the pages: the next link exactly as given, and never in a circle."""

    def __init__(self, first: Request) -> None:
        self._request = first
        self._seen = {_place(first.target, first.query)}

    def after(self, page: Page[Any]) -> Request | None:
        """The request for what follows a page, None after the last.

        PagingError where it was read before, whatever the order and spelling of its parameters.
        """
        link = page.next_url
        if link is None:
            return None
        place = _place(link)
        if place in self._seen:
            raise PagingError(
                f"the pages of {place[0]} run in a circle: the API named one as the next that was"
                " read before"
            )
        self._seen.add(place)
        first = self._request
        return Request("GET", link, accept=first.accept, timeout=first.timeout)


def only(found: list[T], request: Request) -> T:
    """The one item of a list; ResultCountError where it holds another number of them."""
    match found:
        case [item]:
            return item
        case []:
            raise NoResultError(f"{request!r} found nothing")
        case _:
            raise TooManyResultsError(f"{request!r} found more than one")


def _place(
    target: str, query: tuple[tuple[str, str], ...] = ()
) -> tuple[str, tuple[tuple[str, str], ...]]:
    try:
        parts = urlsplit(target)
    except ValueError:  # No address at all; sending it will say so.
        return target, query
    return parts.path, tuple(sorted([*parse_qsl(parts.query, keep_blank_values=True), *query]))
