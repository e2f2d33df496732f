"""The two drivers of an upload's steps: threads send its parts, or tasks."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .._runtime.errand import Errand
from .._runtime.http.conversation import Sleep
from .steps import Call, Deliver, Digest, UploadStoppedError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from .._runtime.http.transfer import AsyncTransferClient, TransferClient
    from .._runtime.jsonapi.resource import Resource
    from .plan import Part
    from .source import UploadSource
    from .steps import UploadProgress, UploadSteps

__all__ = ["AsyncUploadDriver", "UploadDriver"]


class UploadDriver:
    """Carries out the steps of uploads and blocks."""

    def __init__(
        self, transfers: TransferClient, sleep: Callable[[float], None], parallel: int
    ) -> None:
        self._transfers = transfers
        self._sleep = sleep
        self._parallel = parallel

    def run(self, steps: UploadSteps, progress: UploadProgress, source: UploadSource) -> Resource:
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
                            self._deliver(parts, source, progress)
                        case Sleep(seconds=seconds):
                            self._sleep(seconds)
                except BaseException as error:  # noqa: BLE001 - the steps decide what comes of it
                    step = steps.throw(error)
                else:
                    step = steps.send(outcome)
        except StopIteration as end:
            uploaded: Resource = end.value
            return uploaded

    def _deliver(
        self, parts: tuple[Part, ...], source: UploadSource, progress: UploadProgress
    ) -> None:
        errand = Errand()
        with ThreadPoolExecutor(self._parallel, "upload") as pool:
            pending = [
                pool.submit(errand.run, self._send, part, source, progress) for part in parts
            ]
            try:
                for sent in as_completed(pending):
                    with suppress(UploadStoppedError):
                        sent.result()
            except BaseException:
                # For the parts that are on their way when one fails or the user interrupts.
                progress.stopped = True
                errand.stop()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _send(self, part: Part, source: UploadSource, progress: UploadProgress) -> None:
        def content() -> Iterator[bytes]:
            # Not when the first piece is asked for, which is after the headers have gone.
            progress.moved(part, 0)
            return pieces()

        def pieces() -> Iterator[bytes]:
            moved = 0
            for chunk in source.chunks(part.offset, part.length):
                yield chunk
                moved += len(chunk)
                progress.moved(part, moved)

        try:
            self._transfers.send(part.transfer, content)
        except BaseException:
            # Here, before this thread takes up the next part.
            progress.stopped = True
            raise
        progress.arrived(part)


class AsyncUploadDriver:
    """Carries out the steps of uploads in an event loop."""

    def __init__(
        self,
        transfers: AsyncTransferClient,
        sleep: Callable[[float], Awaitable[None]],
        parallel: int,
    ) -> None:
        self._transfers = transfers
        self._sleep = sleep
        self._parallel = parallel

    async def run(
        self, steps: UploadSteps, progress: UploadProgress, source: UploadSource
    ) -> Resource:
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
                            await self._deliver(parts, source, progress)
                        case Sleep(seconds=seconds):
                            await self._sleep(seconds)
                except BaseException as error:  # noqa: BLE001 - the steps decide what comes of it
                    step = steps.throw(error)
                else:
                    step = steps.send(outcome)
        except StopIteration as end:
            uploaded: Resource = end.value
            return uploaded

    async def _deliver(
        self, parts: tuple[Part, ...], source: UploadSource, progress: UploadProgress
    ) -> None:
        gate = asyncio.Semaphore(self._parallel)
        pending = [asyncio.ensure_future(self._send(x, source, progress, gate)) for x in parts]
        try:
            await asyncio.gather(*pending)
        except BaseException:
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)
            raise

    async def _send(
        self, part: Part, source: UploadSource, progress: UploadProgress, gate: asyncio.Semaphore
    ) -> None:
        def content() -> AsyncIterator[bytes]:
            progress.moved(part, 0)
            return pieces()

        async def pieces() -> AsyncIterator[bytes]:
            moved = 0
            async for chunk in source.achunks(part.offset, part.length):
                yield chunk
                moved += len(chunk)
                progress.moved(part, moved)

        async with gate:
            try:
                await self._transfers.send(part.transfer, content)
            except BaseException:
                # Here, before the next part gets through the gate.
                progress.stopped = True
                raise
        progress.arrived(part)
