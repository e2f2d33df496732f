"""What differs between blocking and asynchronous code beyond `await`, each in both flavours.

Whatever calls the API in sequence is written as `async` code, from which its blocking twin is
derived (`x_async` becomes `x` there); where it waits, it waits by these.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from .errand import Errand
from .messages.errors import ConfigurationError

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Awaitable, Callable, Sequence

__all__ = [
    "in_thread",
    "in_thread_async",
    "pause",
    "pause_async",
    "running_loop",
    "together",
    "together_async",
]

T = TypeVar("T")

# Where a wait for a lock cannot be interrupted, Ctrl-C is heard this often, in seconds.
_HEARING = 0.5


def running_loop() -> AbstractEventLoop:
    """Return the event loop of asyncio that runs here.

    Raises:
        ConfigurationError: where there is none.
    """
    from asyncio import get_running_loop  # noqa: PLC0415 - who blocks needs none of it

    with suppress(RuntimeError):
        return get_running_loop()
    raise ConfigurationError(
        "an AsyncClient runs in an event loop of asyncio, and there is none here (trio has"
        " its own): use asyncio, or a Client in a thread"
    )


def pause(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


async def pause_async(seconds: float) -> None:
    """Wait; asyncio is loaded by those alone who need it."""
    import asyncio  # noqa: PLC0415 - as said

    running_loop()
    await asyncio.sleep(seconds)


def in_thread(function: Callable[..., T], *arguments: object) -> T:
    """Call a function that waits for a disk; here that means: call it."""
    return function(*arguments)


async def in_thread_async(function: Callable[..., T], *arguments: object) -> T:
    """Call a function that waits for a disk without stopping the event loop."""
    import asyncio  # noqa: PLC0415 - as above

    running_loop()
    return await asyncio.to_thread(function, *arguments)


def together(
    work: Callable[[T], object], items: Sequence[T], limit: int, *, stop: Callable[[], object]
) -> None:
    """Do something with each item, `limit` of them at a time, and raise the first failure.

    After it no other item is begun, and `stop` is called, by which those that are on their way are
    to end soon. They are waited for, but not by someone who is interrupted: their threads end with
    the program.
    """
    from queue import Empty, SimpleQueue  # noqa: PLC0415 - few ever need it

    waiting = list(reversed(items))
    ended: SimpleQueue[BaseException | None] = SimpleQueue()

    def run() -> None:
        try:
            while True:
                try:
                    item = waiting.pop()
                except IndexError:
                    break
                work(item)
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            # In this order: no other item is begun, and this is the first that is heard of.
            waiting.clear()
            ended.put(error)
            stop()
            errand.stop()
        else:
            ended.put(None)

    errand = Errand()
    running = min(limit, len(waiting))
    for _ in range(running):
        threading.Thread(target=errand.run, args=(run,), daemon=True).start()
    failure: BaseException | None = None
    try:
        while running:
            try:
                problem = ended.get(timeout=_HEARING)
            except Empty:
                continue
            running -= 1
            failure = failure or problem
    except BaseException:
        waiting.clear()
        stop()
        errand.stop()
        raise
    if failure is not None:
        raise failure


async def together_async(
    work: Callable[[T], Awaitable[object]],
    items: Sequence[T],
    limit: int,
    *,
    stop: Callable[[], object],
) -> None:
    """Do something with each item, `limit` of them at a time, and raise the first failure.

    After it, or when it is cancelled, `stop` is called, and those that are on their way are
    cancelled and waited for.
    """
    import asyncio  # noqa: PLC0415 - as above

    running_loop()
    gate = asyncio.Semaphore(limit)

    async def run(item: T) -> None:
        async with gate:
            try:
                await work(item)
            except BaseException:
                # Here, before the next one gets through the gate.
                stop()
                raise

    tasks = [asyncio.ensure_future(run(item)) for item in items]
    try:
        await asyncio.gather(*tasks)
    except BaseException:
        stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
