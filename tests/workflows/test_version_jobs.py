"""Versions: which is which, made, described, given a build, submitted, released, safe to repeat."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from matrix import writes_of

from app_store_connect import NoResultError
from app_store_connect.workflows import WaitTimeoutError, WorkflowError
from support.ready_app import ReadyApp, add_build
from support.ready_products import ready_purchase, ready_subscription

if TYPE_CHECKING:
    from pathlib import Path

    from app_store_connect import AsyncClient, Client
    from app_store_connect.simulator import Simulator

TRAILS, HARBOR, KETTLE = "6100000001", "6100000002", "6100000003"


def number(version: Any) -> str | None:
    return None if version is None else str(version.version_string)


def targets(ready: ReadyApp, submission: Any) -> set[str]:
    """The types of what a submission is about."""
    world = ready.simulator.world
    found = set()
    for item in world.many(ready.entity(submission), "items"):
        found |= {x.type for name in item.links for x in world.many(item, name)}
    return found - {"reviewSubmissions"}


@pytest.mark.parametrize(
    ("app", "platform", "expected"),
    [
        (TRAILS, "IOS", {"live": "1.1", "editable": "1.2", "latest": "1.2"}),
        (TRAILS, "MAC_OS", {"live": "1.1", "editable": "1.2", "in_flight": "1.2"}),
        (TRAILS, "TV_OS", {"live": None, "editable": "1.0", "in_flight": "1.0"}),
        (TRAILS, "VISION_OS", {"editable": None, "in_flight": "1.0"}),
        (HARBOR, "IOS", {"live": "2.0", "pending_release": "2.1", "editable": None}),
        (HARBOR, "MAC_OS", {"in_review": "2.0", "editable": None}),
        (HARBOR, "VISION_OS", {"pending_release": "1.0", "live": None}),
        (KETTLE, "VISION_OS", {"live": "0.8", "in_flight": "0.9"}),
    ],
)
def test_a_version_is_found_by_what_it_is(
    demo: Simulator, app: str, platform: Any, expected: dict[str, str | None]
) -> None:
    found = demo.client().workflows.versions.all(app, platform)
    assert {name: number(getattr(found, name)) for name in expected} == expected
    assert len(demo.requests) == 1


def test_a_version_that_is_not_there_is_answered_with_those_that_are(demo: Simulator) -> None:
    found = demo.client().workflows.versions.all(TRAILS)
    with pytest.raises(NoResultError, match=r"1\.2 \(PREPARE_FOR_SUBMISSION\)"):
        found.get("3.0")
    assert number(found.get("1.02.0")) == "1.2"


def test_ensure_makes_renames_or_returns_a_version(demo: Simulator) -> None:
    versions = demo.client().workflows.versions
    assert versions.ensure(TRAILS, "1.2").version_string == "1.2"
    assert writes_of(demo) == []
    renamed = versions.ensure(TRAILS, "1.3", release_type="MANUAL")
    assert (renamed.version_string, renamed.release_type) == ("1.3", "MANUAL")
    assert writes_of(demo) == ["appStoreVersions_updateInstance"]
    versions.ensure(TRAILS, "1.3", release_type="MANUAL")
    assert len(writes_of(demo)) == 1


def test_ensure_refuses_what_apple_would_and_says_what_to_do(demo: Simulator) -> None:
    versions = demo.client().workflows.versions
    with pytest.raises(WorkflowError, match="needs a higher number"):
        versions.ensure(TRAILS, "1.1")
    with pytest.raises(WorkflowError, match="cancel its review"):
        versions.ensure(TRAILS, "1.3", "MAC_OS")
    with pytest.raises(ValueError, match=r"of the form 1\.2\.3"):
        versions.ensure(TRAILS, "v2")
    assert writes_of(demo) == []


def test_texts_are_written_where_they_differ(demo: Simulator) -> None:
    asc = demo.client()
    version = asc.workflows.versions.ensure(TRAILS, "1.2")
    demo.requests.clear()
    texts = {"en-US": {"keywords": "walk"}, "ja": {"keywords": "trails,example"}, "it": {}}
    found = asc.workflows.versions.set_texts(version, texts)
    assert {x.locale for x in found} == {"en-US", "de-DE", "ja", "it"}
    assert writes_of(demo) == [
        "appStoreVersionLocalizations_updateInstance",
        "appStoreVersionLocalizations_createInstance",
    ]
    assert len(demo.requests) == 3
    demo.requests.clear()
    asc.workflows.versions.set_texts(version, texts)
    assert len(demo.requests) == 1


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"en_us": {}}, "did you mean 'en-US'"),
        ({"en-US": {"keyword": "a"}}, "did you mean 'keywords'"),
        ({"en-US": {"keywords": "k" * 101}}, "101 characters, 100 at most"),
        ({"en-US": {"support_url": "example.com"}}, "not a web address"),
    ],
)
def test_texts_that_apple_would_not_take_are_refused_before_anything_is_sent(
    demo: Simulator, texts: dict[str, dict[str, str]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        demo.client().workflows.versions.set_texts("1", texts)
    assert demo.requests == []


def test_app_review_is_told_whom_to_ask_and_gets_each_file_once(
    ready: ReadyApp, tmp_path: Path
) -> None:
    guide, plan = tmp_path / "guide.pdf", tmp_path / "plan.pdf"
    guide.write_bytes(b"how to get in")
    plan.write_bytes(b"what is where")
    versions, simulator = ready.asc.workflows.versions, ready.simulator
    detail = versions.set_review_detail(
        ready.version,
        notes="Tap the map.",
        demo_account_name="ada",
        demo_account_password="lovelace",
        attachments=[guide, plan],
    )
    assert (detail.notes, detail.demo_account_required) == ("Tap the map.", True)
    simulator.requests.clear()
    versions.set_review_detail(ready.version, notes="Tap the map.", attachments=[plan, guide])
    assert writes_of(simulator) == []
    versions.set_review_detail(ready.version, attachments=[plan])
    assert writes_of(simulator) == ["appStoreReviewAttachments_deleteInstance"]


def test_a_contact_that_is_not_whole_is_refused_before_anything_is_sent(
    ready: ReadyApp, tmp_path: Path
) -> None:
    versions = ready.asc.workflows.versions
    ready.simulator.requests.clear()
    with pytest.raises(ValueError, match="not a telephone number"):
        versions.set_review_detail(ready.version, contact_phone="call me")
    with pytest.raises(ValueError, match="without contact_email"):
        versions.set_review_detail(ready.version, contact_email="")
    with pytest.raises(ValueError, match="there is no file"):
        versions.set_review_detail(ready.version, attachments=[tmp_path / "none.pdf"])
    assert writes_of(ready.simulator) == []


def test_a_build_is_chosen_by_number_or_the_newest(ready: ReadyApp) -> None:
    versions, simulator = ready.asc.workflows.versions, ready.simulator
    simulator.clock.advance(hours=1)
    newer = add_build(simulator, ready.app, "1.0.0", "2")
    simulator.requests.clear()
    assert versions.select_build(ready.version).id == newer.id
    assert len(simulator.requests) == 3
    simulator.requests.clear()
    versions.select_build(ready.version)
    assert len(simulator.requests) == 2
    assert versions.select_build(ready.version, "1").id == ready.build.id
    assert versions.select_build(ready.version, newer).id == newer.id
    assert versions.select_build(ready.version, "1").id == ready.build.id


def test_a_build_that_cannot_be_taken_is_named_with_its_state(ready: ReadyApp) -> None:
    ready.simulator.world.set(ready.entity(ready.build), processingState="PROCESSING")
    with pytest.raises(NoResultError, match=r"no build 1 that is VALID; there are 1 \(PROCESSING"):
        ready.asc.workflows.versions.select_build(ready.version, "1")


def test_a_submission_is_made_once(ready: ReadyApp) -> None:
    versions, simulator = ready.asc.workflows.versions, ready.simulator
    first = versions.submit(ready.app)
    assert (first.state, ready.state()) == ("WAITING_FOR_REVIEW", "WAITING_FOR_REVIEW")
    simulator.requests.clear()
    assert versions.submit(ready.app, version="1.0") == first
    assert len(simulator.requests) == 2


def test_the_requests_of_a_submission_are_counted(ready: ReadyApp) -> None:
    ready.simulator.requests.clear()
    ready.asc.workflows.versions.submit(ready.app, preflight=False)
    asked = [x for x in ready.simulator.requests if x.operation != "appStoreVersions_getInstance"]
    # Fastlane deliver reads versions twice, submissions twice, and waits 15 seconds a look.
    assert len(asked) == 5


def test_it_is_the_same_to_be_awaited(ready: ReadyApp, aasc: AsyncClient) -> None:
    async def there_and_back() -> None:
        submission = await aasc.workflows.versions.submit(ready.app)
        assert submission.state == "WAITING_FOR_REVIEW"
        assert await aasc.workflows.versions.cancel(ready.app) == submission

    asyncio.run(there_and_back())
    assert ready.state() == "DEVELOPER_REJECTED"


def test_an_empty_draft_is_used_and_one_of_others_left_alone(ready: ReadyApp) -> None:
    event: Any = ready.simulator.add("appEvents", app=ready.app, reference_name="Run")
    other = ready.asc.review_submissions.create(app=ready.app, platform="IOS")
    ready.asc.review_submission_items.create(review_submission=other, app_event=event)
    empty = ready.asc.review_submissions.create(app=ready.app, platform="IOS")
    assert ready.asc.workflows.versions.submit(ready.app) == empty
    assert ready.asc.review_submissions.get(other).state == "READY_FOR_REVIEW"


def test_a_draft_that_apple_takes_no_other_beside_is_named(ready: ReadyApp) -> None:
    event: Any = ready.simulator.add("appEvents", app=ready.app, reference_name="Run")
    other = ready.asc.review_submissions.create(app=ready.app, platform="IOS")
    ready.asc.review_submission_items.create(review_submission=other, app_event=event)
    ready.simulator.world.set_switch("second_submission", "refuse")
    with pytest.raises(WorkflowError, match="take the items out of a draft"):
        ready.asc.workflows.versions.submit(ready.app)


def test_first_purchases_go_with_the_version(ready: ReadyApp) -> None:
    ready_purchase(ready.simulator, ready.asc, ready.app)
    ready_subscription(ready.simulator, ready.asc, ready.app, ["USA"])
    submission = ready.asc.workflows.versions.submit(ready.app, purchases=["maps", "plus"])
    assert targets(ready, submission) == {
        "appStoreVersions",
        "inAppPurchaseVersions",
        "subscriptionVersions",
        "subscriptionGroupVersions",
    }
    ready.simulator.clock.advance(days=2)
    assert ready.asc.apps.list_in_app_purchases_v2(ready.app).one().state == "APPROVED"


def test_a_product_that_is_not_there_or_not_ready_is_named(ready: ReadyApp) -> None:
    ready.simulator.add("inAppPurchases", app=ready.app, product_id="maps", name="Maps")
    submit = ready.asc.workflows.versions.submit
    with pytest.raises(NoResultError, match="did you mean 'maps'"):
        submit(ready.app, purchases=["map"])
    with pytest.raises(WorkflowError, match="MISSING_METADATA"):
        submit(ready.app, purchases=["maps"])
    assert ready.state() == "PREPARE_FOR_SUBMISSION"


def test_a_rejected_version_goes_on_in_its_submission(ready: ReadyApp) -> None:
    ready.simulator.world.set_switch("review", "reject")
    submission = ready.submit()
    ready.simulator.clock.advance(days=1)
    assert ready.state() == "REJECTED"
    assert ready.asc.workflows.versions.submit(ready.app) == submission
    assert ready.state() == "WAITING_FOR_REVIEW"


def test_another_submission_under_way_is_named(ready: ReadyApp) -> None:
    ready.release()
    event: Any = ready.simulator.add("appEvents", app=ready.app, reference_name="Run")
    other = ready.asc.review_submissions.create(app=ready.app, platform="IOS")
    ready.asc.review_submission_items.create(review_submission=other, app_event=event)
    ready.asc.review_submissions.update(other, submitted=True)
    ready.asc.workflows.versions.ensure(ready.app, "1.1")
    with pytest.raises(WorkflowError, match=other.id):
        ready.asc.workflows.versions.submit(ready.app, preflight=False)


def test_waiting_ends_and_may_be_gone_on_with(ready: ReadyApp) -> None:
    seen: list[str] = []
    submit = ready.asc.workflows.versions.submit
    with pytest.raises(WaitTimeoutError, match="run it again"):
        submit(ready.app, timeout=3, progress=seen.append)
    assert set(seen) == {"PREPARE_FOR_SUBMISSION"}
    assert submit(ready.app).state == "WAITING_FOR_REVIEW"


def test_an_approved_version_is_withdrawn_too(ready: ReadyApp) -> None:
    ready.asc.app_store_versions.update(ready.version, release_type="MANUAL")
    ready.submit()
    ready.simulator.clock.advance(days=2)
    assert ready.state() == "PENDING_DEVELOPER_RELEASE"
    assert ready.asc.workflows.versions.cancel(ready.app) is None
    assert ready.state() == "DEVELOPER_REJECTED"


def test_an_approved_version_is_released_once(ready: ReadyApp) -> None:
    versions = ready.asc.workflows.versions
    with pytest.raises(WorkflowError, match="PREPARE_FOR_SUBMISSION"):
        versions.release(ready.version)
    ready.asc.app_store_versions.update(ready.version, release_type="MANUAL")
    ready.submit()
    ready.simulator.clock.advance(days=2)
    assert versions.release(ready.version).app_version_state == "PROCESSING_FOR_DISTRIBUTION"
    ready.simulator.requests.clear()
    versions.release(ready.version)
    assert writes_of(ready.simulator) == []


def test_a_phased_release_goes_from_start_to_end(demo: Simulator) -> None:
    asc: Client = demo.client()
    versions = asc.workflows.versions
    version = versions.ensure(TRAILS, "1.2")
    for step in ("pause", "resume", "complete"):
        with pytest.raises(WorkflowError, match="start it first"):
            versions.phased_release(version, step)
    started = versions.phased_release(version, "start")
    assert started is not None
    assert versions.phased_release(version, "start") == started
    assert versions.phased_release(version, "remove") is None
    assert versions.phased_release(version, "remove") is None
    versions.phased_release(version, "start")
    demo.world.set(demo.world.all("appStoreVersionPhasedReleases")[-1], phasedReleaseState="ACTIVE")
    states = [
        str(getattr(versions.phased_release(version, step), "phased_release_state", None))
        for step in ("pause", "pause", "resume", "complete", "complete")
    ]
    assert states == ["PAUSED", "PAUSED", "ACTIVE", "COMPLETE", "COMPLETE"]
    with pytest.raises(ValueError, match="not start, pause"):
        versions.phased_release(version, "stop")  # type: ignore[arg-type]
