"""Pages: what follows a page is decided once, purely; two pagers fetch it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Generic, TypeVar, cast

import msgspec

from .document import Document
from .errors import NoResultError, PagingError, TooManyResultsError
from .exchange import Request, Response

__all__ = ["AsyncCsvPager", "AsyncPager", "CsvPager", "Page", "Pager"]

T = TypeVar("T")

_CSV = "text/csv"


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


class _Route(Generic[T]):
    """The way through the pages: the next link exactly as given, and never in a circle."""

    def __init__(self, first: Request) -> None:
        self._seen: set[str] = set()
        self.request: Request | None = first

    def advance(self, page: Page[T]) -> Request | None:
        """The request for what follows a page; PagingError where it has been before."""
        link = page.next_url
        if link is None or self.request is None:
            self.request = None
            return None
        if link in self._seen:
            raise PagingError(
                f"the API sent the page {link.partition('?')[0]} as its own successor;"
                " what was read so far is complete up to there"
            )
        self._seen.add(link)
        self.request = Request(
            method="GET",
            target=link,
            accept=self.request.accept,
            timeout=self.request.timeout,
        )
        return self.request


Read = Callable[[Response], Page[T]]


class Pager(Generic[T]):
    """A collection, read page by page as it is iterated; nothing is fetched before that.

    Each iteration starts over. `limit` of the call that made it is the size of a page, never of
    the whole.
    """

    __slots__ = ("_prefetch", "_read", "_request", "_send")

    def __init__(
        self,
        send: Callable[[Request], Response],
        request: Request,
        read: Read[T],
        *,
        prefetch: bool = False,
    ) -> None:
        self._send = send
        self._request = request
        self._read = read
        self._prefetch = prefetch

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items

    def pages(self) -> Iterator[Page[T]]:
        """The pages instead of their items."""
        if self._prefetch:
            yield from self._pages_ahead()
            return
        route: _Route[T] = _Route(self._request)
        while route.request is not None:
            page = self._fetch(route.request)
            route.advance(page)
            yield page

    def first(self) -> T | None:
        """The first item, None where there is none; reads one page at the most."""
        for page in self.pages():
            if page.items:
                return page.items[0]
        return None

    def one(self) -> T:
        """The only item; raises NoResultError or TooManyResultsError where it is not the only one."""
        found: list[T] = []
        for item in self:
            found.append(item)
            if len(found) > 1:
                break
        return _only(found, self._request)

    def all(self) -> list[T]:
        """Every item of every page."""
        return list(self)

    @property
    def total(self) -> int | None:
        """How many items there are, as the first page says; None where it does not."""
        return self._fetch(self._request).total

    def prefetch(self) -> Pager[T]:
        """The same collection, with the next page in flight while this one is worked on."""
        return type(self)(self._send, self._request, self._read, prefetch=True)

    def _fetch(self, request: Request) -> Page[T]:
        return self._read(self._send(request))

    def _pages_ahead(self) -> Iterator[Page[T]]:
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - few ever need it

        route: _Route[T] = _Route(self._request)
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="pager") as pool:
            pending = pool.submit(self._fetch, self._request)
            while True:
                page = pending.result()
                following = route.advance(page)
                if following is None:
                    yield page
                    return
                pending = pool.submit(self._fetch, following)
                yield page

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._request!r}>"


class CsvPager(Pager[T]):
    """A collection that the API also offers as one CSV file."""

    __slots__ = ()

    def csv(self) -> str:
        """The whole collection as CSV text, in one request."""
        return self._send(msgspec.structs.replace(self._request, accept=_CSV)).content.decode()


class AsyncPager(Generic[T]):
    """A collection, read page by page as it is iterated; nothing is fetched before that.

    Each iteration starts over. `limit` of the call that made it is the size of a page, never of
    the whole.
    """

    __slots__ = ("_prefetch", "_read", "_request", "_send")

    def __init__(
        self,
        send: Callable[[Request], Awaitable[Response]],
        request: Request,
        read: Read[T],
        *,
        prefetch: bool = False,
    ) -> None:
        self._send = send
        self._request = request
        self._read = read
        self._prefetch = prefetch

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item

    async def pages(self) -> AsyncIterator[Page[T]]:
        """The pages instead of their items."""
        if self._prefetch:
            async for page in self._pages_ahead():
                yield page
            return
        route: _Route[T] = _Route(self._request)
        while route.request is not None:
            page = await self._fetch(route.request)
            route.advance(page)
            yield page

    async def first(self) -> T | None:
        """The first item, None where there is none; reads one page at the most."""
        async for page in self.pages():
            if page.items:
                return page.items[0]
        return None

    async def one(self) -> T:
        """The only item; raises NoResultError or TooManyResultsError where it is not the only one."""
        found: list[T] = []
        async for item in self:
            found.append(item)
            if len(found) > 1:
                break
        return _only(found, self._request)

    async def all(self) -> list[T]:
        """Every item of every page."""
        return [item async for item in self]

    @property
    async def total(self) -> int | None:
        """How many items there are, as the first page says; None where it does not."""
        return (await self._fetch(self._request)).total

    def prefetch(self) -> AsyncPager[T]:
        """The same collection, with the next page in flight while this one is worked on."""
        return type(self)(self._send, self._request, self._read, prefetch=True)

    async def _fetch(self, request: Request) -> Page[T]:
        return self._read(await self._send(request))

    async def _pages_ahead(self) -> AsyncIterator[Page[T]]:
        import asyncio  # noqa: PLC0415 - whoever runs this has it loaded; others pay nothing

        route: _Route[T] = _Route(self._request)
        pending = asyncio.ensure_future(self._fetch(self._request))
        try:
            while True:
                page = await pending
                following = route.advance(page)
                if following is None:
                    yield page
                    return
                pending = asyncio.ensure_future(self._fetch(following))
                yield page
        finally:
            pending.cancel()
            await asyncio.gather(pending, return_exceptions=True)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._request!r}>"


class AsyncCsvPager(AsyncPager[T]):
    """A collection that the API also offers as one CSV file."""

    __slots__ = ()

    async def csv(self) -> str:
        """The whole collection as CSV text, in one request."""
        response = await self._send(msgspec.structs.replace(self._request, accept=_CSV))
        return response.content.decode()


def _only(found: list[T], request: Request) -> T:
    match found:
        case [item]:
            return item
        case []:
            raise NoResultError(f"{request!r} found nothing")
        case _:
            raise TooManyResultsError(f"{request!r} found more than one")
