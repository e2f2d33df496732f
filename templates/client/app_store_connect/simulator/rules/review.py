"""Apple's review as time passes: begun, decided, released."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ..registry import Rules
from .releases import approve_version
from .states import OPEN_SUBMISSIONS, move

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..state import Entity
    from ..world import World

__all__ = [
    "ITEM_OVER",
    "await_review",
    "begin_review",
    "cancel_review",
    "complete",
    "item_of",
    "items_of",
    "rules",
    "submission_of",
    "target_of",
]

rules = Rules("review")

rules.switch(
    "review",
    default="approve",
    choices=("approve", "reject", "reject metadata", "invalid binary"),
    number="4.13",
    says=(
        "What Apple's review comes to. One thing alone is rejected if `_verdict` of its entity in "
        "the simulator's world says so."
    ),
)

_WAITING = timedelta(hours=12)
_REVIEW = timedelta(hours=1)
_CANCEL = 5
_COMPLETE = 5

ITEM_OVER = frozenset({"REMOVED", "APPROVED"})
_REJECTED = {
    "reject": "REJECTED",
    "reject metadata": "METADATA_REJECTED",
    "invalid binary": "INVALID_BINARY",
}


# --- What belongs together ------------------------------------------------------------------------


def target_of(world: World, item: Entity) -> Entity | None:
    """Return what an item is about."""
    names = (x for x in world.edges.of(item.type) if x != "reviewSubmission")
    found = (world.one(item, x) for x in names)
    return next((x for x in found if x is not None), None)


def submission_of(world: World, item: Entity) -> Entity | None:
    """Return the submission that an item is in."""
    return world.one(item, "reviewSubmission")


def items_of(world: World, submission: Entity) -> list[Entity]:
    """Return the items of a submission, without those that were removed."""
    return [x for x in world.many(submission, "items") if x["state"] != "REMOVED"]


def item_of(world: World, target: Entity) -> Entity | None:
    """Return the item of an open submission that is about this."""
    for submission in world.all("reviewSubmissions"):
        if submission["state"] in OPEN_SUBMISSIONS:
            for item in items_of(world, submission):
                if target_of(world, item) is target:
                    return item
    return None


# --- Submitted ------------------------------------------------------------------------------------


def begin_review(world: World, submission: Entity) -> None:
    """Put a submission in the queue."""
    world.set(submission, state="WAITING_FOR_REVIEW", submittedDate=world.stamp())
    for item in items_of(world, submission):
        target = target_of(world, item)
        if target is not None:
            move(world, target, "submit")
            _deprecated_submission(world, target)
    await_review(world, submission)


def await_review(world: World, submission: Entity) -> None:
    """Have the review of a submission that waits for it begin, or end where it has begun."""
    due = {"WAITING_FOR_REVIEW": (_WAITING, "review begins"), "IN_REVIEW": (_REVIEW, "review ends")}
    if submission["state"] in due:
        run = (submission["_run"] or 0) + 1
        world.set(submission, _run=run)
        after, event = due[submission["state"]]
        world.later(after, event, submission, run=run)


def _deprecated_submission(world: World, version: Entity) -> None:
    """The resource by which an approved version can be withdrawn."""
    if version.type == "appStoreVersions" and (
        world.edges.find(version.type, "appStoreVersionSubmission") is not None
        and world.one(version, "appStoreVersionSubmission") is None
    ):
        world.create("appStoreVersionSubmissions", {}, {"appStoreVersion": version})


def _is_current(submission: Entity, data: Mapping[str, Any], state: str) -> bool:
    return (submission["state"], submission["_run"]) == (state, data["run"])


@rules.event(
    "review begins",
    number="4.13",
    evidence="D App Store Connect help, app and submission statuses",
    confidence="H",
    says="Review begins half a day after the submission.",
)
def review_begins(world: World, submission: Entity, data: Mapping[str, Any]) -> None:
    if not _is_current(submission, data, "WAITING_FOR_REVIEW"):
        return
    world.set(submission, state="IN_REVIEW")
    await_review(world, submission)
    for item in items_of(world, submission):
        target = target_of(world, item)
        if target is not None:
            move(world, target, "begin")


@rules.event(
    "review ends",
    number="5.20",
    evidence="C+ field notes on rejections",
    confidence="H",
    says=(
        "A rejection leaves the submission in UNRESOLVED_ISSUES: what is bad is REJECTED, what is "
        "good ACCEPTED."
    ),
)
def review_ends(world: World, submission: Entity, data: Mapping[str, Any]) -> None:
    if not _is_current(submission, data, "IN_REVIEW"):
        return
    items = items_of(world, submission)
    bad = [x for x in items if _verdict(world, x) != "approve"]
    for item in items:
        if item in bad:
            _reject(world, item, _verdict(world, item))
        elif bad:
            _accept(world, item)
        else:
            _approve(world, item)
    if bad:
        world.set(submission, state="UNRESOLVED_ISSUES")
    else:
        complete(world, submission)


def _verdict(world: World, item: Entity) -> str:
    target = target_of(world, item)
    own = None if target is None else target["_verdict"]
    return str(own or world.switch("review"))


def _reject(world: World, item: Entity, verdict: str) -> None:
    world.set(item, state="REJECTED")
    target = target_of(world, item)
    if target is None:
        return
    if target.type == "appStoreVersions":
        world.set(target, appVersionState=_REJECTED[verdict], _rejected=True)
    else:
        move(world, target, "reject")


def _accept(world: World, item: Entity) -> None:
    world.set(item, state="ACCEPTED")
    target = target_of(world, item)
    if target is not None:
        move(world, target, "accept")


def _approve(world: World, item: Entity) -> None:
    world.set(item, state="APPROVED")
    target = target_of(world, item)
    if target is None:
        return
    if target.type == "appStoreVersions":
        approve_version(world, target)
    else:
        move(world, target, "approve")


def complete(world: World, submission: Entity) -> None:
    """Begin to close a submission that has nothing left to be decided."""
    world.set(submission, state="COMPLETING")
    world.later(_COMPLETE, "submission completes", submission)


@rules.event(
    "submission completes",
    number="5.22",
    evidence="S; C field note",
    confidence="M",
    says="When everything in it is approved or removed, a submission is COMPLETING, then COMPLETE.",
)
def submission_completes(world: World, submission: Entity, _data: Mapping[str, Any]) -> None:
    world.set(submission, state="COMPLETE")


# --- Withdrawn ------------------------------------------------------------------------------------


def cancel_review(world: World, submission: Entity) -> None:
    """Begin to take a submission back."""
    world.set(submission, state="CANCELING")
    world.later(_CANCEL, "submission cancelled", submission)


@rules.event(
    "submission cancelled",
    number="5.15",
    evidence="C+ field notes",
    confidence="H",
    says="A cancelled submission is CANCELING, and seconds later COMPLETE with its items free.",
)
def submission_is_cancelled(world: World, submission: Entity, _data: Mapping[str, Any]) -> None:
    world.set(submission, state="COMPLETE")
    for item in items_of(world, submission):
        if item["state"] not in ITEM_OVER:
            world.set(item, state="REMOVED")
            target = target_of(world, item)
            if target is not None:
                move(world, target, "withdraw")


rules.known(
    "4.16",
    evidence="C+ field notes",
    confidence="H",
    says="The version of a cancelled submission is DEVELOPER_REJECTED, or editable as it was.",
)
