"""Images of products, which belong to a version of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Rules

if TYPE_CHECKING:
    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("product_images")

_CODES = {
    "inAppPurchaseVersions": "STATE_ERROR.IAP_VERSION_UNMODIFIABLE",
    "subscriptionVersions": "STATE_ERROR.SUBSCRIPTION_VERSION_UNMODIFIABLE",
}
_DRAFTS = frozenset(
    {"DEVELOPER_REJECTED", "PREPARE_FOR_SUBMISSION", "READY_FOR_REVIEW", "REJECTED"}
)


@rules.born(
    "inAppPurchaseImages",
    "subscriptionImages",
    number="9.12",
    evidence="S the API's document",
    confidence="M",
    says="An image is that of the version it is made for, which shows the last of several.",
)
def image_of_version(world: World, image: Entity) -> None:
    version = world.one(image, "version")
    if version is not None:
        world.relate(version, "image", image)


@rules.before(
    "inAppPurchaseImagesV2_createInstance",
    "subscriptionImagesV2_createInstance",
    number="9.12",
    evidence="R recorded 409s",
    confidence="H",
    says="A version that is in review or approved gets no other image: 409 VERSION_UNMODIFIABLE.",
)
def reviewed_images_stay(call: Call) -> None:
    _check(call, call.related("version"))


@rules.before(
    "inAppPurchaseImagesV2_deleteInstance",
    "subscriptionImagesV2_deleteInstance",
    number="9.12",
    evidence="R recorded 409s",
    confidence="H",
    says="Nor does it lose the one it has.",
)
def reviewed_images_are_kept(call: Call) -> None:
    version = call.world.one(call.target, "version")
    _check(call, version)
    if version is not None:
        call.world.unlink(version, "image", call.target)


def _check(call: Call, version: Entity | None) -> None:
    if version is not None and version["state"] not in _DRAFTS:
        detail = f"The version cannot be modified in {version['state']} state."
        call.refuse(409, _CODES[version.type], detail)
