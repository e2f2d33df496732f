"""Bundle ids and their capabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..registry import Rules
from .signing import TEAM_ID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("bundle_ids")

rules.known(
    "8.5",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="A capability that the API does not offer is refused: 409 ATTRIBUTE.TYPE.",
)
rules.known(
    "8.6",
    evidence="R recorded 409",
    confidence="H",
    says="A setting's key is one of three: 409 ATTRIBUTE.TYPE at the key, which lists them.",
)


@rules.before(
    "bundleIds_createInstance",
    number="8.1",
    evidence="R ipashare #17",
    confidence="H",
    says="An identifier that anybody has is not available: 409 ATTRIBUTE.INVALID, no source.",
)
def identifiers_are_unique(call: Call) -> None:
    identifier = call.attributes.get("identifier")
    if any(x["identifier"] == identifier for x in call.world.all("bundleIds")):
        call.refuse(
            409,
            "ENTITY_ERROR.ATTRIBUTE.INVALID",
            f"An App ID with Identifier '{identifier}' is not available. "
            "Please enter a different string.",
        )


@rules.before(
    "bundleIds_createInstance",
    number="8.2",
    evidence="C+ answers of the API to fastlane and codemagic",
    confidence="H",
    says="A bundle id is for all platforms, UNIVERSAL, whatever was asked for.",
)
def bundle_ids_are_universal(call: Call) -> None:
    if call.world.quirks:
        call.attributes["platform"] = "UNIVERSAL"


@rules.born(
    "bundleIds",
    number="8.7",
    evidence="C field note",
    confidence="L",
    says="A new bundle id has the team's prefix, and in-app purchases among its capabilities.",
)
def bundle_id_begins(world: World, bundle_id: Entity) -> None:
    world.default(bundle_id, seedId=TEAM_ID, platform="UNIVERSAL", name=bundle_id["identifier"])
    if not world.many(bundle_id, "bundleIdCapabilities"):
        purchases = {"capabilityType": "IN_APP_PURCHASE"}
        world.create("bundleIdCapabilities", purchases, {"bundleId": bundle_id})


@rules.instead(
    "bundleIds_app_getToOneRelated",
    number="8.3",
    evidence="S",
    confidence="H",
    says="A bundle id leads to the app that has its identifier.",
)
def app_of_a_bundle_id(call: Call) -> Entity | None:
    return _app(call.world, call.target)


def _app(world: World, bundle_id: Entity) -> Entity | None:
    linked = world.one(bundle_id, "app")
    same = (x for x in world.all("apps") if x["bundleId"] == bundle_id["identifier"])
    return linked or next(same, None)


@rules.before(
    "bundleIds_deleteInstance",
    number="8.3",
    evidence="D Bundle IDs, delete a bundle ID",
    confidence="H",
    says="A bundle id that an app uses cannot be deleted.",
)
def used_bundle_ids_stay(call: Call) -> None:
    if _app(call.world, call.target) is not None:
        call.refuse(
            409,
            "ENTITY_ERROR",
            f"The App ID '{call.target['identifier']}' appears to be in use by the App Store, "
            "so it can not be removed at this time.",
        )


@rules.before(
    "bundleIds_deleteInstance",
    number="8.15",
    evidence="C field note",
    confidence="L",
    says="Profiles of a bundle id that is deleted are invalid, its capabilities are gone.",
)
def what_a_bundle_id_takes_along(call: Call) -> None:
    world = call.world
    for profile in world.many(call.target, "profiles"):
        world.set(profile, profileState="INVALID")
    for capability in world.many(call.target, "bundleIdCapabilities"):
        world.delete(capability)


@rules.identifies(
    "bundleIdCapabilities",
    number="8.4",
    evidence="R rorkai/App-Store-Connect-CLI #2586",
    confidence="H",
    says="A capability's id is its bundle id's, and its type.",
)
def capability_id(
    world: World, attributes: Mapping[str, Any], relationships: Mapping[str, list[Entity]]
) -> str | None:
    for bundle_id in relationships.get("bundleId", ()):
        found = f"{bundle_id.id}_{attributes.get('capabilityType')}"
        return None if world.find("bundleIdCapabilities", found) else found
    return None


@rules.before(
    "bundleIdCapabilities_createInstance",
    number="8.4",
    evidence="R rorkai/App-Store-Connect-CLI #2586",
    confidence="H",
    says="A capability that is on already is answered as it is, with 201.",
)
def capability_is_on(call: Call) -> None:
    bundle_id = call.related("bundleId")
    for capability in call.world.many(bundle_id, "bundleIdCapabilities") if bundle_id else ():
        if capability["capabilityType"] == call.attributes.get("capabilityType"):
            call.answer_with(capability)
