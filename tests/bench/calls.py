"""Calls: one after the other and ten at a time, over a real connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import pages
from bench.context import times
from bench.rows import Budget, Row, Side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.context import Bench

_HAND = "httpx and msgspec by hand"


def rows(bench: Bench) -> Iterator[Row]:
    """Measure the client and what one writes by hand in one process."""
    turns, calls = bench.turns(40), 20 if not bench.quick else 2
    answers = {"/v1/apps/6446048195": (0, pages.one()), "/v1/apps": (0, pages.page(200))}
    with bench.server(answers) as address:
        found, peak = times(bench.run_client("call_client.py", address, turns, calls))
    for size, what in (("small", "one app"), ("large", "a page of 200 apps and 200 builds")):
        yield Row(
            f"calls.{size}",
            f"{what}, one call after the other",
            subject=Side("client", found[f"client {size}"], peak),
            reference=Side(_HAND, found[f"by hand {size}"], peak),
            budget=Budget(1.15, "ratio"),
        )
        way = f"{size} in flight"
        client = Side("client", found[f"client {way}"], peak)
        yield Row(
            f"calls.{size}-in-flight",
            f"{what}, 10 calls in flight, each",
            subject=client,
            reference=Side(_HAND, found[f"by hand {way}"], peak),
            budget=Budget(1.15, "ratio"),
        )
        yield Row(
            f"calls.{size}-in-flight-bare",
            f"{what}, 10 calls in flight, each",
            subject=client,
            reference=Side("httpx, undecoded", found[f"bare {way}"], peak),
            # Nothing is decoded on the other side, which counts for little in a small answer only.
            budget=Budget(1.15, "ratio") if size == "small" else None,
        )
