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
from .paging import Page, Route, only

__all__ = ["AsyncCsvPager", "AsyncPager", "CsvPager", "Page", "Pager"]

T = TypeVar("T")

Read: TypeAlias = Callable[[Response], Page[T]]

_CSV = "text/csv"


@public
class Pager(Generic[T]):
    """A collection, read page by page as it is iterated; nothing is fetched before that.

    Each iteration starts over. `limit` of the call that made it is the size of a page, never of
    the whole.
    """

    __slots__ = ("_ahead", "_read", "_request", "_send")

    def __init__(
        self,
        send: Callable[[Request], Response],
        request: Request,
        read: Read[T],
        *,
        ahead: bool = False,
    ) -> None:
        self._send = send
        self._request = request if request.page else msgspec.structs.replace(request, page=1)
        self._read = read
        self._ahead = ahead

    def __iter__(self) -> Generator[T]:
        for page in self.pages():
            yield from page.items

    def pages(self) -> Generator[Page[T]]:
        """The pages instead of their items."""
        return self._pages_ahead() if self._ahead else self._pages()

    def first(self) -> T | None:
        """The first item, None where there is none."""
        return next(iter(self), None)

    def one(self) -> T:
        """The only item.

        Raises NoResultError where there is none, TooManyResultsError where there are several.
        """
        found: list[T] = []
        for item in self:
            found.append(item)
            if len(found) > 1:
                break
        return only(found, self._request)

    def all(self) -> list[T]:
        """Every item of every page."""
        return list(self)

    @property
    def total(self) -> int | None:
        """How many items there are, None where the API does not say; fetches the first page."""
        return self._fetch(self._request).total

    def prefetch(self) -> Self:
        """The same collection, with the next page in flight while this one is worked on.

        It is fetched in a thread; leaving the loop early gives up what is in flight.
        """
        return type(self)(self._send, self._request, self._read, ahead=True)

    def _pages(self) -> Generator[Page[T]]:
        route = Route(self._request)
        page: Page[T] | None = self._fetch(self._request)
        while page is not None:
            yield page
            page = self._following(route, page)

    def _pages_ahead(self) -> Generator[Page[T]]:
        route = Route(self._request)
        page: Page[T] | None = self._fetch(self._request)
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
        """The whole collection as CSV text, in one request."""
        return read_text(self._send(msgspec.structs.replace(self._request, accept=_CSV)))


@public
class AsyncPager(Generic[T]):
    """A collection, read page by page as it is iterated; nothing is fetched before that.

    Each iteration starts over. `limit` of the call that made it is the size of a page, never of
    the whole.
    """

    __slots__ = ("_ahead", "_read", "_request", "_send")

    def __init__(
        self,
        send: Callable[[Request], Awaitable[Response]],
        request: Request,
        read: Read[T],
        *,
        ahead: bool = False,
    ) -> None:
        self._send = send
        self._request = request if request.page else msgspec.structs.replace(request, page=1)
        self._read = read
        self._ahead = ahead

    async def __aiter__(self) -> AsyncGenerator[T]:
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                for item in page.items:
                    yield item

    def pages(self) -> AsyncGenerator[Page[T]]:
        """The pages instead of their items."""
        return self._pages_ahead() if self._ahead else self._pages()

    async def first(self) -> T | None:
        """The first item, None where there is none."""
        async with aclosing(aiter(self)) as items:
            return await anext(items, None)

    async def one(self) -> T:
        """The only item.

        Raises NoResultError where there is none, TooManyResultsError where there are several.
        """
        found: list[T] = []
        async with aclosing(aiter(self)) as items:
            async for item in items:
                found.append(item)
                if len(found) > 1:
                    break
        return only(found, self._request)

    async def all(self) -> list[T]:
        """Every item of every page."""
        return [item async for item in self]

    @property
    async def total(self) -> int | None:
        """How many items there are, None where the API does not say; fetches the first page."""
        return (await self._fetch(self._request)).total

    def prefetch(self) -> Self:
        """The same collection, with the next page in flight while this one is worked on.

        It is fetched in a task, which leaving the loop early cancels.
        """
        return type(self)(self._send, self._request, self._read, ahead=True)

    async def _pages(self) -> AsyncGenerator[Page[T]]:
        route = Route(self._request)
        page: Page[T] | None = await self._fetch(self._request)
        while page is not None:
            yield page
            page = await self._following(route, page)

    async def _pages_ahead(self) -> AsyncGenerator[Page[T]]:
        from asyncio import ensure_future, gather  # noqa: PLC0415 - who blocks needs none of it

        route = Route(self._request)
        page: Page[T] | None = await self._fetch(self._request)
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
        """The whole collection as CSV text, in one request."""
        return read_text(await self._send(msgspec.structs.replace(self._request, accept=_CSV)))
