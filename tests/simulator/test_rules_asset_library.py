"""Assets of the library are processed, placed, ordered, archived and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import app_store_connect
from app_store_connect import ApiError, Client
from app_store_connect.uploads import Uploader, UploadRejectedError
from support.media import film, png

if TYPE_CHECKING:
    from pathlib import Path

    from app_store_connect.simulator import Simulator

GROUP = "IPHONE_DYNAMIC_ISLAND_LARGE_PROFILE"
MEDIA = "APP_SCREENSHOTS_AND_PREVIEWS"

pytestmark = pytest.mark.skipif(
    not hasattr(app_store_connect.Client, "app_asset_library_images"),
    reason="the document has no App Asset Library",
)


@pytest.fixture
def app(simulator: Simulator) -> Any:
    return simulator.add("apps", bundle_id="com.example.trails", name="Trails")


@pytest.fixture
def localization(simulator: Simulator, app: Any) -> Any:
    version = simulator.add("appStoreVersions", app=app, version_string="1.0", platform="IOS")
    return simulator.add("appStoreVersionLocalizations", app_store_version=version, locale="de-DE")


@pytest.fixture
def upload(asc: Client, app: Any, tmp_path: Path) -> Any:
    library = asc.apps.get_asset_library(app)

    def send(content: bytes = png(1290, 2796), *, video: bool = False) -> Any:
        path = tmp_path / ("a.mp4" if video else "a.png")
        path.write_bytes(content)
        images, videos = asc.app_asset_library_images, asc.app_asset_library_videos
        namespace: Any = videos if video else images
        return Uploader(asc).upload(namespace, path, category=MEDIA, asset_library=library.id)

    return send


def place(asc: Client, localization: Any, asset: Any, kind: str = "APP_SCREENSHOT") -> Any:
    name = "video" if asset.resource_type.endswith("Videos") else "image"
    return asc.app_asset_library_placements.create(
        placement_type=kind,
        placement_group=GROUP,
        app_store_version_localization=localization,
        **{name: asset},
    )


def test_the_library_has_the_id_of_its_app(asc: Client, app: Any) -> None:
    assert asc.apps.get_asset_library(app).id == app.id
    reference: Any = asc.app_asset_library_ref_data.list().one()
    limits = {
        policy.placement_type: policy.group_limits[0].max_count
        for feature in reference.features
        for policy in feature.placement_policies
    }
    assert limits["APP_SCREENSHOT"] == 10


def test_assets_are_processed_to_a_specification(upload: Any) -> None:
    image = upload()
    assert (image.state, image.spec_id) == ("PREPARE_FOR_SUBMISSION", "SCREENSHOT_1290x2796")
    assert not image.upload_operations
    video = upload(film(20), video=True)
    assert video.state == "PREPARE_FOR_SUBMISSION"
    assert video.video_asset
    with pytest.raises(UploadRejectedError):
        upload(png(100, 100))


def test_placed_assets_cannot_be_deleted(asc: Client, localization: Any, upload: Any) -> None:
    image = upload()
    placement = place(asc, localization, image)
    assert placement.media_type == "IMAGE"
    assert placement.state == "PARENT_PREPARE_FOR_SUBMISSION"
    with pytest.raises(ApiError) as caught:
        asc.app_asset_library_images.delete(image)
    assert caught.value.has_code("STATE_ERROR.ASSET_HAS_PLACEMENTS")
    asc.app_asset_library_placements.delete(placement)
    asc.app_asset_library_images.delete(image)


def test_placements_fit_their_asset_and_place(
    simulator: Simulator, asc: Client, localization: Any, upload: Any
) -> None:
    image = upload()
    for kind in ("APP_PREVIEW", "EVENT_CARD_ASSET", "PRODUCT_PAGE_HEADER_ASSET"):
        with pytest.raises(ApiError) as caught:
            place(asc, localization, image, kind)
        assert caught.value.errors[0].pointer == "/data/attributes/placementType"
    version = simulator.world.all("appStoreVersions")[0]
    simulator.world.set(version, appVersionState="READY_FOR_DISTRIBUTION")
    with pytest.raises(ApiError) as caught:
        place(asc, localization, image)
    assert caught.value.has_code("STATE_ERROR.INVALID_STATE")
    assert caught.value.errors[0].meta["feature"] == "APP_STORE_VERSIONS"


def test_assets_follow_the_review_and_are_archived_when_approved(
    simulator: Simulator, asc: Client, localization: Any, upload: Any
) -> None:
    image = upload()
    placement = place(asc, localization, image)
    with pytest.raises(ApiError) as caught:
        asc.app_asset_library_images.update(image, archived=True)
    assert caught.value.has_code("STATE_ERROR.INVALID_ASSET_STATE")
    version = simulator.world.all("appStoreVersions")[0]
    for state, followed in (("IN_REVIEW", "IN_REVIEW"), ("READY_FOR_DISTRIBUTION", "APPROVED")):
        simulator.world.set(version, appVersionState=state)
        assert asc.app_asset_library_images.get(image).state == followed
    assert asc.app_asset_library_placements.get(placement).state == "PARENT_APPROVED"
    assert asc.app_asset_library_images.update(image, archived=True).state == "ARCHIVED"


def test_groups_are_ordered_and_full(asc: Client, localization: Any, upload: Any) -> None:
    image = upload()
    first, *_, last = [place(asc, localization, image) for _ in range(10)]
    with pytest.raises(ApiError):
        place(asc, localization, image)
    asc.app_asset_library_placement_ordering_requests.create(
        placement_group=GROUP,
        ordered_placements=[last],
        app_store_version_localization=localization,
    )
    path = f"/v1/appStoreVersionLocalizations/{localization.id}/placements"
    for key, expected in (
        ("placementGroupPosition", [last.id, first.id]),
        ("createdDate", [first.id]),
    ):
        found = asc.request("GET", path, query={"sort": key}).json()["data"]
        assert [x["id"] for x in found][: len(expected)] == expected
    down = asc.request("GET", path, query={"sort": "-placementGroupPosition"}).json()["data"]
    assert down[-1]["id"] == last.id
