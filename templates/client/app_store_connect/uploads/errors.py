"""What can go wrong once the API has reserved a place for a file."""

from __future__ import annotations

from .._runtime.jsonapi.resource import Resource
from .._runtime.messages.error_root import AppStoreConnectError
from .state import Delivery

__all__ = [
    "UploadError",
    "UploadExpiredError",
    "UploadRejectedError",
    "UploadTimeoutError",
]


class UploadError(AppStoreConnectError):
    """An upload that stopped after the API had reserved a place for the file.

    `resource` is the reservation: upload again with `resume=` it, or delete it. `sent` holds the
    offset and length of every part that arrived, `committed` whether the API was told that all is
    there. `build_upload` is what a build's file belongs to. `__cause__` is what went wrong.
    """

    def __init__(
        self,
        reason: str,
        resource: Resource,
        *,
        sent: tuple[tuple[int, int], ...] = (),
        committed: bool = False,
        build_upload: Resource | None = None,
    ) -> None:
        self.reason = reason
        self.resource = resource
        self.sent = sent
        self.committed = committed
        self.build_upload = build_upload
        where = f"{resource.resource_type} {resource.id}"
        state = "committed" if committed else f"{len(sent)} parts sent, not committed"
        super().__init__(f"the upload to {where} stopped ({state}): {reason}")


class UploadExpiredError(UploadError):
    """The addresses of a reservation have expired: delete it and upload without `resume`."""


class UploadTimeoutError(UploadError):
    """The file is there, and the API did not finish with it in time.

    Some files stay like this for ever: read the resource again later, or delete it and start anew.
    Uploading again while the API still works on the first one makes a duplicate.
    """


class UploadRejectedError(UploadError):
    """The API read the file and refused it; `errors` and `warnings` say why, as (code, text)."""

    def __init__(
        self, delivery: Delivery, resource: Resource, *, build_upload: Resource | None = None
    ) -> None:
        self.errors = delivery.errors
        self.warnings = delivery.warnings
        told = [f"{code}: {text}" for code, text in (*delivery.errors, *delivery.warnings)]
        reason = "; ".join([f"its state is {delivery.state}", *told])
        super().__init__(reason, resource, committed=True, build_upload=build_upload)
