"""One call on its way: how long it may take, where it is, and how it is given up."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from typing import TYPE_CHECKING, Any, TypeVar

from ..messages.response import TransportFailure

if TYPE_CHECKING:
    from asyncio import Task
    from collections.abc import Callable, Coroutine, Generator

__all__ = ["CURRENT", "Call", "ConnectionDroppedError"]

T = TypeVar("T")

# A time-out of nothing would mean not to wait at all, which sockets treat as another mode.
_AT_LEAST = 0.001
# A transfer that moves less than this in its time has stalled, though it never stands still.
_LEAST_PROGRESS = 1024


class ConnectionDroppedError(OSError):
    """The call was given up, or moves too little; its connection is of no more use."""


class Call:
    """What is known of one call on its way: how long it may take and where it is.

    `seconds` bounds all of it, `stall` the time in which a kilobyte at least has to move; None is
    no bound. `sent` says whether any of the request may have left, `users_error` what a hook of
    the user's raised.
    """

    __slots__ = (
        "_clock",
        "_line",
        "_moved",
        "_seconds",
        "_slept",
        "_stall",
        "_until",
        "_window",
        "is_over",
        "sent",
        "users_error",
    )

    def __init__(
        self, clock: Callable[[], float], seconds: float | None, *, stall: float | None = None
    ) -> None:
        self._clock = clock
        self._seconds = seconds
        self._slept = 0.0
        self._until = None if seconds is None else clock() + seconds
        self._stall = stall
        self._window = clock() if stall is not None else 0.0
        self._moved = 0
        self._line: Any = None
        self.is_over = False
        self.sent = False
        self.users_error: BaseException | None = None

    @property
    def remaining(self) -> float:
        """The seconds that are left.

        Waits count in full, also where whoever sleeps for us is quicker than the clock.
        """
        if self._until is None or self._seconds is None:
            return inf
        return min(self._until - self._clock(), self._seconds - self._slept)

    def slept(self, seconds: float) -> None:
        """Count a wait."""
        self._slept += seconds

    def within(self, seconds: float | None) -> float | None:
        """Return the time for one wait: the one that was asked for, if there is so much left."""
        bounds = [] if seconds is None else [seconds]
        if self._until is not None:
            bounds.append(max(_AT_LEAST, self.remaining))
        if self._stall is not None:
            left = self._window + self._stall - self._clock()
            if left <= 0:
                raise ConnectionDroppedError(
                    f"fewer than {_LEAST_PROGRESS} bytes moved in {self._stall:g} s"
                )
            bounds.append(max(_AT_LEAST, left))
        return min(bounds, default=None)

    def check(self) -> None:
        """Raise ConnectionDroppedError where the time is up."""
        if self.remaining <= 0:
            raise ConnectionDroppedError("the time is up")

    def late(self, *, sent: bool) -> TransportFailure:
        """Return the failure that says that the time is up."""
        reason = f"the call was not done within its deadline of {self._seconds or 0:g} s"
        return TransportFailure("sent-timeout" if sent else "connect-timeout", reason)

    def allow(self, seconds: float) -> None:
        """Do not count these seconds: the client's own throttle let the call wait."""
        if self._until is not None:
            self._until += seconds

    def moved(self, count: int) -> None:
        """Note progress."""
        if self._stall is None:
            return
        self._moved += count
        if self._moved >= _LEAST_PROGRESS:
            self._moved, self._window = 0, self._clock()

    def begin(self, line: object) -> None:
        """Take up a connection.

        Raises:
            ConnectionDroppedError: where the call was given up.
        """
        if self.is_over:
            raise ConnectionDroppedError("the call was given up")
        self._line = line

    def drop(self) -> None:
        """Give the call up, from another thread: what waits on its connection fails at once."""
        self.is_over = True
        if (shut := getattr(self._line, "shut", None)) is not None:
            shut()

    async def drop_task(self, task: Task[Any]) -> None:
        """Give up the call that a task carries out, and see the task to its end.

        The task is cancelled while it waits for the network and nowhere else, and there the
        cancellation becomes a failure: so httpx, which loses connections when it is cancelled
        while it tidies up, never is.
        """
        import asyncio  # noqa: PLC0415 - who blocks needs none of it

        self.is_over = True
        if self._line is not None and not task.done():
            task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()

    @contextmanager
    def in_users_code(self) -> Generator[None]:
        """Remember what is raised meanwhile as the user's."""
        try:
            yield
        except BaseException as error:
            self.users_error = error
            raise

    async def wait(self, line: object, waiting: Coroutine[Any, Any, T]) -> T:
        """Wait for the network as long as the call goes on."""
        from asyncio import CancelledError, current_task  # noqa: PLC0415 - the same

        if self.is_over:
            waiting.close()
            raise ConnectionDroppedError("the call was given up")
        try:
            return await self.wait_freely(line, waiting)
        except CancelledError:
            if not self.is_over:
                raise
            if task := current_task():
                task.uncancel()
            raise ConnectionDroppedError("the call was given up") from None

    async def wait_freely(self, line: object, waiting: Coroutine[Any, Any, T]) -> T:
        """Wait for what may be cancelled as it is: code of the user's."""
        before, self._line = self._line, line
        try:
            return await waiting
        finally:
            self._line = before


CURRENT: ContextVar[Call | None] = ContextVar("app_store_connect_call", default=None)
"""The call that the running thread or task carries out."""
