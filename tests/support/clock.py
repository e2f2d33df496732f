"""Time and chance in a test's hands."""

from __future__ import annotations

from typing import Any


class Clock:
    """A clock that only moves when told to, or when somebody sleeps; `naps` are the sleeps."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.time = now
        self.naps: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.time += seconds

    async def asleep(self, seconds: float) -> None:
        self.sleep(seconds)

    def blocking(self) -> dict[str, Any]:
        """The arguments that put a Session on this clock, and make every back-off its longest."""
        return {"now": self.now, "sleep": self.sleep, "random": lambda: 1.0}

    def asynchronous(self) -> dict[str, Any]:
        """The same for an AsyncSession."""
        return {**self.blocking(), "sleep": self.asleep}
