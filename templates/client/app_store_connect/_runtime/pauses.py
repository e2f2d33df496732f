"""Waiting for a state to change: looks at it that become rarer, until time is up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

__all__ = ["AsyncPauses"]

_GROWTH = 1.5


class AsyncPauses:
    """The pauses between two looks at a state, each longer than the one before, to be awaited.

    All times are in seconds; `now` gives those since some epoch.
    """

    def __init__(
        self,
        *,
        first: float,
        longest: float,
        timeout: float,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        if not timeout >= 0:
            raise ValueError(f"timeout is a number of seconds, not {timeout!r}")
        self._interval = first
        self._longest = longest
        self._now = now
        self._sleep = sleep
        self._deadline = now() + timeout

    async def pause(self) -> bool:
        """Wait until it is worth another look; False, at once, when the time is up."""
        left = self._deadline - self._now()
        if left <= 0:
            return False
        await self._sleep(min(self._interval, left))
        self._interval = min(self._interval * _GROWTH, self._longest)
        return True
