"""Calls of generated methods, blocking and awaited alike, against answers made up by a test."""

from __future__ import annotations

import asyncio
import inspect
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import httpx

from app_store_connect import AsyncPager, Pager
from ascgen.plan.namespaces import python_name
from support import keys
from support.whole_api import FLAVOURS

if TYPE_CHECKING:
    from collections.abc import Generator

    from ascgen.model import Operation
    from support.answers import Sent
    from support.calls import Call


@dataclass
class Outcome:
    """What a call returned and what it sent; of a pager, its first page."""

    returned: Any
    request: httpx.Request
    items: list[Any] | None = None
    page: Any = None

    @property
    def value(self) -> Any:
        """The items where there are several, else the one thing that was returned."""
        return self.returned if self.items is None else self.items


class Conversation:
    """A client of either flavour whose every request gets the answer that was set for it."""

    def __init__(self, flavour: str) -> None:
        self.flavour = flavour
        self._requests: list[httpx.Request] = []
        self._answer: Sent | None = None
        self._runner = asyncio.Runner()
        make: Any = FLAVOURS[flavour]
        self.client = make(keys.api_key(), transport=httpx.MockTransport(self._respond))

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self._requests.append(request)
        assert self._answer is not None
        return self._answer.response()

    def method(self, operation: Operation) -> Any:
        """The public method of an operation."""
        name = python_name(operation)
        return getattr(getattr(self.client, name.namespace), name.method)

    def call(self, operation: Operation, call: Call, answer: Sent) -> Outcome:
        """Make a call and read all of what it returns; exactly one request must come of it."""
        self._requests.clear()
        self._answer = answer
        with about(operation):
            with warned(deprecated=operation.deprecated):
                returned = self.method(operation)(*call.positional, **call.keywords)
            return self._settled(returned)

    def csv(self, operation: Operation, call: Call, answer: Sent) -> tuple[httpx.Request, str]:
        """The CSV text of a collection, and the one request that asked for it."""
        self._requests.clear()
        self._answer = answer
        with about(operation), warned(deprecated=operation.deprecated):
            pager = self.method(operation)(*call.positional, **call.keywords)
            text = pager.csv()
            if self.flavour == "async":
                text = self._runner.run(text)
        (request,) = self._requests
        return request, text

    def _settled(self, returned: Any) -> Outcome:
        """Await or page through what a method returned."""
        if self.flavour == "async":
            value, page = self._runner.run(_awaited(returned))
        else:
            assert not inspect.isawaitable(returned)
            page = next(iter(returned.pages())) if isinstance(returned, Pager) else None
            value = returned
        (request,) = self._requests
        items = None if page is None else page.items
        return Outcome(value, request, items, page)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.flavour == "async":
            self._runner.run(self.client.aclose())
        else:
            self.client.close()
        self._runner.close()


async def _awaited(returned: Any) -> tuple[Any, Any]:
    if isinstance(returned, AsyncPager):
        return returned, await anext(returned.pages())
    return await returned, None


@contextmanager
def about(operation: Operation) -> Generator[None]:
    """Name the operation in whatever fails."""
    try:
        yield
    except (Exception, AssertionError) as failure:
        name = python_name(operation)
        failure.add_note(
            f"client.{name.namespace}.{name.method}: {operation.method} {operation.path}"
        )
        raise


@contextmanager
def warned(*, deprecated: bool) -> Generator[None]:
    """Make sure that a deprecated operation warns once and at the caller, and others never."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    assert [(item.category, item.filename) for item in caught] == (
        [(DeprecationWarning, __file__)] if deprecated else []
    ), [str(item.message) for item in caught]
