"""What can be submitted, together with what, and what is told when it cannot."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from app_store_connect import ApiError, Client
from app_store_connect.simulator import Simulator
from support.lacking import LACKING, REQUIRED, lacking
from support.ready_app import ReadyApp, add_app, add_build, ready_app


@pytest.fixture
def ready(simulator: Simulator, asc: Client) -> ReadyApp:
    return ready_app(simulator, asc)


@pytest.mark.parametrize("what", LACKING)
def test_what_a_version_lacks_is_told_with_the_resource_to_blame(
    ready: ReadyApp, what: str
) -> None:
    spoil, kind, code = LACKING[what]
    spoil(ready)
    assert lacking(ready) == {kind: {code}}


def test_everything_that_is_missing_is_told_at_once(simulator: Simulator, asc: Client) -> None:
    app = add_app(simulator)
    version = asc.app_store_versions.create(app=app, platform="IOS", version_string="1.0")
    found = lacking(ReadyApp(simulator, asc, app, version, None))
    assert found.keys() == {
        "ageRatingDeclarations",
        "appInfoLocalizations",
        "appInfos",
        "appPrices",
        "appScreenshots",
        "appStoreVersionLocalizations",
        "appStoreVersions",
        "apps",
    }


def test_an_update_needs_whats_new(ready: ReadyApp) -> None:
    ready.release()
    update = ready.asc.app_store_versions.create(
        app=ready.app, platform="IOS", version_string="1.1", copyright="2026 Example"
    )
    ready.asc.app_store_versions.set_build(update, add_build(ready.simulator, ready.app, "1.1"))
    ready.version = update
    assert lacking(ready) == {"appStoreVersionLocalizations": {f"{REQUIRED} whatsNew"}}


def test_a_beta_sdk_is_refused(ready: ReadyApp) -> None:
    bundle = ready.simulator.add("buildBundles", sdk_build="24A5298h")
    world = ready.simulator.world
    world.link(ready.entity(ready.build), "buildBundles", ready.entity(bundle))
    with pytest.raises(ApiError, match="BUILD_SDK_NOT_ALLOWED"):
        ready.open()
    world.set(ready.entity(bundle), sdkBuild="24A335")
    ready.open()


def test_a_submission_begins_open_and_without_a_date(ready: ReadyApp) -> None:
    submission = ready.asc.review_submissions.create(app=ready.app, platform="IOS")
    assert (submission.state, submission.submitted_date) == ("READY_FOR_REVIEW", None)
    assert ready.asc.review_submissions.list(app=ready.app).one().id == submission.id


@pytest.mark.parametrize(("choice", "most"), [("accept", 5), ("refuse", 1)])
def test_open_submissions_are_limited(choice: str, most: int) -> None:
    simulator = Simulator(switches={"second_submission": choice})
    asc, app = simulator.client(), add_app(simulator)
    for _ in range(most):
        asc.review_submissions.create(app=app, platform="IOS")
    with pytest.raises(ApiError) as caught:
        asc.review_submissions.create(app=app, platform="IOS")
    assert caught.value.status == 409
    assert asc.review_submissions.create(app=app, platform="MAC_OS").platform == "MAC_OS"


def test_one_submission_of_a_platform_is_under_way(ready: ReadyApp) -> None:
    first = ready.submit()
    event: Any = ready.simulator.add("appEvents", app=ready.app, reference_name="Run")
    second = ready.asc.review_submissions.create(app=ready.app, platform="IOS")
    ready.asc.review_submission_items.create(review_submission=second, app_event=event)
    with pytest.raises(ApiError) as caught:
        ready.asc.review_submissions.update(second, submitted=True)
    assert first.id in str(caught.value)
    assert "still in progress" in str(caught.value)


def test_a_first_submission_needs_a_version(ready: ReadyApp) -> None:
    event: Any = ready.simulator.add("appEvents", app=ready.app, reference_name="Run")
    submission = ready.asc.review_submissions.create(app=ready.app, platform="IOS")
    ready.asc.review_submission_items.create(review_submission=submission, app_event=event)
    with pytest.raises(ApiError) as caught:
        ready.asc.review_submissions.update(submission, submitted=True)
    assert caught.value.has_code("ENTITY_ERROR.RELATIONSHIP.REQUIRED")
    assert caught.value.errors[0].pointer == "/data/relationships/appStoreVersionForReview"


def test_later_ones_do_without(ready: ReadyApp) -> None:
    ready.release()
    event: Any = ready.simulator.add("appEvents", app=ready.app, reference_name="Run")
    submission = ready.asc.review_submissions.create(app=ready.app, platform="IOS")
    with pytest.raises(ApiError, match="not ready"):
        ready.asc.review_submissions.update(submission, submitted=True)
    ready.asc.review_submission_items.create(review_submission=submission, app_event=event)
    ready.asc.review_submissions.update(submission, submitted=True)
    ready.simulator.clock.advance(days=1)
    assert ready.asc.app_events.get(event).event_state == "APPROVED"


def test_an_unsubmitted_submission_cannot_be_cancelled(ready: ReadyApp) -> None:
    submission = ready.open()
    with pytest.raises(ApiError) as caught:
        ready.asc.review_submissions.update(submission, canceled=True)
    assert caught.value.has_code("STATE_ERROR.ENTITY_STATE_INVALID")


def test_the_same_version_twice_is_refused(ready: ReadyApp) -> None:
    submission = ready.open()
    with pytest.raises(ApiError) as caught:
        ready.asc.review_submission_items.create(
            review_submission=submission, app_store_version=ready.version
        )
    assert caught.value.has_code("ENTITY_ERROR.RELATIONSHIP.INVALID.NOT_ALLOWED")


def test_a_version_in_another_submission_is_refused_with_its_id(ready: ReadyApp) -> None:
    first = ready.open()
    second = ready.asc.review_submissions.create(app=ready.app, platform="IOS")
    with pytest.raises(ApiError) as caught:
        ready.asc.review_submission_items.create(
            review_submission=second, app_store_version=ready.version
        )
    assert caught.value.has_code("STATE_ERROR.ITEM_PART_OF_ANOTHER_SUBMISSION")
    assert first.id in str(caught.value)


def test_a_submitted_submission_takes_no_items(ready: ReadyApp) -> None:
    submission = ready.submit()
    event: Any = ready.simulator.add("appEvents", app=ready.app, reference_name="Run")
    with pytest.raises(ApiError, match="does not allow adding items"):
        ready.asc.review_submission_items.create(review_submission=submission, app_event=event)


def test_an_item_is_about_one_thing(ready: ReadyApp) -> None:
    submission = ready.asc.review_submissions.create(app=ready.app, platform="IOS")
    with pytest.raises(ApiError) as caught:
        ready.asc.review_submission_items.create(review_submission=submission)
    assert caught.value.status == 409


def test_a_version_that_is_taken_out_can_be_edited_again(ready: ReadyApp) -> None:
    submission = ready.open()
    item = ready.asc.review_submissions.list_items(submission).one()
    ready.asc.review_submission_items.delete(item)
    assert ready.state() == "PREPARE_FOR_SUBMISSION"
    assert ready.asc.review_submissions.get(submission).state == "READY_FOR_REVIEW"


def test_a_rejected_version_that_is_taken_out_stays_withdrawn(ready: ReadyApp) -> None:
    ready.simulator.world.set_switch("review", "reject")
    submission = ready.submit()
    ready.simulator.clock.advance(days=1)
    ready.asc.review_submissions.update(submission, canceled=True)
    ready.simulator.clock.advance(minutes=1)
    item = ready.asc.review_submissions.list_items(ready.open()).one()
    ready.asc.review_submission_items.delete(item)
    assert ready.state() == "DEVELOPER_REJECTED"


def test_only_rejected_items_are_resolved(ready: ReadyApp) -> None:
    submission = ready.submit()
    item = ready.asc.review_submissions.list_items(submission).one()
    ready.simulator.clock.advance(days=2)
    with pytest.raises(ApiError) as caught:
        ready.asc.review_submission_items.update(item, resolved=True)
    assert caught.value.has_code("STATE_ERROR")


def test_an_item_is_named_after_what_it_is_about(ready: ReadyApp) -> None:
    submission = ready.open()
    item = ready.asc.review_submissions.list_items(submission).one()
    text = base64.urlsafe_b64decode(item.id + "=" * (-len(item.id) % 4)).decode()
    assert text == f"{submission.id}|6|{ready.version.id}"
