"""What customers write, and the answers to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..registry import Rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("customers")

rules.known(
    "10.8",
    evidence="S",
    confidence="H",
    says="Reviews are listed by their app or version, there is no collection of them: 403.",
)

_PUBLISHED = 24 * 3600


@rules.before(
    "customerReviewResponses_createInstance",
    number="10.8",
    evidence="D Create or update a response to a customer review",
    confidence="H",
    says="A second answer to a review takes the place of the first, under its id.",
)
def answer_is_overwritten(call: Call) -> None:
    review = call.related("review")
    old = None if review is None else call.world.one(review, "response")
    if old is not None:
        body = call.attributes.get("responseBody")
        call.world.set(old, responseBody=body)
        _pend(call.world, old)
        call.answer_with(old)


@rules.born(
    "customerReviewResponses",
    number="10.8",
    evidence="D Create or update a response to a customer review",
    confidence="H",
    says="An answer is PENDING_PUBLISH and published within a day.",
)
def answer_is_pending(world: World, response: Entity) -> None:
    if response["state"] is None:
        _pend(world, response)


def _pend(world: World, response: Entity) -> None:
    version = (response["_version"] or 0) + 1
    stamped = {"state": "PENDING_PUBLISH", "lastModifiedDate": world.stamp(), "_version": version}
    world.set(response, **stamped)
    world.later(_PUBLISHED, "answer is published", response, version=version)


@rules.event(
    "answer is published",
    number="10.8",
    evidence="D Create or update a response to a customer review",
    confidence="H",
    says="Later the answer is PUBLISHED.",
)
def answer_is_published(world: World, response: Entity, data: Mapping[str, Any]) -> None:
    if response["_version"] == data["version"]:
        world.set(response, state="PUBLISHED")
