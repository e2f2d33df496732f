"""An upload, start to end.

reserve -> send the parts -> commit -> wait until the API has processed the file
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable
from typing import Any, Generic, TypeVar

from .._runtime.http.transfer import TransferError
from .._runtime.jsonapi.resource import Resource
from .._runtime.jsonapi.values import Id
from .._runtime.messages.error_root import printable
from .._runtime.messages.errors import AmbiguousWriteError, AppStoreConnectError, ConflictError
from .errors import UploadError, UploadExpiredError, UploadRejectedError, UploadTimeoutError
from .namespaces import Uploadable
from .plan import CHECKSUMS, Part, commit_keywords, mismatch, plan
from .progress import Progress, UploadProgress
from .sending import AsyncSender
from .source import UploadSource, digest_async
from .state import delivery_of

__all__ = ["AsyncUpload"]

R = TypeVar("R", bound=Resource)
E = TypeVar("E", bound=UploadError)


class AsyncUpload(Generic[R]):
    """A file on its way to a namespace, to be awaited.

    `attributes` are what its `create` takes; None when a reservation is resumed and no other may be
    made.
    """

    def __init__(
        self,
        namespace: Uploadable[Awaitable[R]],
        attributes: dict[str, Any] | None,
        source: UploadSource,
        sender: AsyncSender,
        progress: Progress | None,
    ) -> None:
        self._namespace = namespace
        self._attributes = attributes
        self._source = source
        self._sender = sender
        self._progress = UploadProgress(source.size, progress)
        self._is_committed = False
        self._reserved: R

    @property
    def sent(self) -> tuple[tuple[int, int], ...]:
        """Offset and length of the parts that arrived."""
        return self._progress.sent

    async def run(self, resume: Id[Resource] | None = None, *, wait: bool) -> R:
        """Upload the file and return its resource.

        Errors of the reservation itself are raised as they are, since nothing is there then; every
        later one as an `UploadError` that knows the reservation.
        """
        accepted = inspect.signature(self._namespace.update).parameters
        md5 = ""
        if resume is not None or not CHECKSUMS.isdisjoint(accepted):
            md5 = await digest_async(self._source)
        if resume is None:
            self._reserved = await self._namespace.create(**self._attributes or {})
        else:
            self._reserved = await self._namespace.get(resume)
        try:
            if resume is None or self._may_resume(md5):
                await self._deliver(md5)
                self._source.verify()
                await self._commit(commit_keywords(accepted, md5))
            self._is_committed = True
            if wait:
                await self._processed()
        except UploadError:
            raise
        except (AppStoreConnectError, ValueError, OSError) as error:
            raise self._stopped(UploadError, str(error)) from error
        except BaseException as error:
            kind, identifier = self._reserved.resource_type, self._reserved.id
            error.add_note(printable(f"{kind} {identifier} stays reserved for the upload"))
            raise
        return self._reserved

    def _may_resume(self, md5: str) -> bool:
        """Return whether a reservation waits for its file yet.

        Raises:
            ValueError: when it is not for this one.
        """
        if problem := mismatch(self._reserved, self._source.size, md5):
            raise ValueError(problem)
        return delivery_of(self._reserved).is_awaited

    async def _deliver(self, md5: str) -> None:
        """Send the parts; to a new reservation, once, when the addresses have expired."""
        for may_reserve in (self._attributes is not None, False):
            self._sender.announce(self._reserved, self._source, md5)
            parts = plan(self._reserved, self._source.size, self._sender.addresses)
            now = self._sender.now()
            try:
                if any(part.expires and part.expires.timestamp() <= now for part in parts):
                    raise self._stopped(UploadExpiredError, "its addresses have expired")
                missing = [part for part in parts if not await self._is_there(part)]
                await self._sender.send(missing, self._source, self._progress)
            except (TransferError, UploadExpiredError) as error:
                if isinstance(error, TransferError) and not error.is_expired:
                    raise
                if not may_reserve:
                    raise self._stopped(UploadExpiredError, str(error)) from error
            else:
                return
            self._progress.restart()
            # First, since some sets are full with the old one; builds' files cannot be deleted.
            if delete := getattr(self._namespace, "delete", None):
                await delete(self._reserved)
            self._reserved = await self._namespace.create(**self._attributes or {})

    async def _is_there(self, part: Part) -> bool:
        """Return whether a part has arrived: the store's tag is the MD5 sum of what it has."""
        if part.tag is None:
            return False
        if part.tag != await digest_async(self._source, part.offset, part.length):
            return False
        self._progress.moved(part, part.length)
        self._progress.arrived(part)
        return True

    async def _commit(self, keywords: dict[str, Any]) -> None:
        """Say that all is there, again as long as the state says that the API did not receive it.

        A commit may have happened although it answered 504, and a second one is refused then.
        """
        settings = self._sender.settings
        wait = settings.poll_interval
        for attempt in range(1, settings.commits + 1):
            try:
                self._reserved = await self._namespace.update(self._reserved, **keywords)
            except (AmbiguousWriteError, ConflictError) as error:
                is_refusal = isinstance(error, ConflictError)
                if is_refusal and attempt == 1:
                    raise
                current = await self._namespace.get(self._reserved)
                if not delivery_of(current).is_awaited:
                    self._reserved = current
                    return
                if is_refusal or attempt == settings.commits:
                    raise
            else:
                return
            await self._sender.sleep(wait)
            wait = min(wait * 2, settings.longest_poll_interval)

    async def _processed(self) -> None:
        """Read the resource again and again until the API is done with its file."""
        pauses = self._sender.pauses()
        while (delivery := delivery_of(self._reserved)).is_pending:
            if not await pauses.pause():
                timeout = self._sender.settings.timeout
                reason = f"its state is still {delivery.state} after {timeout:.0f} s"
                raise self._stopped(UploadTimeoutError, reason)
            self._reserved = await self._namespace.get(self._reserved)
        if delivery.is_failed:
            raise UploadRejectedError(delivery, self._reserved)

    def _stopped(self, kind: type[E], reason: str) -> E:
        """Return the error that says how far the upload got."""
        return kind(reason, self._reserved, sent=self.sent, committed=self._is_committed)
