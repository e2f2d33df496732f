"""How far the API is with a file.

The resources that take files differ in where they keep that: as an object or as text with its
reasons beside it, and a video is done later than the file it came as, its preview frame later yet.
"""

from __future__ import annotations

from typing import Any

import msgspec

from .._runtime.jsonapi.resource import Resource

__all__ = ["Delivery", "delivery_of"]

_PENDING = frozenset({"AWAITING_UPLOAD", "UPLOAD_COMPLETE", "PROCESSING", None})
_STATES = ("video_delivery_state", "asset_delivery_state", "state")


class Delivery(msgspec.Struct, frozen=True):
    """How far the API is with a file; errors and warnings as code and text."""

    state: str | None
    errors: tuple[tuple[str, str], ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()

    @property
    def is_awaited(self) -> bool:
        """Whether the file still has to be committed."""
        return self.state in {"AWAITING_UPLOAD", None}

    @property
    def is_pending(self) -> bool:
        """Whether it will change by itself; states of a later review count as done."""
        return self.state in _PENDING

    @property
    def is_failed(self) -> bool:
        """Whether the API refused the file."""
        return self.state == "FAILED"


def delivery_of(resource: Resource) -> Delivery:
    """Return the state of a resource, wherever it keeps it; None where the API left it out."""
    found = [_delivery(getattr(resource, name, None), resource) for name in _STATES]
    found = [delivery for delivery in found if delivery.state is not None] or [Delivery(None)]
    if failed := [delivery for delivery in found if delivery.is_failed]:
        return failed[0]
    if found[0].is_awaited and not all(delivery.is_awaited for delivery in found):
        # The file is there, and work on the video has not begun.
        return Delivery("PROCESSING")
    if found[0].is_pending:
        return found[0]
    frame = _delivery(getattr(getattr(resource, "preview_frame_image", None), "state", None))
    return frame if frame.state is not None and (frame.is_pending or frame.is_failed) else found[0]


def _delivery(value: Any, resource: Resource | None = None) -> Delivery:
    if value is None:
        return Delivery(None)
    if isinstance(value, str):
        return Delivery(str(value), _issues(getattr(resource, "state_details", None)))
    state = None if value.state is None else str(value.state)
    return Delivery(state, _issues(value.errors), _issues(value.warnings))


def _issues(details: Any) -> tuple[tuple[str, str], ...]:
    return tuple((item.code or "", item.description or "") for item in details or ())
