"""Sending the parts of files, several at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial

from .._runtime.concurrency import together_async
from .._runtime.http.address_policy import UPLOAD_HOSTS, AddressPolicy
from .._runtime.http.session import AsyncSession
from .._runtime.http.transfer_client import AsyncTransferClient
from .._runtime.jsonapi.resource import Resource
from .._runtime.pauses import AsyncPauses
from .plan import Part
from .progress import UploadProgress
from .settings import UploadSettings
from .source import UploadSource, pieces_async

__all__ = ["AsyncSender"]


class AsyncSender:
    """Sends files to the addresses that the API hands out, to be awaited."""

    def __init__(
        self,
        session: AsyncSession,
        settings: UploadSettings,
        *,
        now: Callable[[], float] | None,
        sleep: Callable[[float], Awaitable[None]] | None,
        random: Callable[[], float] | None,
    ) -> None:
        self.settings = settings
        self.addresses = AddressPolicy(session.origin, settings.hosts, default=UPLOAD_HOSTS)
        self.now = now or session.now
        self.sleep = sleep or session.sleep
        self._session = session
        self._transfers = AsyncTransferClient(
            session, settings.retry, now=now, sleep=sleep, random=random
        )

    async def send(
        self, parts: Sequence[Part], source: UploadSource, progress: UploadProgress
    ) -> None:
        """Send these parts, and return when all have arrived."""
        send = partial(self._send, source, progress)
        await together_async(send, parts, self.settings.parallel, stop=progress.stop)

    def announce(self, reservation: Resource, source: UploadSource, md5: str) -> None:
        """Tell the session which file is for a reservation; its MD5 sum is empty if not known."""
        self._session.announce(reservation.resource_type, reservation.id, source, md5)

    def pauses(self) -> AsyncPauses:
        """Return the pauses between two looks at a state."""
        return AsyncPauses(
            first=self.settings.poll_interval,
            longest=self.settings.longest_poll_interval,
            timeout=self.settings.timeout,
            now=self.now,
            sleep=self.sleep,
        )

    async def _send(self, source: UploadSource, progress: UploadProgress, part: Part) -> None:
        def content() -> AsyncIterator[bytes]:
            # Not when the first piece is asked for, which is after the headers have gone.
            progress.moved(part, 0)
            return counted()

        async def counted() -> AsyncIterator[bytes]:
            moved = 0
            async for piece in pieces_async(source, part.offset, part.length):
                yield piece
                moved += len(piece)
                progress.moved(part, moved)

        await self._transfers.send(part.transfer, content)
        progress.arrived(part)
