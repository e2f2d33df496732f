"""Images and videos of the App Asset Library: states as text, no checksum, preview frames."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import Client
from app_store_connect.uploads import UploadError, UploadRejectedError
from app_store_connect.uploads.state import Delivery, delivery_of
from support.media import film, png
from support.uploading import Team

if TYPE_CHECKING:
    from pathlib import Path

PICTURE, FILM = png(3840, 2160), film(20)
FLAVOURS = ["sync", "async"]
REASON = {"code": "IMAGE_INCORRECT_DIMENSIONS", "description": "wrong size"}


@pytest.fixture
def team() -> Team:
    return Team()


needs_the_library = pytest.mark.skipif(
    not hasattr(Client, "app_asset_library_videos"), reason="the API is older than its library"
)


def asset(team: Team, namespace: str, file: Any, **more: Any) -> Any:
    keywords = {"category": "CREATIVE_ASSETS", "asset_library": team.app.id, **more}
    if not isinstance(file, os.PathLike):
        keywords["file_name"] = "1.mp4"
    return lambda asc, uploads: uploads.upload(getattr(asc, namespace), file, **keywords)


@needs_the_library
@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("namespace", "file"),
    [("app_asset_library_images", PICTURE), ("app_asset_library_videos", FILM)],
)
def test_an_asset_is_committed_without_a_checksum_and_awaited(
    team: Team, namespace: str, file: bytes, flavour: str
) -> None:
    done = team.run(flavour, asset(team, namespace, file))
    assert done.state == "PREPARE_FOR_SUBMISSION"
    assert done.spec_id
    assert team.committed == {"uploaded": True}
    assert team.methods[:3] == ["POST", "PATCH", "GET"]
    assert set(team.methods[3:]) == {"GET"}
    assert team.file(done) == file


@needs_the_library
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_the_preview_frame_of_a_video_is_awaited(team: Team, flavour: str) -> None:
    """It may be made after the video is good."""
    frame = {"image": None, "state": {"state": "PROCESSING"}}
    for _ in range(2):
        content = {"state": "PREPARE_FOR_SUBMISSION", "previewFrameImage": frame}
        team.fail("appAssetLibraryVideos_getInstance", content=content)
    done = team.run(flavour, asset(team, "app_asset_library_videos", FILM))
    assert done.preview_frame_image.state.state == "COMPLETE"
    assert team.methods.count("GET") > 2


@needs_the_library
@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    "attributes",
    [
        {"state": "FAILED", "stateDetails": [REASON]},
        {
            "state": "PREPARE_FOR_SUBMISSION",
            "previewFrameImage": {"image": None, "state": {"state": "FAILED", "errors": [REASON]}},
        },
    ],
)
def test_reasons_are_told_where_the_state_is_text(
    team: Team, flavour: str, attributes: dict[str, Any]
) -> None:
    team.fail("appAssetLibraryVideos_getInstance", content=attributes)
    with pytest.raises(UploadRejectedError) as caught:
        team.run(flavour, asset(team, "app_asset_library_videos", FILM))
    assert caught.value.errors == (("IMAGE_INCORRECT_DIMENSIONS", "wrong size"),)
    assert "IMAGE_INCORRECT_DIMENSIONS: wrong size" in str(caught.value)


@needs_the_library
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_asset_that_changed_while_it_was_sent_is_not_committed(
    team: Team, flavour: str, tmp_path: Path
) -> None:
    """The API compares nothing but the size."""
    path = tmp_path / "1.mp4"
    path.write_bytes(PICTURE)

    def rewrite(sent: int, total: int) -> None:
        path.write_bytes(PICTURE[::-1])

    work = asset(team, "app_asset_library_images", path, progress=rewrite)
    with pytest.raises(UploadError, match="has changed") as caught:
        team.run(flavour, work, parallel=1)
    assert not caught.value.committed
    assert team.methods == ["POST"]


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
