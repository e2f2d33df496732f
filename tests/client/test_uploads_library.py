"""Images and videos of the App Asset Library: states as text, no checksum, preview frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import Client
from app_store_connect.uploads import UploadError, UploadRejectedError
from app_store_connect.uploads.state import Delivery, delivery_of
from support.upload_api import UploadApi

if TYPE_CHECKING:
    from pathlib import Path

DATA = b"0123456789abcdefg"
FLAVOURS = ["sync", "async"]
REASON = {"code": "IMAGE_INCORRECT_DIMENSIONS", "description": "wrong size"}


@dataclass
class LibraryApi(UploadApi):
    """`frames` are the states of a video's preview frame, the last one again and again."""

    state_name: str = "state"
    states: list[str] = field(default_factory=lambda: ["UPLOAD_COMPLETE", "PREPARE_FOR_SUBMISSION"])
    frames: list[str] = field(default_factory=list)

    def _resource(self, identifier: str) -> dict[str, Any]:
        made = super()._resource(identifier)
        attributes = made["attributes"]
        attributes["stateDetails"] = [REASON] if attributes["state"] == "FAILED" else None
        if self.frames and attributes["state"] == "PREPARE_FOR_SUBMISSION":
            frame = self.frames[0] if len(self.frames) == 1 else self.frames.pop(0)
            state = {"state": frame, "errors": [REASON] if frame == "FAILED" else []}
            attributes["previewFrameImage"] = {"image": None, "state": state}
        return made


needs_the_library = pytest.mark.skipif(
    not hasattr(Client, "app_asset_library_videos"), reason="the API is older than its library"
)


def asset(namespace: str, file: Any = DATA, **more: Any) -> Any:
    keywords = {"category": "CREATIVE_ASSETS", "asset_library": "9", "file_name": "1.mp4", **more}
    return lambda asc, uploads: uploads.upload(getattr(asc, namespace), file, **keywords)


@needs_the_library
@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("namespace", ["app_asset_library_images", "app_asset_library_videos"])
def test_an_asset_is_committed_without_a_checksum_and_awaited(namespace: str, flavour: str) -> None:
    with LibraryApi() as api:
        done = api.run(flavour, asset(namespace))
    assert done.state == "PREPARE_FOR_SUBMISSION"
    assert api.reserved["1"]["committed"] == {"uploaded": True}
    assert api.methods() == ["POST", "PATCH", "GET", "GET"]
    assert api.file() == DATA


@needs_the_library
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_preview_frame_of_a_video_is_awaited(flavour: str) -> None:
    with LibraryApi(frames=["PROCESSING", "PROCESSING", "COMPLETE"]) as api:
        done = api.run(flavour, asset("app_asset_library_videos"))
    assert done.preview_frame_image.state.state == "COMPLETE"
    assert api.methods().count("GET") == 4


@needs_the_library
@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("options", [{"states": ["FAILED"]}, {"frames": ["FAILED"]}])
def test_reasons_are_told_where_the_state_is_text(flavour: str, options: dict[str, Any]) -> None:
    with LibraryApi(**options) as api, pytest.raises(UploadRejectedError) as caught:
        api.run(flavour, asset("app_asset_library_videos"))
    assert caught.value.errors == (("IMAGE_INCORRECT_DIMENSIONS", "wrong size"),)
    assert "IMAGE_INCORRECT_DIMENSIONS: wrong size" in str(caught.value)


@needs_the_library
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_asset_that_changed_while_it_was_sent_is_not_committed(
    flavour: str, tmp_path: Path
) -> None:
    """The API compares nothing but the size."""
    path = tmp_path / "1.mp4"
    path.write_bytes(DATA)

    def rewrite(sent: int, total: int) -> None:
        path.write_bytes(DATA[::-1])

    with LibraryApi() as api, pytest.raises(UploadError, match="has changed") as caught:
        api.run(flavour, asset("app_asset_library_images", path, progress=rewrite), parallel=1)
    assert not caught.value.committed
    assert api.methods() == ["POST"]


def of(**attributes: Any) -> Delivery:
    return delivery_of(SimpleNamespace(**attributes))  # type: ignore[arg-type]


def test_states_of_every_form_are_read() -> None:
    """Whatever the API that was rendered has."""
    whole = SimpleNamespace(state="COMPLETE", errors=None, warnings=None)
    reason = SimpleNamespace(code="A", description=None)
    frame = SimpleNamespace(state=SimpleNamespace(state="PROCESSING", errors=[], warnings=[]))
    assert of(state="FAILED", state_details=[reason]) == Delivery("FAILED", (("A", ""),))
    assert of(state="AWAITING_UPLOAD", state_details=None).is_awaited
    assert of(state="UPLOAD_COMPLETE").is_pending
    for done in ("PREPARE_FOR_SUBMISSION", "APPROVED", "NEW_STATE"):
        assert not of(state=done).is_pending
    assert of(state="PREPARE_FOR_SUBMISSION", preview_frame_image=frame).is_pending
    assert of(asset_delivery_state=whole, preview_frame_image=frame).is_pending
    assert not of(asset_delivery_state=whole, preview_frame_image=None).is_pending
    frame.state = None
    assert not of(asset_delivery_state=whole, preview_frame_image=frame).is_pending
    assert of().is_awaited
