"""What is called to download a file."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from .._runtime.client import AsyncBaseClient
from .._runtime.concurrency import in_thread_async
from .._runtime.http.address_policy import DOWNLOAD_HOSTS, AddressPolicy
from .._runtime.http.retry import RetryPolicy
from .._runtime.http.transfer import Transfer, TransferError
from .._runtime.http.transfer_client import AsyncTransferClient
from .._runtime.public import public
from .draft import Draft, target_at
from .remote import RemoteFile, remote_file

__all__ = ["AsyncDownload"]

_LARGEST = 1 << 33
_NOTHING_LEFT = 416


@public
class AsyncDownload:
    """A function that downloads files, to be awaited.

    A client has it as its `download`; make your own for other settings. `hosts` are the names files
    may come from, `*.example.com` for all below a domain; None allows Apple's and its providers'
    where the API is Apple's own. `now` gives seconds since the epoch, `random` draws from 0 to 1;
    they and `sleep` are the client's unless they are given.
    """

    def __init__(
        self,
        client: AsyncBaseClient,
        *,
        hosts: tuple[str, ...] | None = None,
        retry: RetryPolicy | None = None,
        now: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] | None = None,
        random: Callable[[], float] | None = None,
    ) -> None:
        self._addresses = AddressPolicy(client.session.origin, hosts, default=DOWNLOAD_HOSTS)
        self._transfers = AsyncTransferClient(
            client.session, retry or RetryPolicy(), now=now, sleep=sleep, random=random
        )

    async def __call__(
        self,
        what: str | msgspec.Struct,
        path: str | os.PathLike[str],
        *,
        largest: int = _LARGEST,
    ) -> Path:
        """Download a file to a path, and return the path.

        `what` is a resource that has one (an artifact of Xcode Cloud, a build bundle with its
        dSYMs, a profile, a certificate, a crash log, a segment of analytics, a video, a picture),
        an object in a resource, such as one of the screenshots of a feedback, or an address.

        Nothing of the key goes there. The file is whole or not there; what is left of a download
        that failed stays beside it where the store allows to go on, and the next call does. Sizes
        and checksums are verified where the API gives them; if not, the file has `largest` bytes
        at most.

        Raises:
            DownloadError: where there is no file or not the right one.
            TransferError: where the store refuses, as it does when the address has expired: read
                the resource again then.
            UnsafeUrlError: for an address that is not Apple's.
            TypeError: for what has no file.
        """
        target = target_at(path)
        remote = remote_file(what, target.suffix.removeprefix(".").lower() or "png")
        # A signed address is to be in no frame of an error.
        del what
        if remote.address is not None:
            remote = msgspec.structs.replace(
                remote, address=self._addresses.checked(remote.address)
            )
        draft = await in_thread_async(Draft, target, remote, largest)
        try:
            await self._fill(draft, remote)
            await in_thread_async(draft.publish)
        except BaseException:
            draft.leave()
            raise
        return target

    async def _fill(self, draft: Draft, remote: RemoteFile) -> None:
        if remote.address is None:
            draft.restart()
            draft.write(remote.content)
            return
        transfer = Transfer("GET", remote.address)
        try:
            await self._transfers.send(transfer, sink=draft)
        except TransferError as error:
            if error.status != _NOTHING_LEFT:
                raise
            # What an earlier download left is not of this file.
            draft.restart()
            await self._transfers.send(transfer, sink=draft)
