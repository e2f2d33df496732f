"""Price points of in-app purchases and subscriptions, like those of apps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..registry import Rules
from .price_points import identifier, local_price, number_of, price_ladder
from .territories import currency_of, territories

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..call import Call
    from ..state import Entity
    from ..world import World

__all__ = ["POINT_TYPES", "equalized_points", "price_point", "rules"]

rules = Rules("product_price_points")

POINT_TYPES: Mapping[str, str] = {
    "inAppPurchases": "inAppPurchasePricePoints",
    "subscriptions": "subscriptionPricePoints",
}
_PRODUCT_TYPES = {points: products for products, points in POINT_TYPES.items()}
_PROCEEDS = 0.7
_PROCEEDS_YEAR_2 = 0.85


def price_point(
    world: World, product: Entity, territory: Entity, number: str, dollars: float
) -> Entity:
    """Return a price point, which is made when it is first looked at."""
    kind = POINT_TYPES[product.type]
    name = identifier(s=product.id, t=territory.id, p=number)
    found = world.find(kind, name)
    if found is None:
        price = local_price(dollars, currency_of(territory))
        attributes: dict[str, Any] = {
            "customerPrice": price,
            "proceeds": f"{float(price) * _PROCEEDS:.2f}",
            "_product": product.id,
        }
        if "proceedsYear2" in world.names_of(kind):
            attributes["proceedsYear2"] = f"{float(price) * _PROCEEDS_YEAR_2:.2f}"
        found = world.create(kind, attributes, {"territory": territory}, id=name)
        world.link(product, "pricePoints", found)
    return found


@rules.instead(
    "inAppPurchasesV2_pricePoints_getToManyRelated",
    "subscriptions_pricePoints_getToManyRelated",
    number="9.24",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="A product has price points in every territory; their ids are base64 of its own and more.",
)
def points_of_a_product(call: Call) -> list[Entity]:
    wanted = call.query.filters.get("territory")
    return [
        price_point(call.world, call.target, territory, number, dollars)
        for territory in territories(call.world)
        if not wanted or territory.id in wanted
        for number, dollars in price_ladder()
        # No product is free.
        if dollars
    ]


@rules.instead(
    "inAppPurchasePricePoints_equalizations_getToManyRelated",
    "subscriptionPricePoints_equalizations_getToManyRelated",
    "subscriptionPricePoints_adjustedEqualizations_getToManyRelated",
    number="9.24",
    evidence="R rorkai/App-Store-Connect-CLI API notes",
    confidence="H",
    says="A price point of a product is equalized in the 174 other territories, 50 to a page.",
)
def points_elsewhere(call: Call) -> list[Entity] | None:
    return equalized_points(call.world, call.target)


def equalized_points(world: World, point: Entity) -> list[Entity] | None:
    """Return the price points of the same number elsewhere, None for one of no product."""
    product = world.find(_PRODUCT_TYPES[point.type], point["_product"] or "")
    own = world.one(point, "territory")
    number = number_of(point)
    dollars = dict(price_ladder()).get(number)
    if product is None or dollars is None:
        return None
    found = territories(world)
    return [price_point(world, product, x, number, dollars) for x in found if x is not own]
