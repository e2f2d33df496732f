"""Paging: all items of a collection whose server takes its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import pages
from bench.context import times
from bench.rows import Row, Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.context import Bench

_SIZE = 200


def rows(bench: Bench) -> Iterator[Row]:
    """Measure both flavours with and without prefetching, against waiting alone."""
    number, delay, work = (10, 10, 4) if bench.quick else (50, 50, 20)
    answers = {_path(i): (delay, _page(i, number)) for i in range(number)}
    with bench.server(answers) as address:
        turns = bench.turns(3, 1)
        found, peak = times(
            bench.run_client("page_client.py", address, turns, work, number * _SIZE)
        )
    waiting, working = number * delay / 1000, number * work / 1000
    ahead = waiting + work / 1000  # All work but that on the last page is done while waiting.
    for flavour in ("sync", "async"):
        for way, what, floor, least in (
            ("plain", "", waiting, f"{number} × {delay} ms"),
            ("prefetch", ", prefetched", waiting, f"{number} × {delay} ms"),
            ("busy", f", {work} ms of work a page", waiting + working, "waiting, then working"),
            ("busy prefetch", f", {work} ms of work a page, prefetched", ahead, "waiting alone"),
        ):
            yield Row(
                f"paging.{flavour}-{way.replace(' ', '-')}",
                f"{number * _SIZE:,} items, {flavour}{what}",
                subject=Side("client", found[f"{flavour} {way}"], peak),
                reference=Side(least, [floor]),
            )


def _path(number: int) -> str:
    return f"/v1/apps?cursor={number}&limit=200" if number else "/v1/apps"


def _page(number: int, of: int) -> bytes:
    following = f"{{server}}{_path(number + 1)}" if number + 1 < of else None
    return pages.page(_SIZE, following=following, builds=False)
