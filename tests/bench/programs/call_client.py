"""Calls a server with the client, with httpx and Structs by hand, and with httpx alone.

call_client.py SERVER TURNS CALLS
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from typing import TYPE_CHECKING, Any

import by_hand
import canned
import httpx
import msgspec
import turns

from app_store_connect import AsyncClient, Client

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

SERVER = sys.argv[1]
IN_FLIGHT = 10
IDENTIFIER = "6446048195"
ONE = f"/v1/apps/{IDENTIFIER}"
# As the client sends; the token is as long as a real one.
HEADERS = {"Accept": "application/json", "Authorization": f"Bearer {'x' * 250}"}
QUERY = {"include": "builds", "limit": "200"}

decode_one = msgspec.json.Decoder(by_hand.One).decode
decode_page = msgspec.json.Decoder(by_hand.Page).decode


def sequential(count: int, calls: int) -> dict[str, list[float]]:
    """One call after the other, small answers and large ones."""
    with Client(canned.KEY, base_url=SERVER) as asc, httpx.Client(base_url=SERVER) as bare:

        def hand_one() -> Any:
            return decode_one(bare.get(ONE, headers=HEADERS).raise_for_status().content)

        def hand_page() -> Any:
            answer = bare.get("/v1/apps", params=QUERY, headers=HEADERS)
            return decode_page(answer.raise_for_status().content)

        def client_page() -> Any:
            return next(asc.apps.list(include=["builds"], limit=200).pages())

        small = turns.timed(
            {"client": lambda: asc.apps.get(IDENTIFIER), "by hand": hand_one}, count, calls
        )
        few = max(1, calls // 4)
        large = turns.timed({"client": client_page, "by hand": hand_page}, count, few)
    return {
        **{f"{name} small": values for name, values in small.items()},
        **{f"{name} large": values for name, values in large.items()},
    }


async def timed(
    candidates: Mapping[str, Callable[[], Awaitable[object]]], count: int, calls: int
) -> dict[str, list[float]]:
    """Seconds per call of each candidate with ten in flight, in every turn the mean of some."""
    times: dict[str, list[float]] = {name: [] for name in candidates}

    async def worker(candidate: Callable[[], Awaitable[object]]) -> None:
        for _ in range(calls):
            await candidate()

    begun = time.perf_counter()
    for turn in range(-1, count):
        if turns.is_over(begun, turn):
            break
        for name, candidate in candidates.items():
            gc.collect()
            started = time.perf_counter()
            await asyncio.gather(*(worker(candidate) for _ in range(IN_FLIGHT)))
            seconds = (time.perf_counter() - started) / calls / IN_FLIGHT
            if turn >= 0:
                times[name].append(seconds)
    return times


async def in_flight(count: int, calls: int) -> dict[str, list[float]]:
    """Ten calls at a time, small answers and large ones."""
    async with (
        AsyncClient(canned.KEY, base_url=SERVER) as asc,
        httpx.AsyncClient(base_url=SERVER) as bare,
    ):

        async def bare_one() -> bytes:
            answer = await bare.get(ONE, headers=HEADERS)
            return answer.raise_for_status().content

        async def bare_page() -> bytes:
            answer = await bare.get("/v1/apps", params=QUERY, headers=HEADERS)
            return answer.raise_for_status().content

        async def hand_one() -> Any:
            return decode_one(await bare_one())

        async def hand_page() -> Any:
            return decode_page(await bare_page())

        async def client_page() -> Any:
            async for page in asc.apps.list(include=["builds"], limit=200).pages():
                return page

        some, few = max(1, calls // 4), max(1, calls // 16)
        small = {
            "client": lambda: asc.apps.get(IDENTIFIER),
            "by hand": hand_one,
            "bare": bare_one,
        }
        large = {"client": client_page, "by hand": hand_page, "bare": bare_page}
        return {
            **{f"{k} small in flight": v for k, v in (await timed(small, count, some)).items()},
            **{f"{k} large in flight": v for k, v in (await timed(large, count, few)).items()},
        }


def main() -> None:
    """Measure both flavours."""
    count, calls = int(sys.argv[2]), int(sys.argv[3])
    times = sequential(count, calls)
    times |= asyncio.run(in_flight(count, calls))
    turns.told(times=times)


if __name__ == "__main__":
    main()
