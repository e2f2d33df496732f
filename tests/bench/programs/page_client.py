"""Goes through all pages of a collection, as the client's user does.

    page_client.py SERVER TURNS WORK EXPECTED

WORK is how long the user is busy with each page, in ms, EXPECTED how many items there are.
"""

from __future__ import annotations

import asyncio
import sys
import time

import canned
import turns

from app_store_connect import AsyncClient, Client

SERVER, EXPECTED = sys.argv[1], int(sys.argv[4])
WORK = int(sys.argv[3]) / 1000


def once(asc: Client, *, ahead: bool, work: float) -> float:
    """Seconds for all pages, blocking."""
    started = time.perf_counter()
    pager = asc.apps.list(limit=200)
    items = 0
    for page in (pager.prefetch() if ahead else pager).pages():
        items += len(page.items)
        if work:
            time.sleep(work)
    assert items == EXPECTED
    return time.perf_counter() - started


async def once_async(asc: AsyncClient, *, ahead: bool, work: float) -> float:
    """Seconds for all pages, in a task."""
    started = time.perf_counter()
    pager = asc.apps.list(limit=200)
    items = 0
    async for page in (pager.prefetch() if ahead else pager).pages():
        items += len(page.items)
        if work:
            await asyncio.sleep(work)
    assert items == EXPECTED
    return time.perf_counter() - started


async def main() -> None:
    """Measure every way of doing it, in turns."""
    times: dict[str, list[float]] = {}

    def keep(name: str, seconds: float) -> None:
        times.setdefault(name, []).append(seconds)

    with Client(canned.KEY, base_url=SERVER) as blocking:
        async with AsyncClient(canned.KEY, base_url=SERVER) as awaited:
            await asyncio.to_thread(blocking.apps.list(limit=200).first)
            await awaited.apps.list(limit=200).first()
            for _ in range(int(sys.argv[2])):
                for name, ahead, work in (
                    ("plain", False, 0.0),
                    ("prefetch", True, 0.0),
                    ("busy", False, WORK),
                    ("busy prefetch", True, WORK),
                ):
                    # In this thread, so that the event loop rests meanwhile.
                    keep(f"sync {name}", once(blocking, ahead=ahead, work=work))
                    keep(f"async {name}", await once_async(awaited, ahead=ahead, work=work))
    turns.told(times=times)


if __name__ == "__main__":
    asyncio.run(main())
