"""Calls that threads of ours make for another one, which may have no more use for them."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = ["Errand"]

P = ParamSpec("P")
T = TypeVar("T")

# In seconds: Ctrl-C is to end a program within one.
_PATIENCE = 0.5


class _StoppedError(Exception):
    """Nobody waits for this thread any more."""


class _Droppable(Protocol):
    """A call on its way."""

    def drop(self) -> None:
        """Give it up, from any thread."""
        ...


class Errand:
    """The work of background threads, until it is stopped."""

    _CURRENT: ContextVar[Errand | None] = ContextVar("app_store_connect_errand", default=None)

    def __init__(self) -> None:
        self._calls: set[_Droppable] = set()
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Give up what is on its way; nothing more will be sent."""
        self._stopped.set()
        for call in list(self._calls):
            call.drop()
        if self._thread is not None:
            self._thread.join(_PATIENCE)

    def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function in this thread, as a part of the errand."""
        token = self._CURRENT.set(self)
        try:
            return function(*args, **kwargs)
        finally:
            self._CURRENT.reset(token)

    def start(self, function: Callable[[], T], name: str) -> Callable[[], T]:
        """Call a function in a thread, and return what waits for its result.

        The end of the program does not wait for it.
        """
        from concurrent.futures import Future  # noqa: PLC0415 - few ever need it

        future: Future[T] = Future()

        def run() -> None:
            try:
                result = self.run(function)
            except BaseException as error:  # noqa: BLE001 - raised where it is waited for
                future.set_exception(error)
            else:
                future.set_result(result)

        self._thread = threading.Thread(target=run, name=name, daemon=True)
        self._thread.start()
        return future.result

    @classmethod
    @contextmanager
    def including(cls, call: _Droppable) -> Generator[None]:
        """Make a call a part of the errand that this thread is on, if it is."""
        errand = cls._CURRENT.get()
        if errand is None:
            yield
            return
        calls = errand._calls  # noqa: SLF001 - our own
        calls.add(call)
        if errand._stopped.is_set():  # noqa: SLF001
            call.drop()
        try:
            yield
        finally:
            calls.discard(call)

    @classmethod
    def pause(cls, seconds: float, sleep: Callable[[float], object]) -> None:
        """Sleep, but no longer than the errand goes on."""
        errand = cls._CURRENT.get()
        if errand is None:
            sleep(seconds)
            return
        stopped = errand._stopped  # noqa: SLF001 - our own
        if sleep is time.sleep:
            stopped.wait(seconds)
        else:
            sleep(seconds)
        if stopped.is_set():
            raise _StoppedError
