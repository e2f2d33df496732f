"""Work that is done with a client of either flavour on a simulator."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from support.clients import settled

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_store_connect.simulator import Simulator

__all__ = ["FLAVOURS", "done"]

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
