"""Files are reserved, sent, committed and processed as Apple does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError, Client
from app_store_connect.uploads import Uploader, UploadRejectedError
from support.media import film, png

if TYPE_CHECKING:
    from pathlib import Path

    from app_store_connect.simulator import Simulator

EXPIRY_DAYS = 7
# Sets of screenshots and previews are deprecated, and are there.
pytestmark = pytest.mark.filterwarnings("ignore:Apple has deprecated:DeprecationWarning")


@pytest.fixture
def localization(simulator: Simulator) -> Any:
    app = simulator.add("apps", bundle_id="com.example.trails", name="Trails")
    version = simulator.add("appStoreVersions", app=app, version_string="1.0", platform="IOS")
    return simulator.add("appStoreVersionLocalizations", app_store_version=version, locale="de-DE")


@pytest.fixture
def screenshots(asc: Client, localization: Any) -> Any:
    return asc.app_screenshot_sets.create(
        screenshot_display_type="APP_IPHONE_67", app_store_version_localization=localization
    )


@pytest.fixture
def previews(asc: Client, localization: Any) -> Any:
    return asc.app_preview_sets.create(
        preview_type="IPHONE_67", app_store_version_localization=localization
    )


def reserve(asc: Client, screenshots: Any, size: int = 4) -> Any:
    return asc.app_screenshots.create(
        file_name="a.png", file_size=size, app_screenshot_set=screenshots
    )


def test_a_reservation_awaits_parts_that_make_up_the_file(asc: Client, screenshots: Any) -> None:
    size = 12 * 1024 * 1024
    shot = reserve(asc, screenshots, size)
    assert shot.asset_delivery_state.state == "AWAITING_UPLOAD"
    assert shot.source_file_checksum is None
    assert (shot.asset_token, shot.asset_type) == ("", "SCREENSHOT")
    offsets = [part.offset for part in shot.upload_operations]
    assert offsets == [5 * 2**20, 0, 10 * 2**20], "in any order"
    assert sum(part.length for part in shot.upload_operations) == size
    assert {part.method for part in shot.upload_operations} == {"PUT"}


@pytest.mark.parametrize("size", [3, 11 * 1024 * 1024 + 1])
def test_the_clients_upload_is_processed(
    asc: Client, screenshots: Any, tmp_path: Path, size: int
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(bytes(size))
    shot = Uploader(asc).upload(asc.app_screenshots, path, app_screenshot_set=screenshots)
    assert shot.asset_delivery_state.state == "COMPLETE"
    assert shot.image_asset.width
    assert asc.app_screenshot_sets.list_app_screenshots(screenshots).one() == shot


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (png(1284, 2778), "IMAGE_INCORRECT_DIMENSIONS"),
        (png(1290, 2796, alpha=True), "IMAGE_ALPHA_NOT_ALLOWED"),
        (png(1290, 2796), None),
        (png(2796, 1290), None),
        (b"\xff\xd8\xff\xc0\x00\x11\x08\x0a\xec\x05\x0a\x03" + bytes(9), None),
        (
            b"\xff\xd8\xff\xc0\x00\x11\x08\x0a\xec\x05\x0b\x03" + bytes(9),
            "IMAGE_INCORRECT_DIMENSIONS",
        ),
    ],
)
def test_an_image_fails_for_what_it_is(
    asc: Client, screenshots: Any, tmp_path: Path, content: bytes, code: str | None
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    if code is None:
        shot = Uploader(asc).upload(asc.app_screenshots, path, app_screenshot_set=screenshots)
        assert {shot.image_asset.width, shot.image_asset.height} == {1290, 2796}
        return
    with pytest.raises(UploadRejectedError) as caught:
        Uploader(asc).upload(asc.app_screenshots, path, app_screenshot_set=screenshots)
    assert code in str(caught.value)


@pytest.mark.parametrize(
    ("seconds", "code"), [(14, "MOV_RESAVE_LONGER"), (31, "MOV_RESAVE_TRIM"), (20, None)]
)
def test_a_preview_fails_for_its_length(
    asc: Client, previews: Any, tmp_path: Path, seconds: int, code: str | None
) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(film(seconds))
    if code is None:
        preview = Uploader(asc).upload(asc.app_previews, path, app_preview_set=previews)
        assert preview.video_delivery_state.state == "COMPLETE"
        assert preview.video_url
        return
    with pytest.raises(UploadRejectedError, match=code):
        Uploader(asc).upload(asc.app_previews, path, app_preview_set=previews)


def test_what_is_no_image_fails_where_that_is_chosen(
    simulator: Simulator, asc: Client, screenshots: Any, tmp_path: Path
) -> None:
    simulator.world.set_switch("unreadable_media", "fail")
    (tmp_path / "a.png").write_bytes(b"text")
    with pytest.raises(UploadRejectedError, match="IMAGE_TOOL_FAILURE"):
        Uploader(asc).upload(
            asc.app_screenshots, tmp_path / "a.png", app_screenshot_set=screenshots
        )


def put(simulator: Simulator, url: str, content: bytes) -> int:
    from urllib.parse import urlsplit

    from app_store_connect.simulator.messages import Incoming

    at = urlsplit(url)
    incoming = Incoming("PUT", at.path, at.query, {}, content, f"{at.scheme}://{at.netloc}")
    return simulator.answer(incoming).status


def test_parts_may_be_sent_again_until_the_commit(
    simulator: Simulator, asc: Client, screenshots: Any
) -> None:
    shot = reserve(asc, screenshots)
    url = shot.upload_operations[0].url
    assert put(simulator, url, b"longer") == 400
    assert put(simulator, url, b"1234") == 200
    assert put(simulator, url, b"5678") == 200
    asc.app_screenshots.update(shot, uploaded=True)
    assert put(simulator, url, b"5678") == 403


def test_addresses_expire(simulator: Simulator, asc: Client, screenshots: Any) -> None:
    url = reserve(asc, screenshots).upload_operations[0].url
    simulator.clock.advance(days=EXPIRY_DAYS)
    assert put(simulator, url, b"1234") == 403


def test_a_commit_takes_the_flag_and_all_bytes_and_is_made_once(
    simulator: Simulator, asc: Client, screenshots: Any
) -> None:
    shot = reserve(asc, screenshots)
    for keywords in ({"source_file_checksum": "0"}, {"uploaded": False}, {"uploaded": True}):
        with pytest.raises(ApiError) as caught:
            asc.app_screenshots.update(shot, **keywords)
        assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID")
    put(simulator, shot.upload_operations[0].url, b"1234")
    shot = asc.app_screenshots.update(shot, uploaded=True)
    assert shot.asset_delivery_state.state == "UPLOAD_COMPLETE"
    assert not shot.upload_operations
    with pytest.raises(ApiError) as caught:
        asc.app_screenshots.update(shot, uploaded=True)
    assert caught.value.has_code("STATE_ERROR.INVALID_STATE")


def test_a_wrong_checksum_is_found_by_processing(
    simulator: Simulator, asc: Client, screenshots: Any
) -> None:
    shot = reserve(asc, screenshots)
    put(simulator, shot.upload_operations[0].url, b"1234")
    asc.app_screenshots.update(shot, uploaded=True, source_file_checksum="0" * 32)
    simulator.clock.advance(minutes=1)
    assert asc.app_screenshots.get(shot).asset_delivery_state.state == "FAILED"


def test_sets_are_full_and_one_of_a_kind(
    asc: Client, localization: Any, screenshots: Any, previews: Any
) -> None:
    for _ in range(10):
        reserve(asc, screenshots)
    with pytest.raises(ApiError, match="10 appScreenshots"):
        reserve(asc, screenshots)
    for number in range(4):
        if number < 3:
            asc.app_previews.create(file_name="a.mp4", file_size=4, app_preview_set=previews)
        else:
            with pytest.raises(ApiError, match="3 appPreviews"):
                asc.app_previews.create(file_name="a.mp4", file_size=4, app_preview_set=previews)
    with pytest.raises(ApiError) as caught:
        asc.app_screenshot_sets.create(
            screenshot_display_type="APP_IPHONE_67", app_store_version_localization=localization
        )
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE")
    with pytest.raises(ApiError) as caught:
        asc.app_preview_sets.create(
            preview_type="IPHONE_67", app_store_version_localization=localization
        )
    assert caught.value.has_code("ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE")


def test_a_set_is_deleted_with_its_files(asc: Client, screenshots: Any) -> None:
    shot = reserve(asc, screenshots)
    asc.app_screenshot_sets.delete(screenshots)
    with pytest.raises(ApiError) as caught:
        asc.app_screenshots.get(shot)
    assert caught.value.status == 404


def test_screenshots_in_review_are_frozen(
    simulator: Simulator, asc: Client, screenshots: Any
) -> None:
    shot = reserve(asc, screenshots)
    version = simulator.world.all("appStoreVersions")[0]
    simulator.world.set(version, appVersionState="WAITING_FOR_REVIEW")
    with pytest.raises(ApiError, match="Can't Delete Screenshot"):
        asc.app_screenshots.delete(shot)
    with pytest.raises(ApiError, match="Can't Create Screenshot"):
        reserve(asc, screenshots)


def test_a_product_has_one_review_screenshot_and_needs_a_good_one(
    simulator: Simulator, asc: Client
) -> None:
    app = simulator.add("apps", bundle_id="com.example.trails", name="Trails")
    product = simulator.add(
        "inAppPurchases", app=app, product_id="a", name="a", state="READY_TO_SUBMIT"
    )
    namespace = asc.in_app_purchase_app_store_review_screenshots
    shot = namespace.create(file_name="a.png", file_size=4, in_app_purchase_v2=product)
    with pytest.raises(ApiError):
        namespace.create(file_name="a.png", file_size=4, in_app_purchase_v2=product)
    put(simulator, shot.upload_operations[0].url, b"1234")
    namespace.update(shot, uploaded=True, source_file_checksum="0" * 32)
    simulator.clock.advance(minutes=1)
    assert asc.in_app_purchases_v2.get(product).state == "MISSING_METADATA"


def test_images_of_products_end_where_their_review_begins(
    simulator: Simulator, asc: Client, tmp_path: Path
) -> None:
    app = simulator.add("apps", bundle_id="com.example.trails", name="Trails")
    product = simulator.add("inAppPurchases", app=app, product_id="a", name="a")
    (tmp_path / "a.png").write_bytes(png(1024, 1024))
    image = Uploader(asc).upload(
        asc.in_app_purchase_images, tmp_path / "a.png", in_app_purchase=product
    )
    assert image.state == "PREPARE_FOR_SUBMISSION"
