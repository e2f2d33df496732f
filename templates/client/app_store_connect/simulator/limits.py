"""How many requests a key may make in an hour, and what every answer says of it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from .problems import Problem, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RateLimits"]

_HOUR = 3600.0


class RateLimits:
    """Counts the requests of each key over the last hour; `per_hour` None counts nothing."""

    def __init__(self, now: Callable[[], float], per_hour: int | None) -> None:
        self._now = now
        self.per_hour = per_hour
        self._made: dict[str, deque[float]] = {}

    def count(self, key_id: str) -> None:
        """Count a request; a Refusal when there were too many."""
        if self.per_hour is None:
            return
        made, now = self._made.setdefault(key_id, deque()), self._now()
        while made and made[0] <= now - _HOUR:
            made.popleft()
        if len(made) >= self.per_hour:
            detail = f"You have made {self.per_hour} requests in the last hour"
            raise Refusal(Problem(status=429, code="RATE_LIMIT_EXCEEDED", detail=detail))
        made.append(now)

    def forget(self) -> None:
        """Count from the beginning again."""
        self._made.clear()

    def header(self, key_id: str) -> str:
        """Return the text of `X-Rate-Limit`, empty where nothing is counted."""
        if self.per_hour is None:
            return ""
        left = self.per_hour - len(self._made.get(key_id, ()))
        return f"user-hour-lim:{self.per_hour};user-hour-rem:{left};"
