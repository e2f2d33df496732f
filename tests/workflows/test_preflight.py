"""What the preflight finds is what a submission is refused for, and it finds all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiError
from app_store_connect.simulator import Simulator
from app_store_connect.simulator.registry import book
from app_store_connect.workflows import NotReadyError
from app_store_connect.workflows.preflight import RULES
from support.lacking import LACKING, lacking
from support.ready_app import ReadyApp, add_app, add_build
from support.ready_products import purchase

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_store_connect import Client
    from app_store_connect.workflows.preflight import Preflight

# On the demo team: versions, texts with sets, infos, build, review detail, price, availability,
# submissions, purchases, groups, subscriptions of a group; and one for each locale with sets.
REQUESTS = 10


def codes(report: Preflight) -> set[str]:
    return {x.code for x in report.findings if x.code}


def preflight(ready: ReadyApp) -> Preflight:
    report: Preflight = ready.asc.workflows.versions.preflight(ready.app)
    return report


def test_there_are_more_than_fifty_rules_and_each_has_its_source() -> None:
    assert len(RULES) >= 50
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.source
        assert rule.says
        assert rule.where


def test_rules_name_rules_of_the_server_that_there_are() -> None:
    known = {rule.number for rule in book().rules} | {x.number for x in book().switches.values()}
    assert {rule.server for rule in RULES if rule.server} <= known


def test_a_version_that_has_everything_can_be_submitted(ready: ReadyApp) -> None:
    report = preflight(ready)
    assert report.is_ready
    assert not report.blockers
    assert "can be submitted" in str(report)


@pytest.mark.parametrize("what", LACKING)
def test_what_a_submission_is_refused_for_is_named_before(ready: ReadyApp, what: str) -> None:
    LACKING[what][0](ready)
    found = codes(preflight(ready))
    refused = {f"{kind} {code}" for kind, problems in lacking(ready).items() for code in problems}
    assert refused
    for code in refused:
        assert any(code.startswith(x) for x in found), (code, found)


def test_all_that_a_new_version_lacks_is_named_at_once(simulator: Simulator, asc: Client) -> None:
    app = add_app(simulator)
    version = asc.app_store_versions.create(app=app, platform="IOS", version_string="1.0")
    ready = ReadyApp(simulator, asc, app, version, None)
    found = codes(preflight(ready))
    for kind, problems in lacking(ready).items():
        for code in problems:
            assert any(f"{kind} {code}".startswith(x) for x in found), code


def test_an_update_without_whats_new_is_named(ready: ReadyApp) -> None:
    ready.release()
    ready.version = ready.asc.app_store_versions.create(
        app=ready.app, platform="IOS", version_string="1.1", copyright="2026 Example"
    )
    build = add_build(ready.simulator, ready.app, "1.1")
    ready.asc.app_store_versions.set_build(ready.version, build)
    assert {x.rule for x in preflight(ready).blockers} == {"T04"}
    assert lacking(ready).keys() == {"appStoreVersionLocalizations"}


def beta_sdk(ready: ReadyApp) -> None:
    bundle = ready.simulator.add("buildBundles", sdk_build="24A5298h", bundle_type="APP")
    world = ready.simulator.world
    world.link(ready.entity(ready.build), "buildBundles", ready.entity(bundle))


def other_under_way(ready: ReadyApp) -> None:
    """An event is being reviewed."""
    event: Any = ready.simulator.add("appEvents", app=ready.app, reference_name="Run")
    submission: Any = ready.simulator.add(
        "reviewSubmissions", app=ready.app, platform="IOS", state="IN_REVIEW"
    )
    ready.simulator.add("reviewSubmissionItems", review_submission=submission, app_event=event)
    ready.simulator.world.set(ready.entity(submission), state="IN_REVIEW")


def in_other_draft(ready: ReadyApp) -> None:
    ready.open()


def many_drafts(ready: ReadyApp) -> None:
    for number in range(5):
        event: Any = ready.simulator.add("appEvents", app=ready.app, reference_name=f"{number}")
        submission = ready.asc.review_submissions.create(app=ready.app, platform="IOS")
        ready.asc.review_submission_items.create(review_submission=submission, app_event=event)


@pytest.mark.parametrize(
    ("spoil", "rule", "code"),
    [
        (beta_sdk, "B07", "BUILD_SDK_NOT_ALLOWED"),
        (other_under_way, "R09", "still in progress"),
        (in_other_draft, "R14", "ITEM_PART_OF_ANOTHER_SUBMISSION"),
        (many_drafts, "R12", "still open"),
    ],
)
def test_what_else_a_submission_is_refused_for_is_named_before(
    ready: ReadyApp, spoil: Callable[[ReadyApp], None], rule: str, code: str
) -> None:
    spoil(ready)
    assert rule in {x.rule for x in preflight(ready).findings}
    with pytest.raises(ApiError, match=code):
        ready.submit()


def test_a_version_under_review_is_not_submitted_again(ready: ReadyApp) -> None:
    ready.submit()
    assert {"R10", "V03"} <= {x.rule for x in preflight(ready).blockers}


def test_what_products_lack_is_named_though_apple_never_does(ready: ReadyApp) -> None:
    made = purchase(ready.asc, ready.app)
    found = [x for x in preflight(ready).warnings if x.subject == made.product_id]
    assert {x.rule for x in found} == {"P02", "P03", "P04", "P05", "P15"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Lorem ipsum dolor", "T08"),
        ("Better than on Android", "T09"),
        ("Routes: coming soon", "T10"),
        ("This beta finds trails", "T11"),
        ("Now for $3", "T12"),
    ],
)
def test_texts_that_reviewers_reject_are_named(ready: ReadyApp, text: str, rule: str) -> None:
    ready.asc.workflows.versions.set_texts(ready.version, {"en-US": {"description": text}})
    assert rule in {x.rule for x in preflight(ready).warnings}


def test_nothing_is_sent_for_review_that_lacks_something(ready: ReadyApp) -> None:
    ready.simulator.world.set(ready.entity(ready.app), contentRightsDeclaration=None)
    ready.simulator.requests.clear()
    with pytest.raises(NotReadyError, match=r"apps\.update, content_rights_declaration") as caught:
        ready.asc.workflows.versions.submit(ready.app)
    assert [x.rule for x in caught.value.report.blockers] == ["A01"]
    assert {x.method for x in ready.simulator.requests} == {"GET"}


def test_it_takes_few_requests_and_writes_nothing() -> None:
    simulator = Simulator("demo")
    report = simulator.client().workflows.versions.preflight("6100000001")
    assert report.version == "1.2"
    assert {x.method for x in simulator.requests} == {"GET"}
    assert len(simulator.requests) == REQUESTS
