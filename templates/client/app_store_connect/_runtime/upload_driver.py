"""The two drivers of an upload's steps: threads send its parts, or tasks."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .conversation import Sleep
from .upload_steps import Call, Deliver, Digest, UploadStoppedError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from .resource import Resource
    from .transfer import AsyncCourier, Courier
    from .upload_plan import Part
    from .upload_source import UploadSource
    from .upload_steps import Ledger, Uploading

__all__ = ["AsyncUploadDriver", "UploadDriver"]


class UploadDriver:
    """Carries out the steps of uploads and blocks."""

    def __init__(self, courier: Courier, sleep: Callable[[float], None], parallel: int) -> None:
        self._courier = courier
        self._sleep = sleep
        self._parallel = parallel

    def run(self, steps: Uploading, ledger: Ledger, source: UploadSource) -> Resource:
        """Carry out the steps and return what they come to."""
        try:
            step = next(steps)
            while True:
                try:
                    outcome: Any = None
                    match step:
                        case Call():
                            outcome = step()
                        case Digest(offset=offset, length=length):
                            outcome = source.md5(offset, length)
                        case Deliver(parts=parts):
                            self._deliver(parts, source, ledger)
                        case Sleep(seconds=seconds):
                            self._sleep(seconds)
                except BaseException as error:  # noqa: BLE001 - the steps decide what comes of it
                    step = steps.throw(error)
                else:
                    step = steps.send(outcome)
        except StopIteration as end:
            uploaded: Resource = end.value
            return uploaded

    def _deliver(self, parts: tuple[Part, ...], source: UploadSource, ledger: Ledger) -> None:
        with ThreadPoolExecutor(self._parallel, "upload") as pool:
            pending = [pool.submit(self._send, part, source, ledger) for part in parts]
            try:
                for sent in as_completed(pending):
                    with suppress(UploadStoppedError):
                        sent.result()
            except BaseException:
                # For the parts that are on their way when one fails or the user interrupts.
                ledger.stopped = True
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _send(self, part: Part, source: UploadSource, ledger: Ledger) -> None:
        def content() -> Iterator[bytes]:
            # Not when the first piece is asked for, which is after the headers have gone.
            ledger.moved(part, 0)
            return pieces()

        def pieces() -> Iterator[bytes]:
            moved = 0
            for chunk in source.chunks(part.offset, part.length):
                yield chunk
                moved += len(chunk)
                ledger.moved(part, moved)

        try:
            self._courier.carry(part.transfer, content)
        except BaseException:
            # Here, before this thread takes up the next part.
            ledger.stopped = True
            raise
        ledger.arrived(part)


class AsyncUploadDriver:
    """Carries out the steps of uploads in an event loop."""

    def __init__(
        self, courier: AsyncCourier, sleep: Callable[[float], Awaitable[None]], parallel: int
    ) -> None:
        self._courier = courier
        self._sleep = sleep
        self._parallel = parallel

    async def run(self, steps: Uploading, ledger: Ledger, source: UploadSource) -> Resource:
        """Carry out the steps and return what they come to."""
        try:
            step = next(steps)
            while True:
                try:
                    outcome: Any = None
                    match step:
                        case Call():
                            outcome = await step()
                        case Digest(offset=offset, length=length):
                            outcome = await asyncio.to_thread(source.md5, offset, length)
                        case Deliver(parts=parts):
                            await self._deliver(parts, source, ledger)
                        case Sleep(seconds=seconds):
                            await self._sleep(seconds)
                except BaseException as error:  # noqa: BLE001 - the steps decide what comes of it
                    step = steps.throw(error)
                else:
                    step = steps.send(outcome)
        except StopIteration as end:
            uploaded: Resource = end.value
            return uploaded

    async def _deliver(self, parts: tuple[Part, ...], source: UploadSource, ledger: Ledger) -> None:
        gate = asyncio.Semaphore(self._parallel)
        pending = [asyncio.ensure_future(self._send(x, source, ledger, gate)) for x in parts]
        try:
            await asyncio.gather(*pending)
        except BaseException:
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)
            raise

    async def _send(
        self, part: Part, source: UploadSource, ledger: Ledger, gate: asyncio.Semaphore
    ) -> None:
        def content() -> AsyncIterator[bytes]:
            ledger.moved(part, 0)
            return pieces()

        async def pieces() -> AsyncIterator[bytes]:
            moved = 0
            async for chunk in source.achunks(part.offset, part.length):
                yield chunk
                moved += len(chunk)
                ledger.moved(part, moved)

        async with gate:
            await self._courier.carry(part.transfer, content)
        ledger.arrived(part)
