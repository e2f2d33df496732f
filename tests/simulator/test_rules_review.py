"""A version's way through review, from the draft to the store and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError, Client
from support.ready_app import ReadyApp, add_build, ready_app

if TYPE_CHECKING:
    from app_store_connect.simulator import Simulator


@pytest.fixture
def ready(simulator: Simulator, asc: Client) -> ReadyApp:
    return ready_app(simulator, asc)


def test_a_version_goes_from_draft_to_store(ready: ReadyApp) -> None:
    clock = ready.simulator.clock
    assert ready.state() == "PREPARE_FOR_SUBMISSION"
    submission = ready.open()
    assert ready.state() == "READY_FOR_REVIEW"
    ready.asc.review_submissions.update(submission, submitted=True)
    assert ready.state() == "WAITING_FOR_REVIEW"
    clock.advance(hours=12)
    assert ready.state() == "IN_REVIEW"
    clock.advance(hours=1)
    assert ready.state() == "PROCESSING_FOR_DISTRIBUTION"
    clock.advance(hours=1)
    assert ready.state() == "READY_FOR_DISTRIBUTION"
    version = ready.asc.app_store_versions.get(ready.version)
    assert version.app_store_state == "READY_FOR_SALE"
    assert ready.asc.review_submissions.get(submission).state == "COMPLETE"
    assert ready.asc.apps.list_app_infos(ready.app).one().state == "READY_FOR_DISTRIBUTION"


def test_an_item_takes_some_seconds_to_be_ready(ready: ReadyApp) -> None:
    submission = ready.asc.review_submissions.create(app=ready.app, platform="IOS")
    ready.asc.review_submission_items.create(
        review_submission=submission, app_store_version=ready.version
    )
    with pytest.raises(ApiError) as caught:
        ready.asc.review_submissions.update(submission, submitted=True)
    assert caught.value.has_code("STATE_ERROR")
    assert "not ready" in str(caught.value)
    ready.simulator.clock.advance(minutes=1)
    assert ready.asc.review_submissions.update(submission, submitted=True).submitted_date


def test_an_approved_version_waits_for_its_developer(ready: ReadyApp) -> None:
    ready.asc.app_store_versions.update(ready.version, release_type="MANUAL")
    with pytest.raises(ApiError) as caught:
        ready.asc.app_store_version_release_requests.create(app_store_version=ready.version)
    assert caught.value.has_code("STATE_ERROR")
    ready.submit()
    ready.simulator.clock.advance(days=3)
    assert ready.state() == "PENDING_DEVELOPER_RELEASE"
    ready.asc.app_store_version_release_requests.create(app_store_version=ready.version)
    assert ready.state() == "PROCESSING_FOR_DISTRIBUTION"
    ready.simulator.clock.advance(hours=1)
    assert ready.state() == "READY_FOR_DISTRIBUTION"


def test_a_scheduled_version_is_released_on_its_date(ready: ReadyApp) -> None:
    ready.asc.app_store_versions.update(
        ready.version, release_type="SCHEDULED", earliest_release_date="2026-01-09T12:00:00Z"
    )
    ready.submit()
    ready.simulator.clock.advance(days=3)
    assert ready.state() == "PENDING_DEVELOPER_RELEASE"
    ready.simulator.clock.advance(days=2)
    assert ready.state() == "READY_FOR_DISTRIBUTION"


def test_an_approved_version_can_be_withdrawn(ready: ReadyApp) -> None:
    asc = ready.asc
    asc.app_store_versions.update(ready.version, release_type="MANUAL")
    submission = ready.submit()
    ready.simulator.clock.advance(days=3)
    with pytest.raises(ApiError) as caught:
        asc.review_submissions.update(submission, canceled=True)
    assert caught.value.has_code("STATE_ERROR.ENTITY_STATE_INVALID")
    assert "cancellable" in str(caught.value)
    with pytest.warns(DeprecationWarning, match="deprecated GET"):
        old = asc.app_store_versions.get_app_store_version_submission(ready.version)
    assert old is not None
    with pytest.warns(DeprecationWarning, match="deprecated DELETE"):
        asc.app_store_version_submissions.delete(old)
    assert ready.state() == "DEVELOPER_REJECTED"


@pytest.mark.parametrize("hours", [0, 12.5], ids=["waiting", "in review"])
def test_a_cancelled_submission_frees_its_version_seconds_later(
    ready: ReadyApp, hours: float
) -> None:
    submission = ready.submit()
    ready.simulator.clock.advance(hours=hours)
    submission = ready.asc.review_submissions.update(submission, canceled=True)
    assert submission.state == "CANCELING"
    with pytest.raises(ApiError) as caught:
        ready.asc.app_store_versions.set_build(ready.version, ready.build)
    assert caught.value.has_code("ENTITY_ERROR.RELATIONSHIP.INVALID.INVALID_STATE")
    with pytest.raises(ApiError) as caught:
        ready.open()
    assert submission.id in str(caught.value)
    ready.simulator.clock.advance(seconds=10)
    assert ready.asc.review_submissions.get(submission).state == "COMPLETE"
    assert ready.state() == "DEVELOPER_REJECTED"
    ready.asc.app_store_versions.set_build(ready.version, ready.build)
    ready.submit()
    ready.simulator.clock.advance(days=3)
    assert ready.state() == "READY_FOR_DISTRIBUTION"


def test_a_rejected_version_is_mended_and_submitted_again(ready: ReadyApp) -> None:
    asc, clock = ready.asc, ready.simulator.clock
    ready.simulator.world.set_switch("review", "reject")
    submission = ready.submit()
    clock.advance(days=1)
    assert ready.state() == "REJECTED"
    assert asc.review_submissions.get(submission).state == "UNRESOLVED_ISSUES"
    item = asc.review_submissions.list_items(submission).one()
    assert item.state == "REJECTED"
    with pytest.raises(ApiError) as caught:
        asc.review_submissions.update(submission, submitted=True)
    assert caught.value.has_code("STATE_ERROR")
    asc.app_store_versions.set_build(
        ready.version, add_build(ready.simulator, ready.app, "1.0", "2")
    )
    assert ready.state() == "PREPARE_FOR_SUBMISSION"
    assert asc.review_submission_items.update(item, resolved=True).state == "READY_FOR_REVIEW"
    ready.simulator.world.set_switch("review", "approve")
    asc.review_submissions.update(submission, submitted=True)
    clock.advance(days=1)
    assert ready.state() == "READY_FOR_DISTRIBUTION"


@pytest.mark.parametrize(
    ("verdict", "state"),
    [("reject metadata", "METADATA_REJECTED"), ("invalid binary", "INVALID_BINARY")],
)
def test_a_review_has_other_ends(ready: ReadyApp, verdict: str, state: str) -> None:
    ready.simulator.world.set_switch("review", verdict)
    ready.submit()
    ready.simulator.clock.advance(days=1)
    assert ready.state() == state


def test_what_is_good_is_accepted_beside_what_is_rejected(ready: ReadyApp) -> None:
    simulator, asc = ready.simulator, ready.asc
    submission = ready.open()
    event: Any = simulator.add(
        "appEvents", app=ready.app, reference_name="Run", event_state="DRAFT"
    )
    item = asc.review_submission_items.create(review_submission=submission, app_event=event)
    assert asc.app_events.get(event).event_state == "READY_FOR_REVIEW"
    simulator.world.set(ready.entity(event), _verdict="reject")
    asc.review_submissions.update(submission, submitted=True)
    simulator.clock.advance(days=1)
    assert ready.state() == "ACCEPTED"
    assert asc.app_events.get(event).event_state == "REJECTED"
    asc.review_submission_items.update(item, removed=True)
    states = sorted(str(x.state) for x in asc.review_submissions.list_items(submission))
    assert states == ["ACCEPTED", "REMOVED"]
    asc.review_submissions.update(submission, submitted=True)
    simulator.clock.advance(days=1)
    assert ready.state() == "READY_FOR_DISTRIBUTION"


def test_a_submission_that_loses_its_rejected_item_is_complete(ready: ReadyApp) -> None:
    ready.simulator.world.set_switch("review", "reject")
    submission = ready.submit()
    ready.simulator.clock.advance(days=1)
    item = ready.asc.review_submissions.list_items(submission).one()
    with pytest.raises(ApiError, match="already submitted"):
        ready.asc.review_submission_items.delete(item)
    assert ready.asc.review_submission_items.update(item, removed=True).state == "REMOVED"
    assert ready.asc.review_submissions.get(submission).state == "COMPLETING"
    ready.simulator.clock.advance(minutes=1)
    assert ready.asc.review_submissions.get(submission).state == "COMPLETE"


def test_an_export_document_holds_up_an_approved_version(ready: ReadyApp) -> None:
    simulator = ready.simulator
    document = simulator.add(
        "appEncryptionDeclarations", app=ready.app, app_encryption_declaration_state="IN_REVIEW"
    )
    build = ready.entity(ready.build)
    simulator.world.relate(build, "appEncryptionDeclaration", ready.entity(document))
    ready.submit()
    simulator.clock.advance(days=2)
    assert ready.state() == "WAITING_FOR_EXPORT_COMPLIANCE"
    simulator.world.set(ready.entity(document), appEncryptionDeclarationState="APPROVED")
    simulator.clock.advance(days=1)
    assert ready.state() == "READY_FOR_DISTRIBUTION"


def test_the_next_version_replaces_the_live_one(ready: ReadyApp) -> None:
    asc = ready.asc
    ready.release()
    update = asc.app_store_versions.create(
        app=ready.app, platform="IOS", version_string="1.1", copyright="2026 Example"
    )
    asc.app_store_versions.set_build(update, add_build(ready.simulator, ready.app, "1.1"))
    localization = asc.app_store_versions.list_app_store_version_localizations(update).one()
    assert (localization.description, localization.whats_new) == ("Finds trails.", None)
    asc.app_store_version_localizations.update(localization, whats_new="Finds more.")
    infos = asc.apps.list_app_infos(ready.app).all()
    assert [x.state for x in infos] == ["READY_FOR_DISTRIBUTION", "PREPARE_FOR_SUBMISSION"]
    ready.submit(update)
    ready.simulator.clock.advance(days=2)
    assert ready.state(update) == "READY_FOR_DISTRIBUTION"
    assert ready.state() == "REPLACED_WITH_NEW_VERSION"
    assert asc.apps.list_app_infos(ready.app).one().id == infos[1].id
    assert asc.app_infos.get(infos[0]).state == "REPLACED_WITH_NEW_INFO"
    newest = asc.apps.list_app_store_versions(ready.app).first()
    assert newest is not None
    assert newest.id == update.id


def test_the_way_through_review_survives_a_checkpoint(ready: ReadyApp) -> None:
    ready.submit()
    checkpoint = ready.simulator.checkpoint()
    for _ in range(2):
        ready.simulator.clock.advance(days=2)
        assert ready.state() == "READY_FOR_DISTRIBUTION"
        ready.simulator.restore(checkpoint)
        assert ready.state() == "WAITING_FOR_REVIEW"


needs_the_asset_library = pytest.mark.skipif(
    not hasattr(Client, "app_asset_library_images"), reason="the document has no Asset Library"
)


def place(ready: ReadyApp) -> Any:
    """Show an image of the Asset Library in the place of the screenshots there are."""
    world = ready.simulator.world
    for shown in world.all("appScreenshotSets"):
        world.delete(shown, "appScreenshots")
    (localization,) = world.all("appStoreVersionLocalizations")
    image: Any = ready.simulator.add("appAssetLibraryImages", state="PREPARE_FOR_SUBMISSION")
    ready.simulator.add(
        "appAssetLibraryPlacements",
        placement_type="APP_SCREENSHOT",
        image=image,
        app_store_version_localization=localization.id,
    )
    return image


@needs_the_asset_library
def test_placements_of_the_asset_library_are_screenshots_too(ready: ReadyApp) -> None:
    place(ready)
    ready.release()
    update = ready.asc.app_store_versions.create(
        app=ready.app, platform="IOS", version_string="1.1"
    )
    localization = ready.asc.app_store_versions.list_app_store_version_localizations(update).one()
    found = ready.asc.app_store_version_localizations.list_placements(localization).one()
    assert found.placement_type == "APP_SCREENSHOT"


@needs_the_asset_library
def test_an_image_of_the_asset_library_is_reviewed_by_itself(ready: ReadyApp) -> None:
    image = place(ready)
    ready.release()
    submission = ready.asc.review_submissions.create(app=ready.app, platform="IOS")
    ready.asc.review_submission_items.create(
        review_submission=submission, app_asset_library_image=image
    )
    ready.asc.review_submissions.update(submission, submitted=True)
    ready.simulator.clock.advance(days=1)
    assert ready.asc.app_asset_library_images.get(image).state == "APPROVED"
