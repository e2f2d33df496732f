"""Clients that talk to a real server on this machine, and one scenario for both flavours."""

from __future__ import annotations

import inspect
import ssl
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from app_store_connect import AsyncClient, Client
from support import keys
from support.api_server import Answer, ApiServer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from support.api_server import Received

FLAVOURS = ("sync", "async")

# Nothing here speaks TLS, and to load the system's certificates takes longer than most tests.
_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def server(*answers: Answer | dict[str, Any]) -> ApiServer:
    """A server that takes our key's tokens only and gives these answers in turn."""
    made = [item if isinstance(item, Answer) else Answer(json=item) for item in answers]
    return ApiServer(made, public_key=keys.public_key())


def handled(handler: Callable[[Received], Answer]) -> ApiServer:
    """A server that takes our key's tokens only and lets a function answer."""
    return ApiServer(handler, public_key=keys.public_key())


@contextmanager
def talking(*answers: Answer | dict[str, Any]) -> Generator[tuple[Client, ApiServer]]:
    """A blocking client, and the server it talks to."""
    with server(*answers) as api, Client(keys.api_key(), base_url=api.url, verify=_TLS) as asc:
        yield asc, api


@asynccontextmanager
async def opened(flavour: str, api: ApiServer, **options: Any) -> AsyncGenerator[Any]:
    """A client of either flavour; a scenario awaits its results by `settled` and `listed`."""
    if "client" not in options:
        options["verify"] = _TLS
    if flavour == "sync":
        with Client(keys.api_key(), base_url=api.url, **options) as blocking:
            yield blocking
    else:
        async with AsyncClient(keys.api_key(), base_url=api.url, **options) as awaited:
            yield awaited


async def settled(value: Any) -> Any:
    """A result, awaited where it has to be."""
    return await value if inspect.isawaitable(value) else value


async def listed(items: Any) -> list[Any]:
    """What an iterator yields, of either flavour."""
    if hasattr(items, "__aiter__"):
        return [item async for item in items]
    return list(items)
