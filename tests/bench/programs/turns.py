"""Timing in turns, for programs that run in the environment of what they measure."""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


# A busy machine takes fewer turns, so that the report does not take for ever.
LONGEST = 20.0
FEWEST = 5


def is_over(started: float, turn: int) -> bool:
    """Whether the turns up to this one have taken so long that they must do."""
    return turn >= FEWEST and time.perf_counter() - started > LONGEST


def timed(
    candidates: Mapping[str, Callable[[], object]], turns: int, calls: int
) -> dict[str, list[float]]:
    """Seconds for one call of each candidate, in every turn the mean of some calls in a row.

    The garbage collector runs as it does in programs; no candidate pays for another's garbage.
    """
    times: dict[str, list[float]] = {name: [] for name in candidates}
    begun = time.perf_counter()
    for turn in range(-1, turns):
        if is_over(begun, turn):
            break
        for name, candidate in candidates.items():
            gc.collect()
            started = time.perf_counter()
            for _ in range(calls):
                candidate()
            seconds = (time.perf_counter() - started) / calls
            if turn >= 0:
                times[name].append(seconds)
    return times


def told(**values: Any) -> None:
    """Print what was measured as JSON, with the most memory this process had."""
    scale = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale
    json.dump({**values, "peak": peak}, sys.stdout)
