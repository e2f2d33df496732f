"""Numbers measured in turns, and what they come to.

A machine's speed changes by half within minutes. What is compared is therefore measured turn by
turn (a, b, a, b, …), each turn gives a ratio, and the median of these is what counts.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

T = TypeVar("T")

_LONGEST = 30.0
_FEWEST = 3


@dataclass(frozen=True)
class Spread:
    """The median of several numbers, with the quartiles around it."""

    median: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """What the numbers come to; of a single one all three are the same."""
        if len(values) == 1:
            return cls(values[0], values[0], values[0], 1)
        low, median, high = statistics.quantiles(values, n=4, method="inclusive")
        return cls(median, low, high, len(values))


def ratios(subject: Sequence[float], reference: Sequence[float]) -> list[float]:
    """How many times the reference each turn of the subject took.

    A reference with fewer turns than the subject, down to one, lends its last to the rest.
    """
    last = len(reference) - 1
    return [value / reference[min(turn, last)] for turn, value in enumerate(subject)]


def differences(subject: Sequence[float], reference: Sequence[float]) -> list[float]:
    """How much more than the reference each turn of the subject took."""
    return [ours - theirs for ours, theirs in zip(subject, reference, strict=True)]


def in_turns(
    candidates: Mapping[str, Callable[[], T]], turns: int, *, warm_ups: int = 1
) -> dict[str, list[T]]:
    """Run each candidate once a turn, after warm-ups that do not count.

    On a busy machine there are fewer turns, so that they do not take for ever.
    """
    results: dict[str, list[T]] = {name: [] for name in candidates}
    started = time.monotonic()
    for turn in range(-warm_ups, turns):
        if turn >= _FEWEST and time.monotonic() - started > _LONGEST:
            break
        for name, candidate in candidates.items():
            result = candidate()
            if turn >= 0:
                results[name].append(result)
    return results
