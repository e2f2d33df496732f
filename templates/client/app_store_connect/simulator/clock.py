"""Virtual time: it stands still until somebody waits or moves it, and what is due then happens."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["START", "Clock", "Due"]

# A Monday morning; nothing hangs on which.
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Due(msgspec.Struct, frozen=True):
    """Something that will happen to a resource."""

    at: float
    number: int
    event: str
    type: str = ""
    id: str = ""
    data: Mapping[str, Any] = {}


class Clock:
    """The time of a simulator.

    `now()` is in seconds since 1970 and `moment` the same as a date and time. `advance` moves it
    and lets everything that falls due happen in order, each thing at its own time.
    """

    def __init__(self, start: datetime | None = None) -> None:
        found = start or START
        self._now = (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
        self._queue: list[tuple[float, int, Due]] = []
        self._count = 0
        self.happen: Callable[[Due], None] | None = None

    def __repr__(self) -> str:
        return f"<Clock at {self.moment:%Y-%m-%d %H:%M:%S}, {len(self._queue)} events to come>"

    def now(self) -> float:
        """Return the seconds since 1970."""
        return self._now

    @property
    def moment(self) -> datetime:
        """The date and time, in UTC."""
        return datetime.fromtimestamp(self._now, UTC)

    def advance(
        self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0
    ) -> None:
        """Let so much time pass.

        Raises ValueError for a time before now.
        """
        try:
            passed = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
            _ = self.moment + passed
        except OverflowError:
            raise ValueError("time ends with the year 9999") from None
        except ValueError:
            raise ValueError("time passes by a number of seconds, minutes, hours or days") from None
        if passed < timedelta(0):
            raise ValueError("time goes forward only: advance by a positive number")
        end = self._now + passed.total_seconds()
        while self._queue and self._queue[0][0] <= end:
            at, _, due = heapq.heappop(self._queue)
            self._now = max(self._now, at)
            if self.happen is not None:
                self.happen(due)
        self._now = end

    def sleep(self, seconds: float) -> None:
        """Wait without waiting: time passes at once."""
        self.advance(seconds=max(0.0, seconds))

    async def asleep(self, seconds: float) -> None:
        """Wait as `sleep` does, for who awaits."""
        self.sleep(seconds)

    def schedule(
        self,
        seconds: float,
        event: str,
        *,
        type: str = "",
        id: str = "",
        data: Any = None,
    ) -> None:
        """Have an event happen after so many seconds; events of one moment keep their order."""
        self._count += 1
        due = Due(self._now + seconds, self._count, event, type, id, dict(data or {}))
        heapq.heappush(self._queue, (due.at, due.number, due))

    @property
    def pending(self) -> tuple[Due, ...]:
        """What will happen, the next first."""
        return tuple(due for _, _, due in sorted(self._queue, key=lambda item: item[:2]))

    def snapshot(self) -> tuple[float, int, tuple[Due, ...]]:
        """Return all there is to know of it."""
        return self._now, self._count, self.pending

    def restore(self, snapshot: tuple[float, int, tuple[Due, ...]]) -> None:
        """Go back to a time, and to what was to happen then; ValueError for no time at all."""
        try:
            datetime.fromtimestamp(snapshot[0], UTC)
        except (OverflowError, OSError):
            raise ValueError(f"{snapshot[0]} is beyond all time") from None
        self._now, self._count, pending = snapshot
        self._queue = [(due.at, due.number, due) for due in pending]
        heapq.heapify(self._queue)
