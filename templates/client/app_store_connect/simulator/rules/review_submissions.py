"""Review submissions: opened, submitted, cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..registry import Rules
from .review import (
    await_review,
    begin_review,
    cancel_review,
    items_of,
    target_of,
)
from .states import EDITABLE, OPEN_SUBMISSIONS, OVER, state_of

if TYPE_CHECKING:
    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("review_submissions")

rules.switch(
    "second_submission",
    default="accept",
    choices=("accept", "refuse"),
    number="5.3",
    says=(
        "Whether a review submission can be made while another of the platform is open: notes say "
        "both. Accepted ones are five at most."
    ),
)

_MOST_OPEN = 5
_INVALID_STATE = "STATE_ERROR.ENTITY_STATE_INVALID"
_UNDER_WAY = OPEN_SUBMISSIONS - {"READY_FOR_REVIEW"} | {"COMPLETING"}
_CANCELLABLE = frozenset({"WAITING_FOR_REVIEW", "IN_REVIEW", "UNRESOLVED_ISSUES"})


@rules.born(
    "reviewSubmissions",
    number="5.1",
    evidence="R recorded answers to the creation",
    confidence="H",
    says="A submission begins in READY_FOR_REVIEW, without a date.",
)
def submission_begins(world: World, submission: Entity) -> None:
    world.default(submission, state="READY_FOR_REVIEW", platform="IOS")
    await_review(world, submission)


@rules.before(
    "reviewSubmissions_createInstance",
    number="5.3",
    evidence="C+ sceneview/sceneview #2301 and fastlane #21482 contradict each other",
    confidence="M",
    says="A second open submission of a platform is accepted, five at most, or refused: a switch.",
)
def how_many_are_open(call: Call) -> None:
    app, world = call.related("app"), call.world
    platform = call.attributes.get("platform") or "IOS"
    still = [] if app is None else _same_platform(world, app, platform, OPEN_SUBMISSIONS)
    most = 1 if world.switch("second_submission") == "refuse" else _MOST_OPEN
    if len(still) >= most:
        detail = f"There is a review submission with id {still[0].id} that is still open."
        call.refuse(409, _INVALID_STATE, detail)


def _same_platform(
    world: World, app: Entity, platform: Any, states: frozenset[str]
) -> list[Entity]:
    found = world.many(app, "reviewSubmissions")
    return [x for x in found if x["platform"] == platform and x["state"] in states]


rules.known(
    "5.2",
    evidence="C+ field notes",
    confidence="H",
    says="An open submission stays until it is used: there is no operation to delete it.",
)
rules.known(
    "5.14",
    evidence="R recorded 409",
    confidence="H",
    says="Its state cannot be set: 409 ATTRIBUTE.NOT_ALLOWED.",
)


@rules.before(
    "reviewSubmissions_updateInstance",
    number="5.16",
    evidence="R recorded for READY_FOR_REVIEW and COMPLETE",
    confidence="H",
    says="Only what is submitted and not complete can be cancelled.",
)
def only_submitted_ones_are_cancelled(call: Call) -> None:
    if call.attributes.get("canceled") and call.target["state"] not in _CANCELLABLE:
        call.refuse(
            409,
            _INVALID_STATE,
            "Resource is not in cancellable state",
            title="Resource state is invalid.",
        )


@rules.before(
    "reviewSubmissions_updateInstance",
    number="5.4",
    evidence="R fastlane #21482",
    confidence="H",
    says="One submission of a platform can be under way: the other one's id is told.",
)
def one_submission_under_way(call: Call) -> None:
    app = call.world.one(call.target, "app")
    if not call.attributes.get("submitted") or app is None:
        return
    for other in _same_platform(call.world, app, call.target["platform"], _UNDER_WAY):
        if other is not call.target:
            call.refuse(
                409,
                _INVALID_STATE,
                f"Another reviewSubmissions with id {other.id} is still in progress.",
                title="Resource state is invalid.",
            )


@rules.before(
    "reviewSubmissions_updateInstance",
    number="5.12",
    evidence="R recorded for a submission of other items only",
    confidence="H",
    says="Until a version of the platform was approved, a submission needs a version.",
)
def first_submission_has_a_version(call: Call) -> None:
    world, submission = call.world, call.target
    if not call.attributes.get("submitted"):
        return
    app = world.one(submission, "app")
    versions = [] if app is None else world.many(app, "appStoreVersions")
    approved = [
        x
        for x in versions
        if x["platform"] == submission["platform"] and x["appVersionState"] in OVER
    ]
    if not approved and not any(_is_version(world, x) for x in items_of(world, submission)):
        call.refuse(
            409,
            "ENTITY_ERROR.RELATIONSHIP.REQUIRED",
            "You must provide a value for the relationship 'appStoreVersionForReview'",
            pointer="/data/relationships/appStoreVersionForReview",
        )


def _is_version(world: World, item: Entity) -> bool:
    target = target_of(world, item)
    return target is not None and target.type == "appStoreVersions"


@rules.before(
    "reviewSubmissions_updateInstance",
    number="5.13",
    evidence="C+ field notes",
    confidence="H",
    says=(
        "It cannot be submitted before its version is READY_FOR_REVIEW, nor with a rejected item "
        "that was not resolved, nor without items."
    ),
)
def everything_is_ready(call: Call) -> None:
    world, submission = call.world, call.target
    if not call.attributes.get("submitted"):
        return
    items = items_of(world, submission)
    unready = [x for x in items if not _is_ready(world, x)]
    if submission["state"] not in {"READY_FOR_REVIEW", "UNRESOLVED_ISSUES"}:
        call.refuse(
            409,
            _INVALID_STATE,
            f"The submission is in state {submission['state']} and cannot be submitted",
        )
    if unready or not items:
        call.refuse(
            409,
            "STATE_ERROR",
            "The review submission is not ready to be submitted yet, please try again later.",
        )


def _is_ready(world: World, item: Entity) -> bool:
    target = target_of(world, item)
    if item["state"] not in {"READY_FOR_REVIEW", "ACCEPTED", "APPROVED"}:
        return False
    return target is None or target.type != "appStoreVersions" or state_of(target) not in EDITABLE


@rules.after(
    "reviewSubmissions_updateInstance",
    number="4.12",
    evidence="R sceneview/sceneview #2141",
    confidence="H",
    says="Submitted, it waits for review, and everything in it does.",
)
def submit_or_cancel(call: Call) -> None:
    if call.attributes.get("submitted"):
        begin_review(call.world, call.target)
    elif call.attributes.get("canceled"):
        cancel_review(call.world, call.target)
