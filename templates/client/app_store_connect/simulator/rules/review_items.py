"""Items of review submissions: what can be added, taken out, resolved, removed."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from ..problems import Problem
from ..registry import Rules
from .readiness import problems_of
from .review import (
    ITEM_OVER,
    complete,
    item_of,
    items_of,
    submission_of,
    target_of,
)
from .states import move

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("review_items")

_INVALID_STATE = "STATE_ERROR.ENTITY_STATE_INVALID"
# How an item's id names the type of what it is about.
_TYPE_CODES = {"appStoreVersion": 6, "subscriptionVersion": 18, "subscriptionGroupVersion": 19}
# A version becomes READY_FOR_REVIEW within seconds to minutes.
_ADDED = 10


@rules.identifies(
    "reviewSubmissionItems",
    number="5.5",
    evidence="C field note on decoded ids",
    confidence="M",
    says="An item's id is base64 of submission, type code and target, where the code is known.",
)
def item_id(
    world: World, _attributes: Mapping[str, Any], relationships: Mapping[str, list[Entity]]
) -> str | None:
    submission = next(iter(relationships.get("reviewSubmission", ())), None)
    for name, code in _TYPE_CODES.items():
        for target in relationships.get(name, ()):
            text = f"{submission.id if submission else ''}|{code}|{target.id}"
            found = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
            return None if world.find("reviewSubmissionItems", found) else found
    return None


def _targets(call: Call) -> list[tuple[str, Entity]]:
    return [
        (name, target)
        for name, found in call.relationships.items()
        if name != "reviewSubmission"
        for target in found
    ]


@rules.before(
    "reviewSubmissionItems_createInstance",
    number="5.5",
    evidence="S; C field note",
    confidence="M",
    says="An item is about one thing.",
)
def one_target_an_item(call: Call) -> None:
    if len(_targets(call)) != 1:
        call.refuse(
            409,
            "ENTITY_ERROR.RELATIONSHIP.REQUIRED" if not _targets(call) else "ENTITY_ERROR.INVALID",
            "You must provide one resource to be reviewed with this request",
        )


rules.known(
    "5.6",
    evidence="R recorded 409",
    confidence="H",
    says="Products are no items, their versions are: 409 RELATIONSHIP.UNKNOWN.",
)


@rules.before(
    "reviewSubmissionItems_createInstance",
    number="5.9",
    evidence="C+ field notes",
    confidence="H",
    says="Items are added to a submission that is READY_FOR_REVIEW.",
)
def only_open_submissions_take_items(call: Call) -> None:
    submission = call.related("reviewSubmission")
    if submission is not None and submission["state"] != "READY_FOR_REVIEW":
        call.refuse(
            409,
            _INVALID_STATE,
            "The review submission is in a state that does not allow adding items",
            title=f"reviewSubmissions with id '{submission.id}' is not in valid state.",
        )


@rules.before(
    "reviewSubmissionItems_createInstance",
    number="5.8",
    evidence="C field note",
    confidence="M",
    says="The same thing twice in a submission: RELATIONSHIP.INVALID.NOT_ALLOWED.",
)
def once_in_a_submission(call: Call) -> None:
    for name, target in _targets(call):
        item = item_of(call.world, target)
        if item is not None and submission_of(call.world, item) is call.related("reviewSubmission"):
            detail = f"The {target.type} with id '{target.id}' is already in this submission"
            call.invalid_relationship(name, detail, kind="NOT_ALLOWED")


@rules.before(
    "reviewSubmissionItems_createInstance",
    number="5.7",
    evidence="C+ rorkai/App-Store-Connect-CLI #1043 and field notes",
    confidence="H",
    says="What is in another submission is refused with that one's id, until it is complete.",
)
def in_no_other_submission(call: Call) -> None:
    world = call.world
    for _, target in _targets(call):
        item = item_of(world, target)
        other = None if item is None else submission_of(world, item)
        if other is not None:
            problem = Problem(
                status=409,
                code="STATE_ERROR.ITEM_PART_OF_ANOTHER_SUBMISSION",
                detail=f"It was added to another reviewSubmission with id {other.id}",
            )
            _refuse_target(call, target, {"/v1/reviewSubmissionItems/": [problem]})


def _refuse_target(call: Call, target: Entity, found: Mapping[str, list[Problem]]) -> None:
    associated = {
        path: [x.members(call.world.uuid("errors")) for x in problems]
        for path, problems in found.items()
    }
    call.refuse(
        409,
        _INVALID_STATE,
        "This resource cannot be reviewed, please check associated errors to see why.",
        title=f"{target.type} with id '{target.id}' is not in valid state.",
        meta={"associatedErrors": associated},
    )


@rules.before(
    "reviewSubmissionItems_createInstance",
    number="5.10",
    evidence="R codemagic-ci-cd/cli-tools recorded response",
    confidence="H",
    says="What a version lacks is told at once, as associated errors by the path of the resource.",
)
def version_lacks_nothing(call: Call) -> None:
    version = call.related("appStoreVersion")
    if version is None:
        return
    found = problems_of(call.world, version)
    if found:
        _refuse_target(call, version, found)


@rules.before(
    "reviewSubmissionItems_createInstance",
    number="4.8",
    evidence="R field note, answer of the web API; D beta SDKs have a letter at the end",
    confidence="M",
    says="A build that was made with a beta SDK cannot be submitted.",
)
def build_is_of_a_released_sdk(call: Call) -> None:
    version = call.related("appStoreVersion")
    build = None if version is None else call.world.one(version, "build")
    bundles = [] if build is None else call.world.many(build, "buildBundles")
    if any(str(x["sdkBuild"] or "")[-1:].islower() for x in bundles):
        call.invalid_relationship(
            "appStoreVersion",
            "The build was made with a beta version of the SDK.",
            kind="INVALID_STATE.BUILD_SDK_NOT_ALLOWED_FOR_APP_STORE_SUBMISSION",
        )


@rules.born(
    "reviewSubmissionItems",
    number="4.9",
    evidence="C+ field notes; fastlane deliver waits for it",
    confidence="H",
    says="An item is READY_FOR_REVIEW, and some seconds later what it is about is so too.",
)
def item_begins(world: World, item: Entity) -> None:
    world.default(item, state="READY_FOR_REVIEW")
    target, submission = target_of(world, item), submission_of(world, item)
    if target is None:
        return
    if target.type == "appStoreVersions":
        if submission is not None:
            world.relate(submission, "appStoreVersionForReview", target)
        world.later(_ADDED, "item added", item)
    else:
        move(world, target, "add")


@rules.event(
    "item added",
    number="4.9",
    evidence="C+ field notes; fastlane deliver waits for it",
    confidence="H",
    says="A version that was added is READY_FOR_REVIEW after some seconds.",
)
def item_is_added(world: World, item: Entity, _data: Mapping[str, Any]) -> None:
    target = target_of(world, item)
    if target is not None and item["state"] == "READY_FOR_REVIEW":
        move(world, target, "add")


@rules.before(
    "reviewSubmissionItems_deleteInstance",
    number="5.18",
    evidence="C+ field notes",
    confidence="H",
    says="An item cannot be deleted once its submission was submitted.",
)
def submitted_items_stay(call: Call) -> None:
    submission = submission_of(call.world, call.target)
    if submission is not None and submission["state"] != "READY_FOR_REVIEW":
        call.refuse(409, "STATE_ERROR", "Item was already submitted")


@rules.before(
    "reviewSubmissionItems_deleteInstance",
    number="4.10",
    evidence="C field note; the way back to PREPARE_FOR_SUBMISSION is inferred",
    confidence="M",
    says="What is taken out again is editable again; DEVELOPER_REJECTED if it was rejected before.",
)
def item_is_taken_out(call: Call) -> None:
    world = call.world
    target, submission = target_of(world, call.target), submission_of(world, call.target)
    if target is None:
        return
    move(world, target, "take out")
    if submission is not None and target.type == "appStoreVersions":
        world.relate(submission, "appStoreVersionForReview", None)


rules.known(
    "5.17",
    evidence="C+ field notes",
    confidence="H",
    says="A submission that loses its last item stays READY_FOR_REVIEW.",
)


@rules.before(
    "reviewSubmissionItems_updateInstance",
    number="5.21",
    evidence="C+ field notes on resubmissions",
    confidence="H",
    says="Only a rejected item can be resolved.",
)
def rejected_items_are_resolved(call: Call) -> None:
    if call.attributes.get("resolved") and call.target["state"] not in {
        "REJECTED",
        "READY_FOR_REVIEW",
    }:
        state = call.target["state"]
        call.refuse(409, "STATE_ERROR", f"An item in state {state} cannot be resolved")


@rules.after(
    "reviewSubmissionItems_updateInstance",
    number="5.21",
    evidence="C+ field notes on resubmissions",
    confidence="H",
    says="A resolved item is READY_FOR_REVIEW again, and what it is about.",
)
def item_is_resolved(call: Call) -> None:
    world, item = call.world, call.target
    target = target_of(world, item)
    if call.attributes.get("resolved"):
        world.set(item, state="READY_FOR_REVIEW")
        if target is not None:
            move(world, target, "add")


@rules.after(
    "reviewSubmissionItems_updateInstance",
    number="5.19",
    evidence="R recorded for a product's version",
    confidence="H",
    says="A removed item is REMOVED, and what it is about DEVELOPER_REJECTED.",
)
def item_is_removed(call: Call) -> None:
    world, item = call.world, call.target
    if call.attributes.get("removed") and item["state"] not in ITEM_OVER:
        world.set(item, state="REMOVED")
        target, submission = target_of(world, item), submission_of(world, item)
        if target is not None:
            move(world, target, "withdraw")
        if submission is not None and submission["state"] == "UNRESOLVED_ISSUES":
            _complete_empty(world, submission)


def _complete_empty(world: World, submission: Entity) -> None:
    if not items_of(world, submission):
        complete(world, submission)


rules.known(
    "5.24",
    evidence="S; R rorkai/App-Store-Connect-CLI, notes on idempotent writes",
    confidence="H",
    says="An item cannot be read by itself; in lists its relationships need `include`.",
)
rules.known(
    "5.23",
    evidence="R rorkai/App-Store-Connect-CLI #2344",
    confidence="M",
    says="Items cannot include what the document does not list for them: 400.",
)
