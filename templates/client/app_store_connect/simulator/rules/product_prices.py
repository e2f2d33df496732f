"""Prices and availability of in-app purchases and subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..checks import Inline
from ..registry import Rules
from .price_points import identifier, number_of
from .prices import today
from .product_price_points import equalized_points

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["rules"]

rules = Rules("product_prices")

rules.switch(
    "first_subscription_price",
    default="refuse",
    choices=("refuse", "error", "accept"),
    number="9.6",
    says="Whether a subscription's first price can be created by itself, or only with an update: "
    "else it is refused with 409, or ends in a 500 as has been recorded too.",
)
rules.known(
    "9.7",
    evidence="C field note",
    confidence="M",
    says="A price has no `preserved` to be set, it is called `preserveCurrentPrice`.",
)

_POINTS = {
    "inAppPurchasePrices": "inAppPurchasePricePoint",
    "subscriptionPrices": "subscriptionPricePoint",
}


@rules.identifies(
    "inAppPurchasePriceSchedules",
    "inAppPurchaseAvailabilities",
    "subscriptionAvailabilities",
    number="11.7",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="A product's price schedule and availability have the product's id.",
)
def companion_has_the_products_id(
    _world: World, _attributes: Mapping[str, Any], relationships: Mapping[str, list[Entity]]
) -> str | None:
    products = (*relationships.get("inAppPurchase", ()), *relationships.get("subscription", ()))
    return next((product.id for product in products), None)


@rules.before(
    "inAppPurchasePriceSchedules_createInstance",
    "inAppPurchaseAvailabilities_createInstance",
    "subscriptionAvailabilities_createInstance",
    number="",
    evidence="S",
    confidence="M",
    says="A product's new price schedule or availability takes the place of the one before.",
)
def companion_is_replaced(call: Call) -> None:
    product = call.related("inAppPurchase") or call.related("subscription")
    for name in ("iapPriceSchedule", "inAppPurchaseAvailability", "subscriptionAvailability"):
        old = None if product is None else call.world.one(product, name)
        if old is not None and call.operation.id.startswith(f"{old.type}_"):
            owned = [x for x in ("manualPrices", "automaticPrices") if call.world.many(old, x)]
            call.world.delete(old, *owned)


@rules.before(
    "inAppPurchasePriceSchedules_createInstance",
    number="",
    evidence="R rorkai/App-Store-Connect-CLI API notes, on apps",
    confidence="M",
    says="There has to be a manual price in the base territory: BASE_TERRITORY_INTERVAL_REQUIRED.",
)
def base_territory_has_a_price(call: Call) -> None:
    base = call.related("baseTerritory")
    points: list[Any] = []
    manual: list[Any] = call.relationships.get("manualPrices", [])
    for price in manual:
        if isinstance(price, Inline):
            points += price.relationships.get(_POINTS["inAppPurchasePrices"], [])
        else:
            points += call.world.many(price, _POINTS["inAppPurchasePrices"])
    if base not in {call.world.one(point, "territory") for point in points}:
        call.refuse(
            409,
            "ENTITY_ERROR.BASE_TERRITORY_INTERVAL_REQUIRED",
            "There must be a manual price for the base territory.",
            pointer="/data/relationships/manualPrices",
        )


@rules.identifies(
    "inAppPurchasePrices",
    "subscriptionPrices",
    number="9.24",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="A price's id is base64 of its product, territory, price point and dates.",
)
def price_has_its_points_id(
    world: World, attributes: Mapping[str, Any], relationships: Mapping[str, list[Entity]]
) -> str | None:
    for kind, name in _POINTS.items():
        for point in relationships.get(name, ()):
            territory = world.one(point, "territory")
            found = identifier(
                s=point["_product"],
                t=territory.id if territory is not None else None,
                p=number_of(point),
                sd=attributes.get("startDate"),
                ed=attributes.get("endDate"),
            )
            return None if world.find(kind, found) is not None else found
    return None


@rules.born(
    "inAppPurchasePrices",
    "subscriptionPrices",
    number="",
    evidence="S",
    confidence="H",
    says="A product's price is in the territory of its price point.",
)
def price_has_its_points_territory(world: World, price: Entity) -> None:
    if price.type == "inAppPurchasePrices":
        world.default(price, manual=True)
    else:
        world.default(price, preserved=bool(price["preserveCurrentPrice"]))
    point = world.one(price, _POINTS[price.type])
    if point is not None and world.one(price, "territory") is None:
        world.relate(price, "territory", world.one(point, "territory"))


@rules.after(
    "inAppPurchasePriceSchedules_createInstance",
    number="",
    evidence="D App Store Connect help, set a price for an in-app purchase",
    confidence="H",
    says="The other territories of an in-app purchase get the equalized price of the base one.",
)
def other_territories_follow(call: Call) -> None:
    world, schedule = call.world, call.target
    base = world.one(schedule, "baseTerritory")
    manual = world.many(schedule, "manualPrices")
    by_hand = {world.one(price, "territory") for price in manual}
    for price in manual:
        point = world.one(price, "inAppPurchasePricePoint")
        if point is None or world.one(price, "territory") is not base:
            continue
        dates = {"startDate": price["startDate"], "endDate": price["endDate"], "manual": False}
        for other in equalized_points(world, point) or ():
            if world.one(other, "territory") not in by_hand:
                others = {"inAppPurchasePricePoint": other}
                made = world.create("inAppPurchasePrices", dates, others)
                world.link(schedule, "automaticPrices", made)


@rules.before(
    "subscriptionPrices_createInstance",
    number="9.6",
    evidence="R rorkai/App-Store-Connect-CLI #828; C field notes",
    confidence="M",
    says="A subscription's first price comes with an update of it; by itself it is refused.",
)
def first_price_comes_with_the_subscription(call: Call) -> None:
    subscription = call.related("subscription")
    choice = call.world.switch("first_subscription_price")
    if choice == "accept" or subscription is None or call.world.many(subscription, "prices"):
        return
    if choice == "error":
        detail = "An unexpected error occurred on the server side."
        call.refuse(500, "UNEXPECTED_ERROR", detail)
    call.invalid_relationship("subscription", "The subscription has no price to be followed yet.")


@rules.before(
    "subscriptionPrices_createInstance",
    number="9.8",
    evidence="C rorkai/App-Store-Connect-CLI #1555",
    confidence="M",
    says="The price of an approved subscription changes on a later day, by California's time.",
)
def approved_prices_change_later(call: Call) -> None:
    subscription = call.related("subscription")
    start = call.attributes.get("startDate")
    approved = subscription is not None and subscription["state"] == "APPROVED"
    if approved and (start is None or start <= today(call.world)):
        call.invalid("startDate", "The start date must be in the future.")


@rules.before(
    "subscriptionPrices_createInstance",
    number="9.9",
    evidence="C rorkai/App-Store-Connect-CLI #1693",
    confidence="M",
    says="The price that there is already is refused.",
)
def same_price_is_refused(call: Call) -> None:
    subscription, point = call.related("subscription"), call.related("subscriptionPricePoint")
    for price in call.world.many(subscription, "prices") if subscription is not None else ():
        same_day = price["startDate"] == call.attributes.get("startDate")
        if same_day and call.world.one(price, "subscriptionPricePoint") is point:
            detail = "The subscription has this price already."
            call.refuse(409, "ENTITY_ERROR.RELATIONSHIP.INVALID", detail)
