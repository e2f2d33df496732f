"""Work that is done with a client of either flavour on a simulator."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from support.clients import settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from app_store_connect import AsyncClient
    from app_store_connect.simulator import Simulator

__all__ = ["FLAVOURS", "awaited", "done"]

FLAVOURS = ("sync", "async")


def done(flavour: str, simulator: Simulator, work: Callable[[Any], Any]) -> Any:
    """What `work(client)` comes to; `simulator.requests` are those of it alone afterwards."""
    simulator.requests.clear()

    async def main() -> Any:
        if flavour == "sync":
            with simulator.client() as asc:
                return await settled(work(asc))
        async with simulator.async_client() as aasc:
            return await settled(work(aasc))

    return asyncio.run(main())


@contextmanager
def awaited(client: AsyncClient) -> Iterator[Any]:
    """An asynchronous client that is called like a blocking one: whatever it returns is awaited."""
    with asyncio.Runner() as runner:
        try:
            yield _Awaited(client, runner)
        finally:
            runner.run(client.aclose())


class _Awaited:
    """What belongs to an asynchronous client."""

    def __init__(self, value: Any, runner: asyncio.Runner) -> None:
        self._value = value
        self._runner = runner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._value, name)
        return self._call(found) if callable(found) else _Awaited(found, self._runner)

    def _call(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **keywords: Any) -> Any:
            async def result() -> Any:
                found = function(*arguments, **keywords)
                return await settled(found) if isawaitable(found) else found

            found = self._runner.run(result())
            return _Awaited(found, self._runner) if hasattr(found, "__aiter__") else found

        return called
