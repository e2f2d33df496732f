"""What in-app purchases and subscriptions lack until they are ready to be submitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..plain import as_object
from ..registry import Rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["look_later", "owner_of", "rules"]

rules = Rules("product_readiness")

rules.known(
    "11.10",
    evidence="C+ field notes",
    confidence="H",
    says="MISSING_METADATA never tells what is missing.",
)

_OWNERS = frozenset({"inAppPurchases", "subscriptionGroups", "subscriptions"})
_LOOKED_AT = 5
_PARTS = (
    "inAppPurchaseLocalizations",
    "subscriptionLocalizations",
    "subscriptionGroupLocalizations",
    "inAppPurchasePriceSchedules",
    "inAppPurchaseAvailabilities",
    "subscriptionAvailabilities",
    "subscriptionPlanAvailabilities",
    "inAppPurchaseAppStoreReviewScreenshots",
    "subscriptionAppStoreReviewScreenshots",
    "subscriptionPrices",
)


def owner_of(world: World, part: Entity) -> Entity | None:
    """Return the product or group that something is part of."""
    version = world.one(part, "version")
    if version is not None:
        return owner_of(world, version)
    names = ("inAppPurchaseV2", "inAppPurchase", "subscription", "subscriptionGroup")
    found = (world.one(part, name) for name in names)
    return next((x for x in found if x is not None), None)


def look_later(world: World, part: Entity) -> None:
    """Have the products that something is, or is part of, looked at after some seconds."""
    owner = part if part.type in _OWNERS else owner_of(world, part)
    if owner is None:
        return
    of_group = owner.type == "subscriptionGroups"
    for product in world.many(owner, "subscriptions") if of_group else [owner]:
        world.later(_LOOKED_AT, "product is looked at", product)


@rules.born(
    *_PARTS,
    number="9.2",
    evidence="C field notes",
    confidence="H",
    says="What is added to a product counts some five seconds later.",
)
def part_is_added(world: World, part: Entity) -> None:
    if part.type.endswith("Localizations"):
        world.default(part, state="PREPARE_FOR_SUBMISSION")
    look_later(world, part)


@rules.changed(
    "inAppPurchaseAppStoreReviewScreenshots.assetDeliveryState",
    "subscriptionAppStoreReviewScreenshots.assetDeliveryState",
    number="9.2",
    evidence="C field notes",
    confidence="H",
    says="A screenshot for the review counts when it is COMPLETE.",
)
def screenshot_is_processed(world: World, screenshot: Entity, _before: Any) -> None:
    look_later(world, screenshot)


@rules.after(
    "subscriptions_updateInstance",
    number="9.3",
    evidence="C+ field notes",
    confidence="H",
    says="So do the period and the prices that come with an update of a subscription.",
)
def subscription_is_updated(call: Call) -> None:
    look_later(call.world, call.target)


@rules.before(
    *(f"{kind}_deleteInstance" for kind in _PARTS),
    number="9.2",
    evidence="C field notes",
    confidence="H",
    says="A product that loses one of the parts that it needs is MISSING_METADATA again.",
)
def part_is_lost(call: Call) -> None:
    look_later(call.world, call.target)


@rules.event(
    "product is looked at",
    number="9.3",
    evidence="C+ field notes",
    confidence="H",
    says="A product with all its parts is READY_TO_SUBMIT, another one MISSING_METADATA.",
)
def product_is_looked_at(world: World, product: Entity, _data: Mapping[str, Any]) -> None:
    if product["state"] in {"MISSING_METADATA", "READY_TO_SUBMIT"}:
        subscription = product.type == "subscriptions"
        complete = _is_subscription_complete if subscription else _is_purchase_complete
        ready = complete(world, product)
        world.set(product, state="READY_TO_SUBMIT" if ready else "MISSING_METADATA")
        if ready:
            world.set(product, _wasReady=True)


def _is_purchase_complete(world: World, product: Entity) -> bool:
    schedule = world.one(product, "iapPriceSchedule")
    return (
        bool(product["name"])
        and _has_text(world, product, "inAppPurchaseLocalizations")
        and schedule is not None
        and bool(world.many(schedule, "manualPrices"))
        and world.one(product, "inAppPurchaseAvailability") is not None
        and _has_screenshot(world, product)
    )


def _is_subscription_complete(world: World, product: Entity) -> bool:
    plans = world.many(product, "planAvailabilities")
    availabilities = [*world.many(product, "subscriptionAvailability"), *plans]
    group = world.one(product, "group")
    if not availabilities or group is None:
        return False
    priced = {world.one(price, "territory") for price in world.many(product, "prices")}
    return (
        bool(product["subscriptionPeriod"])
        and _has_text(world, product, "subscriptionLocalizations")
        and _has_text(world, group, "subscriptionGroupLocalizations")
        and bool(priced)
        and all(priced.issuperset(world.many(x, "availableTerritories")) for x in availabilities)
        and _has_screenshot(world, product)
    )


def _has_text(world: World, owner: Entity, name: str) -> bool:
    versions = world.many(owner, "versions")
    return bool(world.many(owner, name)) or any(world.many(x, "localizations") for x in versions)


def _has_screenshot(world: World, product: Entity) -> bool:
    screenshot = world.one(product, "appStoreReviewScreenshot")
    delivery = as_object(screenshot["assetDeliveryState"] if screenshot is not None else None) or {}
    return bool(delivery.get("state") == "COMPLETE")
