"""Pagers: collections that are fetched page by page while they are iterated."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import aclosing
from functools import partial
from typing import Generic, Self, TypeAlias, TypeVar

import msgspec

from ..errand import Errand
from ..messages.request import Request
from ..messages.response import Response
from ..public import public
from .answers import read_text
from .paging import Page, Route, sized

__all__ = ["AsyncCsvPager", "AsyncPager", "CsvPager", "Page", "Pager"]

T = TypeVar("T")

Read: TypeAlias = Callable[[Response], Page[T]]

_CSV = "text/csv"


@public
class Pager(Generic[T]):
    """A collection, read page by page as it is iterated; nothing is fetched before that.

    Each iteration starts over. `limit` of the call that made it is the size of a page, never of
    the whole; without one, pages are as large as the API makes them, and `first` and `total` ask
    for a single item.
    """

    __slots__ = ("_ahead", "_limit", "_read", "_request", "_send")

    def __init__(
        self,
        send: Callable[[Request], Response],
        request: Request,
        read: Read[T],
        limit: int = 0,
        *,
        ahead: bool = False,
    ) -> None:
        self._send = send
        self._request = request if request.page else msgspec.structs.replace(request, page=1)
        self._read = read
        self._limit = limit
        self._ahead = ahead

    def __iter__(self) -> Generator[T]:
        return self._items()

    def pages(self) -> Generator[Page[T]]:
        """Return the pages instead of their items."""
        return self._pages()

    def first(self) -> T | None:
        """Return the first item, or None.

        The API's text filters find longer texts, too, so this may not be the one that was meant:
        see `one` and `find`.
        """
        page = self._fetch(sized(self._request, min(self._limit, 1)))
        if page.items or page.next_url is None:
            return next(iter(page.items), None)
        # Large pages again, as the API refuses some of the cursors that small ones are followed by.
        return next(iter(self), None)

    def one(self) -> T:
        """Return the only item, or the one that matches the text filters exactly.

        Raises:
            NoResultError: where there is none; it names what comes near.
            TooManyResultsError: where there are several.
        """
        from .selection import by_filters  # noqa: PLC0415 - few calls need it

        selection = by_filters(self._request)
        for item in self:
            if selection.take(item):
                break
        found: T = selection.result()
        return found

    def find(self, **attributes: object) -> T:
        """Return the only item with exactly these attributes: `find(bundle_id="com.example")`.

        Reads every page until it has found two, and compares attributes by their Python names and
        with their letter case.

        Raises:
            NoResultError: where there is none; it names what comes near.
            TooManyResultsError: where there are several.
            TypeError: for a keyword that is not an attribute.
            ValueError: for None.
        """
        from .selection import by_attributes  # noqa: PLC0415 - few calls need it

        selection = by_attributes(self._request, attributes)
        for item in self:
            if selection.take(item):
                break
        found: T = selection.result()
        return found

    def all(self) -> list[T]:
        """Return every item of every page."""
        return list(self)

    @property
    def total(self) -> int | None:
        """How many items there are, None where the API does not say; fetches the first page."""
        return self._fetch(sized(self._request, min(self._limit, 1))).total

    def prefetch(self) -> Self:
        """Return the same collection, with the next page in flight while this one is worked on.

        It is fetched in a thread; leaving the loop early gives up what is in flight.
        """
        return type(self)(self._send, self._request, self._read, self._limit, ahead=True)

    def _items(self) -> Generator[T]:
        for page in self._pages():
            yield from page.items

    def _pages(self) -> Generator[Page[T]]:
        request = sized(self._request, self._limit)
        return self._pages_ahead(request) if self._ahead else self._pages_behind(request)

    def _pages_behind(self, request: Request) -> Generator[Page[T]]:
        route = Route(request)
        page: Page[T] | None = self._fetch(request)
        while page is not None:
            yield page
            page = self._following(route, page)

    def _pages_ahead(self, request: Request) -> Generator[Page[T]]:
        route = Route(request)
        page: Page[T] | None = self._fetch(request)
        errand = Errand()
        try:
            while page is not None:
                following = errand.start(partial(self._following, route, page), "prefetch")
                yield page
                page = following()
        finally:
            errand.stop()

    def _following(self, route: Route, page: Page[T]) -> Page[T] | None:
        request = route.after(page)
        return None if request is None else self._fetch(request)

    def _fetch(self, request: Request) -> Page[T]:
        return self._read(self._send(request))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._request!r}>"


@public
class CsvPager(Pager[T]):
    """A collection that the API also offers as one CSV file."""

    __slots__ = ()

    def csv(self) -> str:
        """Return the whole collection as CSV text, in one request."""
        return read_text(self._send(msgspec.structs.replace(self._request, accept=_CSV)))


@public
class AsyncPager(Generic[T]):
    """A collection, read page by page as it is iterated; nothing is fetched before that.

    Each iteration starts over. `limit` of the call that made it is the size of a page, never of
    the whole; without one, pages are as large as the API makes them, and `first` and `total` ask
    for a single item.
    """

    __slots__ = ("_ahead", "_limit", "_read", "_request", "_send")

    def __init__(
        self,
        send: Callable[[Request], Awaitable[Response]],
        request: Request,
        read: Read[T],
        limit: int = 0,
        *,
        ahead: bool = False,
    ) -> None:
        self._send = send
        self._request = request if request.page else msgspec.structs.replace(request, page=1)
        self._read = read
        self._limit = limit
        self._ahead = ahead

    def __aiter__(self) -> AsyncGenerator[T]:
        return self._items()

    def pages(self) -> AsyncGenerator[Page[T]]:
        """Return the pages instead of their items."""
        return self._pages()

    async def first(self) -> T | None:
        """Return the first item, or None.

        The API's text filters find longer texts, too, so this may not be the one that was meant:
        see `one` and `find`.
        """
        page = await self._fetch(sized(self._request, min(self._limit, 1)))
        if page.items or page.next_url is None:
            return next(iter(page.items), None)
        # Large pages again, as the API refuses some of the cursors that small ones are followed by.
        async with aclosing(aiter(self)) as items:
            return await anext(items, None)

    async def one(self) -> T:
        """Return the only item, or the one that matches the text filters exactly.

        Raises:
            NoResultError: where there is none; it names what comes near.
            TooManyResultsError: where there are several.
        """
        from .selection import by_filters  # noqa: PLC0415 - few calls need it

        selection = by_filters(self._request)
        async with aclosing(aiter(self)) as items:
            async for item in items:
                if selection.take(item):
                    break
        found: T = selection.result()
        return found

    async def find(self, **attributes: object) -> T:
        """Return the only item with exactly these attributes: `find(bundle_id="com.example")`.

        Reads every page until it has found two, and compares attributes by their Python names and
        with their letter case.

        Raises:
            NoResultError: where there is none; it names what comes near.
            TooManyResultsError: where there are several.
            TypeError: for a keyword that is not an attribute.
            ValueError: for None.
        """
        from .selection import by_attributes  # noqa: PLC0415 - few calls need it

        selection = by_attributes(self._request, attributes)
        async with aclosing(aiter(self)) as items:
            async for item in items:
                if selection.take(item):
                    break
        found: T = selection.result()
        return found

    async def all(self) -> list[T]:
        """Return every item of every page."""
        return [item async for item in self]

    @property
    async def total(self) -> int | None:
        """How many items there are, None where the API does not say; fetches the first page."""
        return (await self._fetch(sized(self._request, min(self._limit, 1)))).total

    def prefetch(self) -> Self:
        """Return the same collection, with the next page in flight while this one is worked on.

        It is fetched in a task, which leaving the loop early cancels.
        """
        return type(self)(self._send, self._request, self._read, self._limit, ahead=True)

    async def _items(self) -> AsyncGenerator[T]:
        async with aclosing(self._pages()) as pages:
            async for page in pages:
                for item in page.items:
                    yield item

    def _pages(self) -> AsyncGenerator[Page[T]]:
        request = sized(self._request, self._limit)
        return self._pages_ahead(request) if self._ahead else self._pages_behind(request)

    async def _pages_behind(self, request: Request) -> AsyncGenerator[Page[T]]:
        route = Route(request)
        page: Page[T] | None = await self._fetch(request)
        while page is not None:
            yield page
            page = await self._following(route, page)

    async def _pages_ahead(self, request: Request) -> AsyncGenerator[Page[T]]:
        from asyncio import ensure_future, gather  # noqa: PLC0415 - who blocks needs none of it

        route = Route(request)
        page: Page[T] | None = await self._fetch(request)
        while page is not None:
            pending = ensure_future(self._following(route, page))
            try:
                yield page
                page = await pending
            finally:
                pending.cancel()
                await gather(pending, return_exceptions=True)

    async def _following(self, route: Route, page: Page[T]) -> Page[T] | None:
        request = route.after(page)
        return None if request is None else await self._fetch(request)

    async def _fetch(self, request: Request) -> Page[T]:
        return self._read(await self._send(request))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._request!r}>"


@public
class AsyncCsvPager(AsyncPager[T]):
    """A collection that the API also offers as one CSV file."""

    __slots__ = ()

    async def csv(self) -> str:
        """Return the whole collection as CSV text, in one request."""
        return read_text(await self._send(msgspec.structs.replace(self._request, accept=_CSV)))
