"""Submitting in-app purchases, subscriptions and their groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..registry import Rules
from .products import all_products, app_of
from .review import items_of, target_of
from .territories import territories

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("product_submissions")

_SUBMISSIONS = ("inAppPurchaseSubmissions_createInstance", "subscriptionSubmissions_createInstance")
_GROUP = "subscriptionGroupSubmissions_createInstance"
_WAITING = 12 * 3600
_REVIEW = 3600


def _product(call: Call) -> Entity | None:
    return call.related("inAppPurchaseV2") or call.related("subscription")


@rules.before(
    *_SUBMISSIONS,
    number="9.21",
    evidence="C+ field notes",
    confidence="H",
    says="A product is submitted with prices in all territories, where it is not sold as well.",
)
def every_territory_is_priced(call: Call) -> None:
    product, world = _product(call), call.world
    if product is None:
        return
    schedule = world.one(product, "iapPriceSchedule")
    prices = world.many(product, "prices")
    for name in ("manualPrices", "automaticPrices"):
        prices += world.many(schedule, name) if schedule is not None else []
    if not {world.one(x, "territory") for x in prices}.issuperset(territories(world)):
        code = "STATE_ERROR.IAP_SUBMISSION_NOT_ALLOWED_MISSING_PRICING_DATA"
        call.refuse(409, code, "There are territories without a price.")


@rules.before(
    *_SUBMISSIONS,
    number="9.2",
    evidence="C field notes",
    confidence="H",
    says="What is not READY_TO_SUBMIT is not submitted.",
)
def only_ready_products(call: Call) -> None:
    product = _product(call)
    if product is not None and product["state"] != "READY_TO_SUBMIT":
        detail = f"The product is in the state {product['state']}, not READY_TO_SUBMIT."
        call.refuse(409, "STATE_ERROR.ENTITY_STATE_INVALID", detail)


@rules.before(
    *_SUBMISSIONS,
    number="9.19",
    evidence="C+ field notes",
    confidence="H",
    says="An app's first product is submitted along with a version, not by itself.",
)
def first_product_comes_with_a_version(call: Call) -> None:
    product = _product(call)
    if product is None:
        return
    app = app_of(call.world, product)
    others = [x for x in all_products(call.world) if app_of(call.world, x) is app]
    if any(x["state"] == "APPROVED" for x in others):
        return
    kind = "SUBSCRIPTION" if product.type == "subscriptions" else "IAP"
    if product["inAppPurchaseType"] == "NON_CONSUMABLE":
        kind = "NON_CONSUMABLE"
    code = f"STATE_ERROR.FIRST_{kind}_MUST_BE_SUBMITTED_ON_VERSION"
    call.refuse(409, code, "The first product must be submitted with a version of the app.")


@rules.after(
    *_SUBMISSIONS,
    number="9.1",
    evidence="C+ field notes",
    confidence="M",
    says="A product that is submitted waits for its review, with its first version.",
)
def product_is_submitted(call: Call) -> None:
    product = _product(call)
    if product is not None:
        _move(call.world, product, "WAITING_FOR_REVIEW")
        call.world.later(_WAITING, "product review begins", product)


def _move(world: World, product: Entity, state: str) -> None:
    versions = world.many(product, "versions")
    if versions:
        world.set(versions[-1], state=state)
    world.set(product, state=state)


@rules.event(
    "product review begins",
    number="9.1",
    evidence="C+ field notes",
    confidence="M",
    says="Half a day later it is IN_REVIEW.",
)
def product_review_begins(world: World, product: Entity, _data: Mapping[str, Any]) -> None:
    if product["state"] == "WAITING_FOR_REVIEW":
        _move(world, product, "IN_REVIEW")
        world.later(_REVIEW, "product review ends", product)


@rules.event(
    "product review ends",
    number="9.1",
    evidence="C+ field notes",
    confidence="M",
    says="An hour later it is APPROVED, or REJECTED as the switch of the review says.",
)
def product_review_ends(world: World, product: Entity, _data: Mapping[str, Any]) -> None:
    if product["state"] == "IN_REVIEW":
        approved = world.switch("review") == "approve"
        _move(world, product, "APPROVED" if approved else "REJECTED")


@rules.before(
    _GROUP,
    number="9.20",
    evidence="C+ field notes",
    confidence="H",
    says="A group is not submitted alone, but with a subscription that is ready.",
)
def group_is_not_submitted_alone(call: Call) -> None:
    group = call.related("subscriptionGroup")
    subscriptions = call.world.many(group, "subscriptions") if group is not None else []
    if not any(x["state"] == "READY_TO_SUBMIT" for x in subscriptions):
        code = "SUBSCRIPTION_GROUP_SUBMISSION_NOT_ALLOWED"
        call.refuse(409, code, "The group has no subscription that is ready to be submitted.")


@rules.before(
    "reviewSubmissions_updateInstance",
    number="9.20",
    evidence="C+ field notes",
    confidence="H",
    says=(
        "In a review submission a group's version needs a subscription's, and a subscription's "
        "that of its group, unless one of those is approved."
    ),
)
def groups_and_subscriptions_go_together(call: Call) -> None:
    if not call.attributes.get("submitted"):
        return
    world = call.world
    found = [x for item in items_of(world, call.target) if (x := target_of(world, item))]
    of_groups = {world.one(x, "subscriptionGroup") for x in found}
    subscriptions = [x for x in (world.one(x, "subscription") for x in found) if x is not None]
    of_subscriptions = {world.one(x, "group") for x in subscriptions}
    for group in of_groups - {None}:
        if group not in of_subscriptions:
            code = "SUBSCRIPTION_GROUP_SUBMISSION_NOT_ALLOWED"
            call.refuse(409, code, "The version of a group is submitted with a subscription's.")
    for group in of_subscriptions - of_groups - {None}:
        versions = world.many(group, "versions") if group is not None else []
        if not any(x["state"] == "APPROVED" for x in versions):
            code = "STATE_ERROR.SUBSCRIPTION_SUBMISSION_REQUIRES_GROUP_VERSION"
            call.refuse(409, code, "The version of a subscription needs the one of its group.")
