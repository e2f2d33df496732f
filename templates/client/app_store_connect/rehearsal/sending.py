"""The files of a plan, sent as any upload is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from .._runtime.jsonapi.answers import read_resource
from .._runtime.jsonapi.operation import Operation
from .._runtime.jsonapi.resource import Resource
from .._runtime.messages.request import Request
from ..uploads.sending import AsyncSender
from ..uploads.settings import UploadSettings
from ..uploads.source import UploadSource, digest_async
from ..uploads.state import delivery_of
from ..uploads.upload import AsyncUpload
from .errors import PlanError, PlanStaleError

if TYPE_CHECKING:
    from ..client import AsyncClient
    from .change import Change, PlannedFile

__all__ = ["AsyncFiles"]

# A build's file is done when the build is, which takes long.
_DONE_LATER = frozenset({"buildUploadFiles"})


class AsyncFiles:
    """Sends files to the reservations that a plan has made, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def check(self, change: Change, file: PlannedFile | None) -> None:
        """Refuse a file that is gone, or is another one than when the plan was made."""
        if file is None:
            return
        try:
            with UploadSource(_place(file), name=file.name) as source:
                found = await digest_async(source)
        except (OSError, ValueError) as error:
            raise PlanError(
                f"the file {file.path or file.name} of {change.resource_type} cannot be sent:"
                f" {error}"
            ) from error
        if found != file.checksum:
            raise PlanStaleError(
                change.resource_type,
                change.resource_id,
                f"file {file.path or file.name}",
                f"MD5 {file.checksum}",
                f"MD5 {found}",
            )

    async def is_committed(self, change: Change, path: str) -> bool:
        """Whether the API has been told already that a file is there."""
        resource = await self._reservation(change, path).get("")
        return not delivery_of(resource).is_awaited

    async def send(
        self, change: Change, file: PlannedFile | None, path: str, body: bytes | None
    ) -> None:
        """Send a file, then make the change that says that it is there."""
        reservation = self._reservation(change, path, body)
        if file is None:
            await reservation.update("")
            return
        sender = AsyncSender(
            self._client.session, UploadSettings(), now=None, sleep=None, random=None
        )
        with UploadSource(_place(file), name=file.name) as source:
            upload = AsyncUpload(cast("Any", reservation), None, source, sender, None)
            await upload.run(cast("Any", ""), wait=change.resource_type not in _DONE_LATER)

    def _reservation(
        self, change: Change, path: str, body: bytes | None = None
    ) -> _AsyncReservation:
        return _AsyncReservation(self._client, path, change.model, body)


class _AsyncReservation:
    """The one reservation at a path, as a namespace that uploads can use, to be awaited."""

    def __init__(self, client: AsyncClient, path: str, model: str, body: bytes | None) -> None:
        self._client = client
        self._path = path
        self._body = body
        self._get: Operation[Resource] = Operation("GET", "", model=model)
        self._patch: Operation[Resource] = Operation("PATCH", "", model=model)

    async def create(self) -> Resource:
        """Refuse: the plan has reserved all that there is to be."""
        raise PlanError("the plan's reservation cannot be made again")

    async def get(self, _: object) -> Resource:
        """Read its state."""
        response = await self._client.send(Request("GET", self._path))
        return read_resource(self._get, response)

    async def update(self, _: object, **_keywords: object) -> Resource:
        """Commit, as the plan says."""
        response = await self._client.send(Request("PATCH", self._path, body=self._body))
        return read_resource(self._patch, response)


def _place(file: PlannedFile) -> Any:
    return file.path if file.path is not None else file.content
