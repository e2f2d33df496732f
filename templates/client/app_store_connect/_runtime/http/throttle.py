"""A client's own restraint: how many requests it starts in an hour, how many are under way at once.

When a request may start is decided by `Pace`, which neither waits nor looks at a clock. `Gate` and
`AsyncGate` do that, and differ in nothing but `await`.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext

import msgspec

__all__ = ["AsyncGate", "Gate", "Pace", "Throttle"]

# A second more than Apple's hour, for what clocks and sums of floats lose on the way.
_HOUR = 3601.0
_BURSTS_PER_HOUR = 60
# Sums of seconds since 1970 are not good to the last digit, and nobody sleeps that precisely.
_AT_ONCE = 0.001


class Throttle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many requests a client starts in any hour and has under way at once; None for no limit.

    A sixtieth of the hour's requests, at least one, may start at once; the others are spread evenly
    over the rest, so that no rolling hour holds more than `requests_per_hour`. Whatever is sent to
    the API counts, retries too; parts of uploads and downloads of reports go elsewhere and do not.
    Each client counts for itself, though Apple counts by key.
    """

    requests_per_hour: int | None = None
    concurrency: int | None = None

    def __post_init__(self) -> None:
        """Refuse what would let nothing through."""
        for name in ("requests_per_hour", "concurrency"):
            number = getattr(self, name)
            if number is not None and number < 1:
                raise ValueError(f"{name} is at least 1, or None for no limit, not {number!r}")


class Pace(msgspec.Struct, frozen=True):
    """A bucket that `allowance` requests fill and that loses one in `interval` seconds.

    `due` is when it will be empty, `seen` the latest time it was asked.
    """

    interval: float
    allowance: int
    due: float = float("-inf")
    seen: float = float("-inf")

    @classmethod
    def of(cls, throttle: Throttle) -> Pace:
        """Return the pace that stays within the requests of an hour, for any rolling hour."""
        most = throttle.requests_per_hour
        if most is None:
            return cls(0.0, 1)
        allowance = max(1, most // _BURSTS_PER_HOUR)
        # The fullest hour begins with all of the allowance.
        return cls(_HOUR / (most - allowance + 1), allowance)

    def start(self, now: float) -> tuple[float, Pace]:
        """Return how many seconds to wait before asking again, 0 when one has been let in."""
        # A clock put back must not make anybody wait for it to catch up.
        due = self.due - max(0.0, self.seen - now)
        wait = due - (self.allowance - 1) * self.interval - now
        if wait <= _AT_ONCE:
            return 0.0, Pace(self.interval, self.allowance, max(due, now) + self.interval, now)
        return wait, Pace(self.interval, self.allowance, due, now)


class Gate:
    """Lets threads in one by one; each holds its place until it leaves the block."""

    def __init__(
        self, throttle: Throttle, *, now: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._places = threading.Semaphore(throttle.concurrency or sys.maxsize)
        # Held while waiting: whoever waits takes nothing, and the others queue up behind it.
        self._turn = threading.Lock()
        self._pace = Pace.of(throttle)
        self._now = now
        self._sleep = sleep

    @classmethod
    def of(
        cls,
        throttle: Throttle | None,
        *,
        now: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> AbstractContextManager[object]:
        """Return a gate, or an open door without a throttle."""
        return nullcontext() if throttle is None else cls(throttle, now=now, sleep=sleep)

    def __enter__(self) -> None:
        # The place first: a start that is counted happens at once.
        self._places.acquire()
        try:
            with self._turn:
                while wait := self._wait():
                    self._sleep(wait)
        except BaseException:
            self._places.release()
            raise

    def __exit__(self, *_: object) -> None:
        self._places.release()

    def _wait(self) -> float:
        wait, self._pace = self._pace.start(self._now())
        return wait


class AsyncGate:
    """Lets tasks in one by one; each holds its place until it leaves the block.

    It belongs to the event loop in which somebody first had to wait.
    """

    def __init__(
        self,
        throttle: Throttle,
        *,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        import asyncio  # noqa: PLC0415 - who blocks needs none of it

        self._places = asyncio.Semaphore(throttle.concurrency or sys.maxsize)
        # Held while waiting: whoever waits takes nothing, and the others queue up behind it.
        self._turn = asyncio.Lock()
        self._pace = Pace.of(throttle)
        self._now = now
        self._sleep = sleep

    @classmethod
    def of(
        cls,
        throttle: Throttle | None,
        *,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> AbstractAsyncContextManager[object]:
        """Return a gate, or an open door without a throttle."""
        return nullcontext() if throttle is None else cls(throttle, now=now, sleep=sleep)

    async def __aenter__(self) -> None:
        # The place first: a start that is counted happens at once.
        await self._places.acquire()
        try:
            async with self._turn:
                while wait := self._wait():
                    await self._sleep(wait)
        except BaseException:
            self._places.release()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._places.release()

    def _wait(self) -> float:
        wait, self._pace = self._pace.start(self._now())
        return wait
