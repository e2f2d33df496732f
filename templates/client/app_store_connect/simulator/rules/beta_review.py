"""The review of beta builds: what it takes, how long it lasts, how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..registry import Rules
from .builds import external_state, follow, is_settling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

rules = Rules("beta_review")

_SUBMIT = "betaAppReviewSubmissions_createInstance"
_NOTES = "C+ notes of release pipelines"
_HOUR, _MINUTE = 3600, 60
_WAITING = frozenset({"WAITING_FOR_REVIEW", "IN_REVIEW"})
_CONTACT = ("contactFirstName", "contactLastName", "contactPhone", "contactEmail")
_UNTESTABLE = frozenset({"MISSING_EXPORT_COMPLIANCE", "EXPIRED", "NOT_APPLICABLE"})

rules.switch(
    "beta_review",
    default="approve",
    choices=("approve", "reject"),
    number="6.27",
    says="How reviews of beta builds end.",
)
rules.switch(
    "beta_contract",
    default="accepted",
    choices=("accepted", "missing"),
    number="6.30",
    says="Whether the agreement on beta testing has been accepted.",
)


@rules.before(
    _SUBMIT,
    number="6.28",
    evidence=_NOTES,
    confidence="M",
    says="A build is submitted once.",
)
def builds_are_submitted_once(call: Call) -> None:
    build = call.related("build")
    if build is not None and call.world.one(build, "betaAppReviewSubmission") is not None:
        call.invalid_relationship("build", "The build has already been submitted for review")


@rules.before(
    _SUBMIT,
    number="6.12",
    evidence="R codemagic-cli-tools #346",
    confidence="H",
    says="A build has to be valid, compliant and for external testers to be submitted.",
)
def builds_can_be_tested(call: Call) -> None:
    build = call.related("build")
    if build is None:
        return
    state = external_state(call.world, build)
    if build["processingState"] != "VALID" or is_settling(call.world, build):
        call.refuse(422, "ENTITY_UNPROCESSABLE", "Build is not in a valid processing state")
    if state in _UNTESTABLE:
        call.refuse(422, "ENTITY_UNPROCESSABLE", f"Build is in the state '{state}'")


@rules.before(
    _SUBMIT,
    number="6.29",
    evidence=_NOTES,
    confidence="H",
    says="One build of a version is in review at a time.",
)
def reviews_take_turns(call: Call) -> None:
    build = call.related("build")
    train = call.world.one(build, "preReleaseVersion") if build is not None else None
    for other in call.world.many(train, "builds") if train is not None else ():
        review = call.world.one(other, "betaAppReviewSubmission")
        if review is not None and review["betaReviewState"] in _WAITING:
            call.refuse(
                422,
                "ENTITY_UNPROCESSABLE.ANOTHER_BUILD_IN_REVIEW",
                "Another build of this version is in review",
                title="Another build is in review",
            )


@rules.before(
    _SUBMIT,
    number="6.30",
    evidence=f"R notes of a release pipeline; {_NOTES}",
    confidence="H",
    says="A review takes the agreement, a description of the beta, and whom to contact.",
)
def reviews_take_information(call: Call) -> None:
    world, build = call.world, call.related("build")
    app = world.one(build, "app") if build is not None else None
    if app is None:
        return
    if world.switch("beta_contract") == "missing":
        _lacking(call, "BETA_CONTRACT_MISSING", "Beta contract is missing")
    if not any(x["description"] for x in world.many(app, "betaAppLocalizations")):
        _lacking(call, "MISSING_BETA_APP_DESCRIPTION", "Beta App Description is missing")
    detail = world.one(app, "betaAppReviewDetail")
    if detail is None or not all(detail[name] for name in _CONTACT):
        _lacking(call, "MISSING_REQUIRED_DATA", "Required data is missing")


def _lacking(call: Call, kind: str, title: str) -> None:
    call.refuse(422, f"ENTITY_UNPROCESSABLE.{kind}", f"{title}.", title=title)


@rules.born(
    "betaAppReviewSubmissions",
    number="6.27",
    evidence=_NOTES,
    confidence="H",
    says="A review takes most of a day, for later builds of an approved version minutes.",
)
def wait(world: World, review: Entity) -> None:
    world.default(review, betaReviewState="WAITING_FOR_REVIEW", submittedDate=world.stamp())
    build = world.one(review, "build")
    if build is None:
        return
    follow(world, build)
    span = _MINUTE if _has_approved(world, build) else _HOUR
    world.later(2 * span, "beta_review_begun", review)
    world.later(20 * span, "beta_review_ended", review)


def _has_approved(world: World, build: Entity) -> bool:
    train = world.one(build, "preReleaseVersion")
    builds = world.many(train, "builds") if train is not None else []
    reviews = [world.one(x, "betaAppReviewSubmission") for x in builds]
    return any(x is not None and x["betaReviewState"] == "APPROVED" for x in reviews)


@rules.event(
    "beta_review_begun",
    "beta_review_ended",
    number="6.27",
    evidence=_NOTES,
    confidence="H",
    says="A review begins, and approves or rejects its build.",
)
def review(world: World, entity: Entity, data: Mapping[str, Any]) -> None:  # noqa: ARG001
    if entity["betaReviewState"] == "WAITING_FOR_REVIEW":
        world.set(entity, betaReviewState="IN_REVIEW")
    elif entity["betaReviewState"] == "IN_REVIEW":
        approved = world.switch("beta_review") == "approve"
        world.set(entity, betaReviewState="APPROVED" if approved else "REJECTED")


@rules.changed(
    "betaAppReviewSubmissions.betaReviewState",
    number="6.27",
    evidence=_NOTES,
    confidence="H",
    says="The external state of a build follows its review, to testing where it is in a group.",
)
def follow_review(world: World, entity: Entity, before: Any) -> None:  # noqa: ARG001
    build = world.one(entity, "build")
    if build is not None:
        follow(world, build)


@rules.before(
    "buildBetaNotifications_createInstance",
    number="6.34",
    evidence="R answers kept in the tests of rorkai/App-Store-Connect-CLI",
    confidence="M",
    says="Testers are told of builds that they can test externally, if they are not told anyway.",
)
def notifications_are_needed(call: Call) -> None:
    build = call.related("build")
    detail = call.world.one(build, "buildBetaDetail") if build is not None else None
    if detail is None:
        return
    if detail["autoNotifyEnabled"]:
        call.refuse(409, "STATE_ERROR.ENTITY_STATE_INVALID", "Auto-notify is already enabled")
    if detail["externalBuildState"] not in {"BETA_APPROVED", "IN_BETA_TESTING"}:
        call.refuse(409, "STATE_ERROR.ENTITY_STATE_INVALID", "The build is not externally testable")
